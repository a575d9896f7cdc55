import { formatDay, parseDay } from '../core/calendar-day.ts';
import { LivepoolError } from '../core/errors.ts';

/** A consumer drops a pool whose as_of is older than this many days. */
export const MAX_POOL_AGE_DAYS = 45;

/** End of a pool's life: as_of + 46 days, 00:00Z, as statements and the summary write it (release spec §5). */
export function expiresAt(asOfDate: string): string {
  return `${formatDay(dayOf(asOfDate) + MAX_POOL_AGE_DAYS + 1)}T00:00:00Z`;
}

/** Whole days from `asOfDate` to `referenceDate` (both `YYYY-MM-DD`); negative when as_of lies in the future. */
export function ageDays(asOfDate: string, referenceDate: string): number {
  return dayOf(referenceDate) - dayOf(asOfDate);
}

function dayOf(date: string): number {
  const day = parseDay(date);
  if (day !== undefined) return day;
  throw new LivepoolError('INVARIANT', 'bug', `${JSON.stringify(date)} is no date YYYY-MM-DD`);
}
