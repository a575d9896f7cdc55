export const MINUTE_MS = 60_000;

/** A bar counts two seconds after its close (data platform spec §5). */
export const MINUTE_GRACE_MS = 2_000;

/** Start of the minute that a time is in. */
export function minuteOf(tsMs: number): number {
  return Math.floor(tsMs / MINUTE_MS) * MINUTE_MS;
}
