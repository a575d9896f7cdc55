import type { PoolParams } from '../../contracts/pool-params.ts';
import type { CalendarDay } from '../../core/calendar-day.ts';
import type { MemberGrid } from '../member-grid.ts';
import type { LabelTable } from '../panel.ts';
import type { Scene } from '../scene.ts';

/**
 * Per panel date, the last day that any label of its members looks at (research spec §2 `label_end`, §3 purge): training rows of a
 * date may serve a window only when this lies before the window's first test date. `labels` covers the whole grid.
 * A date without a known label has `-Infinity`; one whose label is still open because its symbol trades on has `Infinity`.
 */
export function labelEnds({ observations, dates, input, asOf }: Scene, grid: MemberGrid, labels: LabelTable): Float64Array {
  const ends = new Float64Array(dates.days.length).fill(Number.NEGATIVE_INFINITY);
  for (const [e, rowOf] of grid.rowOf.entries()) {
    const { day, count } = observations[e]!;
    const tradesOn = day[count - 1] === asOf;
    for (let i = 0; i < rowOf.length; i++) {
      const row = rowOf[i]!;
      if (row < 0) continue;
      const position = dates.positionOf(day[i]!);
      for (const { days: horizon, futureReturn } of labels.horizons) {
        const isKnown = !Number.isNaN(futureReturn[row]!);
        const end = endOfHorizon(day, i, horizon, count, input.params.calendar.mode, isKnown, tradesOn);
        if (end > ends[position]!) ends[position] = end;
      }
    }
  }
  return ends;
}

/** Counting rows, the day of the row that ends the horizon; counting days, the day itself. */
function endOfHorizon(
  day: Int32Array,
  i: number,
  horizon: number,
  count: number,
  mode: PoolParams['calendar']['mode'],
  isKnown: boolean,
  tradesOn: boolean,
): CalendarDay {
  if (mode === 'rows' && i + horizon < count) return day[i + horizon]!;
  if (isKnown) return day[i]! + horizon;
  return mode === 'rows' && tradesOn ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
}
