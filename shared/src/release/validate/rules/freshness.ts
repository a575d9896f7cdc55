import { parseDay } from '../../../core/calendar-day.ts';
import { ageDays, MAX_POOL_AGE_DAYS } from '../../expiry.ts';
import { member, textOf } from '../json-fields.ts';
import type { JsonDocument, ReleaseWorld } from '../release-world.ts';
import type { Violation } from '../rule.ts';

/** V21: the pool is not of the future, and not older than 45 days (a warning unless freshness is required). */
export function poolIsFresh({ pool, options }: ReleaseWorld): readonly Violation[] {
  const age = poolAge(pool, options.referenceDate);
  if (pool === undefined || age === null) return [];
  const at = { file: pool.file, path: 'as_of_date' };
  if (age < 0) return [{ ...at, message: `lies ${-age} days after the reference date ${options.referenceDate}` }];
  if (age <= MAX_POOL_AGE_DAYS) return [];
  const message = `${age} days old on ${options.referenceDate}, at most ${MAX_POOL_AGE_DAYS} are allowed`;
  return [{ ...at, message, level: options.freshnessRequired ? 'error' : 'warning' }];
}

/** Days from as_of to the reference date, null where as_of is no date. */
export function poolAge(pool: JsonDocument | undefined, referenceDate: string): number | null {
  const asOf = textOf(member(pool?.root, 'as_of_date'))?.slice(0, 10) ?? '';
  return parseDay(asOf) === undefined ? null : ageDays(asOf, referenceDate);
}
