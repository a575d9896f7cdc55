import { parseDay } from '../../core/calendar-day.ts';
import type { CandleSeries } from '../candle-series.ts';
import { selectRows } from '../select-rows.ts';
import { candleFault } from './check-candle.ts';
import type { QualityFinding } from './finding.ts';

/** Earlier candles are a wrong time unit. */
export const FIRST_PLAUSIBLE_DAY = parseDay('2010-01-01')!;

export interface CleanedSeries {
  readonly series: CandleSeries;
  readonly findings: readonly QualityFinding[];
}

/** The ascending series without the days that cannot be used, and with quote volume 0 where it contradicts the prices. */
export function cleanSeries(series: CandleSeries): CleanedSeries {
  const findings: QualityFinding[] = [];
  const refused = new Set<number>();
  const zeroed: number[] = [];
  const { symbol, day } = series;
  for (let row = 0; row < day.length; row++) {
    const finding = rowFinding(series, row);
    if (finding === undefined) continue;
    findings.push({ symbol, day: day[row]!, ...finding });
    if (finding.effect === 'quote_volume_zeroed') zeroed.push(row);
    else refused.add(row);
  }
  if (findings.length === 0) return { series, findings };
  const kept = [...day.keys()].filter((row) => !refused.has(row));
  return { series: selectRows(withZeroedVolume(series, zeroed), kept), findings };
}

function rowFinding(
  series: CandleSeries,
  row: number,
): Pick<QualityFinding, 'code' | 'effect' | 'field' | 'observed'> | undefined {
  if (series.day[row]! < FIRST_PLAUSIBLE_DAY) return { code: 'ts_range', effect: 'row_refused' };
  const fault = candleFault(
    series.open[row]!,
    series.high[row]!,
    series.low[row]!,
    series.close[row]!,
    series.volume[row]!,
    series.quoteVolume[row]!,
  );
  if (fault === undefined) return undefined;
  const effect = fault.code === 'quote_volume_bounds' ? 'quote_volume_zeroed' : 'day_dropped';
  return { code: fault.code, effect, field: fault.field, observed: fault.observed };
}

function withZeroedVolume(series: CandleSeries, rows: readonly number[]): CandleSeries {
  if (rows.length === 0) return series;
  const quoteVolume = series.quoteVolume.slice();
  for (const row of rows) quoteVolume[row] = 0;
  return { ...series, quoteVolume };
}
