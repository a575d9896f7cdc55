import type { PoolParams } from '../contracts/pool-params.ts';
import type { CalendarDay } from '../core/calendar-day.ts';
import { invariant } from '../core/errors.ts';
import { refreshDates } from '../pool/universe/refresh-dates.ts';

/**
 * Dates of shadow releases (release spec §10): the last panel date of each month, the first panel date and the last of an
 * unfinished month. Two adjacent days across a month's end count once (research spec §8). `dates` ascend.
 */
export function releaseDates(dates: Int32Array, { universe }: PoolParams): CalendarDay[] {
  const all = { partial_month_refresh: true, first_date_refresh: true, drop_adjacent_refresh: universe.drop_adjacent_refresh };
  return refreshDates(dates, all);
}

/**
 * The day from which a release of `asOf` may act: the panel date `activation_lag_days` later. Where the panel ends before it, S26
 * decides: `as_of` itself as in the reference, or as many calendar days later.
 */
export function activationDay(dates: Int32Array, asOf: CalendarDay, { shadow }: PoolParams): CalendarDay {
  const position = dates.indexOf(asOf);
  invariant(position >= 0, 'a release date is a panel date');
  const later = dates[position + shadow.activation_lag_days];
  if (later !== undefined) return later;
  return shadow.activation_missing === 'as_of' ? asOf : asOf + shadow.activation_lag_days;
}
