import type { PoolParams } from '../../contracts/pool-params.ts';
import { type CalendarDay, isMonthEnd, monthIndex } from '../../core/calendar-day.ts';

type RefreshParams = Pick<PoolParams['universe'], 'partial_month_refresh' | 'first_date_refresh' | 'drop_adjacent_refresh'>;

/** Dates on which the universe is decided anew, ascending, from the ascending panel dates (pool spec §9, vector P-03). */
export function refreshDates(days: Int32Array, params: RefreshParams): CalendarDay[] {
  const dates = new Set<CalendarDay>();
  if (days.length > 0 && params.first_date_refresh) dates.add(days[0]!);
  for (let i = 0; i + 1 < days.length; i++) if (monthIndex(days[i]!) !== monthIndex(days[i + 1]!)) dates.add(days[i]!);
  const last = days.at(-1);
  if (last !== undefined && (params.partial_month_refresh || isMonthEnd(last))) dates.add(last);
  const ascending = [...dates];
  return params.drop_adjacent_refresh ? withoutAdjacentPair(ascending) : ascending;
}

/** Drops the last but one date when the last follows it on the next day in another month: one month end, not two. */
function withoutAdjacentPair(dates: CalendarDay[]): CalendarDay[] {
  const [earlier, last] = dates.slice(-2);
  if (earlier === undefined || last === undefined) return dates;
  const isOneTurn = last - earlier === 1 && monthIndex(last) !== monthIndex(earlier);
  return isOneTurn ? [...dates.slice(0, -2), last] : dates;
}
