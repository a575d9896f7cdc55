/** For how long a lease is good without a commit: three ticks, so that one late commit does not lose it. */
export function leaseTtlMs(tickMs: number): number {
  return 3 * tickMs;
}

/** How often somebody who stands by asks for the lease. */
export const STANDBY_POLL_MS = 5_000;
