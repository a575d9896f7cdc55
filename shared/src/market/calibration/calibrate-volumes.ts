import type { VolumeCalibration } from '../../contracts/volume-calibration.ts';
import { type CalendarDay, formatDay } from '../../core/calendar-day.ts';
import { err, ok, type Refusal, type Result } from '../../core/result.ts';
import type { CandleSeries } from '../candle-series.ts';

const WINDOW_DAYS = 180;
/** Days of the window that both sides must have, so that a listing or a hole does not pass for turnover. */
const MIN_COMMON_DAYS = 150;
const MIN_SYMBOLS = 10;

/**
 * Scale of a source's quote volumes against Binance spot: the median over common symbols of mean(source) / mean(reference), both
 * means over the same days of the last 180 that both sides have (pool spec §3). Refused with CALIBRATION_TOO_THIN below ten symbols.
 */
export function calibrateVolumes(
  sourceId: string,
  source: readonly CandleSeries[],
  reference: readonly CandleSeries[],
  referenceName: string,
): Result<VolumeCalibration, Refusal> {
  const references = new Map(reference.map((series) => [series.symbol, series]));
  const to = Math.min(lastDay(source), lastDay(reference));
  const from = to - WINDOW_DAYS + 1;
  const ratios = source.flatMap((series) => {
    const other = references.get(series.symbol);
    const ratio = other === undefined ? undefined : turnoverRatio(series, other, from, to);
    return ratio === undefined ? [] : [ratio];
  });
  if (ratios.length < MIN_SYMBOLS) {
    const message = `only ${ratios.length} symbols have ${MIN_COMMON_DAYS} common days in the last ${WINDOW_DAYS}, ${MIN_SYMBOLS} are needed; collect more symbols or use a longer reference`;
    return err({ code: 'CALIBRATION_TOO_THIN', message, details: { symbols: ratios.length } });
  }
  return ok({
    schema: 'volume_calibration.v1',
    source: sourceId,
    reference: referenceName,
    scale: median(ratios),
    symbols: ratios.length,
    from: formatDay(from),
    to: formatDay(to),
    window_days: WINDOW_DAYS,
  });
}

function lastDay(all: readonly CandleSeries[]): CalendarDay {
  return all.reduce((last, series) => Math.max(last, series.day.at(-1) ?? 0), 0);
}

/** Ratio of sums over the days in [from, to] on which both sides have a volume; undefined when too few or nothing was traded. */
function turnoverRatio(a: CandleSeries, b: CandleSeries, from: CalendarDay, to: CalendarDay): number | undefined {
  const volumeOfB = new Map(Array.from(b.day, (day, row) => [day, b.quoteVolume[row]!]));
  let [days, sumA, sumB] = [0, 0, 0];
  for (const [row, day] of a.day.entries()) {
    const [volumeA, volumeB] = [a.quoteVolume[row]!, volumeOfB.get(day)];
    if (day < from || day > to || volumeB === undefined || !Number.isFinite(volumeA) || !Number.isFinite(volumeB)) continue;
    days++;
    sumA += volumeA;
    sumB += volumeB;
  }
  return days >= MIN_COMMON_DAYS && sumA > 0 && sumB > 0 ? sumA / sumB : undefined;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return Number.isInteger(middle) ? (sorted[middle - 1]! + sorted[middle]!) / 2 : sorted[Math.floor(middle)]!;
}
