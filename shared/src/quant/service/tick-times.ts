/** The first tick at or after a time that is later than `lastTickTs`. */
export function nextTickTs(nowMs: number, tickMs: number, lastTickTs: number): number {
  return Math.max(Math.ceil(nowMs / tickMs) * tickMs, lastTickTs + tickMs);
}

/** The newest tick that a late wake-up can still compute: those between `plannedTs` and it are skipped, never queued. */
export function dueTickTs(nowMs: number, tickMs: number, plannedTs: number): number {
  return Math.max(plannedTs, Math.floor(nowMs / tickMs) * tickMs);
}
