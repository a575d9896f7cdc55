import type { CalendarDay } from '../../core/calendar-day.ts';
import type { CandleSeries } from '../candle-series.ts';
import { lowerBound } from '../select-rows.ts';

/** The longest look-back of any feature: a step of price within it is inside some window. */
export const LONGEST_LOOKBACK_DAYS = 220;

/** Close-to-close factor beyond which a step needs an entry in the actions table: |ln ratio| > ln 4. */
const STEP_FACTOR = 4;

const HALT_WINDOW_DAYS = 30;
const PEG_WINDOW_CLOSES = 180;
const PEG_BAND = 0.02;

/** A change of close between consecutive candles that no market move of a day explains. */
export interface PriceStep {
  /** Day of the candle after the step. */
  readonly day: CalendarDay;
  /** New close over old close. */
  readonly ratio: number;
}

/** Steps of more than a factor of 4 in an ascending series, on days that the actions table does not list. */
export function suspectedSteps(series: CandleSeries, listedDays: ReadonlySet<CalendarDay>): PriceStep[] {
  const { close, day } = series;
  const steps: PriceStep[] = [];
  for (let row = 1; row < close.length; row++) {
    const before = close[row - 1]!;
    const after = close[row]!;
    const isStep = after > STEP_FACTOR * before || STEP_FACTOR * after < before;
    if (isStep && !listedDays.has(day[row]!)) steps.push({ day: day[row]!, ratio: after / before });
  }
  return steps;
}

/** Runs of missing days between consecutive candles. `day` is that of the candle after the gap. */
export function gapsOf(series: CandleSeries): { readonly day: CalendarDay; readonly missingDays: number }[] {
  const gaps = [];
  for (let row = 1; row < series.day.length; row++) {
    const missingDays = series.day[row]! - series.day[row - 1]! - 1;
    if (missingDays > 0) gaps.push({ day: series.day[row]!, missingDays });
  }
  return gaps;
}

/**
 * Longest run of days without turnover among the 30 days that end with `asOf`. A missing day between two candles had none
 * (pool spec §7); days before the first candle do not count.
 */
export function longestHalt(series: CandleSeries, asOf: CalendarDay): number {
  const { day, quoteVolume } = series;
  let longest = 0;
  let run = 0;
  let previous = asOf - HALT_WINDOW_DAYS;
  const first = lowerBound(day, previous + 1);
  if (first === 0 && day.length > 0) previous = day[0]! - 1;
  for (let row = first; row < day.length && day[row]! <= asOf; row++) {
    run += day[row]! - previous - 1;
    longest = Math.max(longest, run);
    run = quoteVolume[row]! > 0 ? 0 : run + 1;
    longest = Math.max(longest, run);
    previous = day[row]!;
  }
  return longest;
}

/** Share of the last 180 closes up to `asOf` that lie within 2 % of 1; NaN with fewer closes. */
export function peggedShare(series: CandleSeries, asOf: CalendarDay): number {
  const end = lowerBound(series.day, asOf + 1);
  if (end < PEG_WINDOW_CLOSES) return Number.NaN;
  let inside = 0;
  for (let row = end - PEG_WINDOW_CLOSES; row < end; row++) if (Math.abs(series.close[row]! - 1) <= PEG_BAND) inside++;
  return inside / PEG_WINDOW_CLOSES;
}

/** How many of the `width` days that end with `asOf` have no candle. */
export function missingDays(series: CandleSeries, asOf: CalendarDay, width: number): number {
  return width - (lowerBound(series.day, asOf + 1) - lowerBound(series.day, asOf - width + 1));
}
