import type { Observations } from './observations.ts';

/** The panel dates with a way back from a day to its position. */
export interface PanelDates {
  /** Ascending. */
  readonly days: Int32Array;
  /** Position of a day among `days`, −1 for a day that is none. Days outside the span are −1 too. */
  positionOf(day: number): number;
}

/** Union of the days on which any symbol has a candle. */
export function panelDates(observations: readonly Observations[]): PanelDates {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const { day, count } of observations) {
    first = Math.min(first, day[0]!);
    last = Math.max(last, day[count - 1]!);
  }
  const span = observations.length === 0 ? 0 : last - first + 1;
  const position = new Int32Array(span).fill(-1);
  for (const { day, count, hasCandle } of observations) {
    for (let i = 0; i < count; i++) if (hasCandle[i] === 1) position[day[i]! - first] = 0;
  }
  const days: number[] = [];
  for (let offset = 0; offset < span; offset++) {
    if (position[offset] === 0) position[offset] = days.push(first + offset) - 1;
  }
  return { days: Int32Array.from(days), positionOf: (day) => position[day - first] ?? -1 };
}
