import type { PoolParams } from '../contracts/pool-params.ts';
import { type CalendarDay, parseDay } from '../core/calendar-day.ts';
import { LivepoolError } from '../core/errors.ts';
import type { CandleSeries } from '../market/candle-series.ts';
import { actionsUpTo, applyActions } from '../market/quality/apply-actions.ts';
import { cleanSeries } from '../market/quality/clean-series.ts';
import { type DataBar, dataBars } from '../market/quality/eligibility.ts';
import type { QualityFinding } from '../market/quality/finding.ts';
import { gapsOf, type PriceStep, suspectedSteps } from '../market/quality/history-checks.ts';
import { isStrictlyAscending, orderRows } from '../market/quality/order-rows.ts';
import { selectRows, sliceDays } from '../market/select-rows.ts';
import type { EpisodeMarks } from './calendar/observations.ts';
import type { PanelInput } from './panel-input.ts';

/** The candles that a build may read, and what is known about their quality. */
export interface ReadableCandles {
  /** Ascending by symbol; each ascending by day, one row a day, from `history_start` to as_of, at least one row. */
  readonly series: readonly CandleSeries[];
  readonly findings: readonly QualityFinding[];
  /** The series of a symbol, if it has a row. */
  of(symbol: string): CandleSeries | undefined;
  /** Why the candles bar a symbol on a day; always empty when quality is not enforced. */
  bars(symbol: string, day: CalendarDay): readonly DataBar[];
  marks(symbol: string): EpisodeMarks;
}

type ReadInput = Pick<PanelInput, 'candles' | 'params' | 'asOf' | 'actions' | 'rowFindings'>;

/** Cuts every series to the readable span, then applies the actions table and the quality rules when they are enforced. */
export function readableCandles({ candles, params, asOf, actions = [], rowFindings = [] }: ReadInput): ReadableCandles {
  const start = parseDay(params.history_start)!;
  const ordered = candles.map((series) =>
    orderRows(readableRows({ ...series, symbol: series.symbol.toUpperCase() }, start, asOf)),
  );
  const cut = ordered.map(({ series }) => series).toSorted((a, b) => (a.symbol < b.symbol ? -1 : 1));
  refuseTwins(cut);
  if (!params.quality.enforce) {
    const series = cut.filter(({ day }) => day.length > 0);
    return { series, findings: [], of: lookup(series), bars: () => [], marks: () => NO_MARKS };
  }
  const known = actionsUpTo(actions, asOf);
  const cleaned = cut.map(cleanSeries);
  const applied = applyActions(
    cleaned.map(({ series }) => series),
    known,
    asOf,
  );
  const series = applied.filter(({ day }) => day.length > 0);
  const marks = new Map(series.map(({ symbol }) => [symbol, episodeMarks(symbol, known)]));
  const steps = new Map(series.map((item) => [item.symbol, suspectedSteps(item, listedDays(marks.get(item.symbol)!))]));
  const of = lookup(series);
  const findings = [
    ...rowFindings.filter(({ day }) => day >= start && day <= asOf),
    ...ordered.flatMap((item) => item.findings),
    ...cleaned.flatMap((item) => item.findings),
    ...series.flatMap((item) => standingFindings(item, dataBars(item, [], asOf), asOf)),
    ...series.flatMap((item) => historyFindings(item, steps.get(item.symbol)!, marks.get(item.symbol)!, params.calendar)),
  ];
  return {
    series,
    findings: findings.toSorted(bySymbolDayCode),
    of,
    bars: (symbol, day) => {
      const item = of(symbol);
      return item === undefined ? [] : dataBars(item, steps.get(symbol)!, day);
    },
    marks: (symbol) => marks.get(symbol) ?? NO_MARKS,
  };
}

const NO_MARKS: EpisodeMarks = { sameAssetDays: new Set(), newAssetDays: new Set() };

/** The rows from `first` to `last`, in the order delivered: rows outside are dropped before anything looks at them. */
function readableRows(series: CandleSeries, first: CalendarDay, last: CalendarDay): CandleSeries {
  const { day } = series;
  if (isStrictlyAscending(day)) return sliceDays(series, first, last);
  const rows = Array.from(day.keys()).filter((row) => day[row]! >= first && day[row]! <= last);
  return selectRows(series, rows);
}

function lookup(series: readonly CandleSeries[]): ReadableCandles['of'] {
  const bySymbol = new Map(series.map((item) => [item.symbol, item]));
  return (symbol) => bySymbol.get(symbol);
}

function refuseTwins(ascending: readonly CandleSeries[]): void {
  for (let i = 1; i < ascending.length; i++) {
    const { symbol } = ascending[i]!;
    if (symbol !== ascending[i - 1]!.symbol) continue;
    throw new LivepoolError('CANDLES_TWICE', 'terminal', `two candle files are of ${symbol}; keep one source per symbol`, {
      symbol,
    });
  }
}

function episodeMarks(symbol: string, actions: ReturnType<typeof actionsUpTo>): EpisodeMarks {
  const own = actions.filter((action) => action.symbol === symbol);
  const days = (wantsNew: boolean): Set<CalendarDay> =>
    new Set(own.filter(({ kind }) => (kind === 'new_asset') === wantsNew).map(({ date }) => parseDay(date)!));
  return { sameAssetDays: days(false), newAssetDays: days(true) };
}

function listedDays({ sameAssetDays, newAssetDays }: EpisodeMarks): ReadonlySet<CalendarDay> {
  return new Set([...sameAssetDays, ...newAssetDays]);
}

function historyFindings(
  series: CandleSeries,
  steps: readonly PriceStep[],
  { sameAssetDays }: EpisodeMarks,
  { episode_gap_days: episodeGapDays }: PoolParams['calendar'],
): QualityFinding[] {
  const { symbol } = series;
  const gaps = gapsOf(series).map(({ day, missingDays }): QualityFinding => {
    const isRestart = episodeGapDays !== null && missingDays > episodeGapDays && !sameAssetDays.has(day);
    const verdict = isRestart
      ? ({ code: 'history_restart', effect: 'new_episode' } as const)
      : ({ code: 'gap', effect: 'flagged' } as const);
    return { symbol, day, ...verdict, observed: missingDays };
  });
  const suspected = steps.map(({ day, ratio }): QualityFinding => {
    return { symbol, day, code: 'corporate_action_suspected', effect: 'not_eligible', field: 'close', observed: ratio };
  });
  return [...gaps, ...suspected];
}

/** What still holds on as_of; missing candles and steps of price are findings of their own days. */
function standingFindings({ symbol }: CandleSeries, bars: readonly DataBar[], asOf: CalendarDay): QualityFinding[] {
  return bars.flatMap(({ code, observed }): QualityFinding[] =>
    code === 'halted' || code === 'pegged' ? [{ symbol, day: asOf, code, effect: 'not_eligible', observed }] : [],
  );
}

function bySymbolDayCode(a: QualityFinding, b: QualityFinding): number {
  if (a.symbol !== b.symbol) return a.symbol < b.symbol ? -1 : 1;
  if (a.day !== b.day) return a.day - b.day;
  return a.code < b.code ? -1 : a.code > b.code ? 1 : 0;
}
