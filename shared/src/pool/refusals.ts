import { type CalendarDay, formatDay } from '../core/calendar-day.ts';
import type { Refusal } from '../core/result.ts';
import { volumeScale } from '../market/calibration/volume-scale.ts';
import type { CandleSeries } from '../market/candle-series.ts';
import { lastClosedDay } from '../market/collect/closed-days.ts';
import { LONGEST_LOOKBACK_DAYS, missingDays } from '../market/quality/history-checks.ts';
import { countedFailures, type PanelInput } from './panel-input.ts';

/** Refused when the source's turnover has never been compared with Binance spot. */
export function sourceRefusals({ source, volumeScale: override, params }: PanelInput): Refusal[] {
  const parameters = params.universe.volume_scale;
  const scale = volumeScale({ sourceId: source, parameters, ...(override === undefined ? {} : { override }) });
  return scale.ok ? [] : [scale.error];
}

/** Refused when as_of is not closed at the run's logical time and open candles are not accepted (S01). */
export function openDayRefusals({ runAtMs, params }: PanelInput, asOf: CalendarDay): Refusal[] {
  if (runAtMs === undefined || params.candles.open_candle === 'accept') return [];
  if (asOf <= lastClosedDay(runAtMs)) return [];
  const message = `as_of ${formatDay(asOf)} is not closed for 10 minutes yet; take the day before or run later`;
  return [{ code: 'open_candle', message, details: { asOf: formatDay(asOf) } }];
}

/** Refused without a benchmark candle on as_of and, where quality is enforced, on each of the 220 days up to it. */
export function benchmarkRefusals(benchmark: CandleSeries | undefined, asOf: CalendarDay, { params }: PanelInput): Refusal[] {
  const symbol = params.benchmark_symbol;
  const refuse = (message: string, details: Refusal['details'] = {}): Refusal[] => [
    { code: 'benchmark_incomplete', message, details: { symbol, ...details } },
  ];
  if (benchmark === undefined)
    return refuse(`there are no candles of the benchmark ${symbol} up to ${formatDay(asOf)}; load them`);
  const last = formatDay(benchmark.day.at(-1)!);
  if (last !== formatDay(asOf)) return refuse(`candles of ${symbol} end on ${last}, before as_of ${formatDay(asOf)}`, { last });
  if (!params.quality.enforce) return [];
  const missing = missingDays(benchmark, asOf, LONGEST_LOOKBACK_DAYS);
  if (missing === 0) return [];
  return refuse(`${symbol} lacks ${missing} of the ${LONGEST_LOOKBACK_DAYS} days up to ${formatDay(asOf)}; load them`, {
    missing,
  });
}

/** Refused when too much failed to load: more than 2 current members or more than 5 % of the eligible symbols (pool spec §4). */
export function coverageRefusals(input: PanelInput, eligible: readonly string[]): Refusal[] {
  const failed = new Set(countedFailures(input));
  if (!input.params.quality.enforce || failed.size === 0) return [];
  const members = input.universeState?.members ?? input.previousPool ?? [];
  const failedMembers = members.filter((symbol) => failed.has(symbol));
  const failedEligible = eligible.filter((symbol) => failed.has(symbol));
  if (failedMembers.length <= 2 && failedEligible.length <= 0.05 * eligible.length) return [];
  const message =
    `${failedEligible.length} of ${eligible.length} eligible symbols failed to load, ` +
    `${failedMembers.length} of them current members; collect again`;
  return [{ code: 'coverage_low', message, details: { failedEligible, failedMembers } }];
}
