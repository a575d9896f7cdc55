const BASE_MS = 1_000;
const LONGEST_MS = 60_000;

/** A connection that was live this long starts counting its attempts anew. */
export const RESET_BACKOFF_AFTER_LIVE_MS = 60_000;

/**
 * Wait before connection attempt `attempt` (1 = first): half of `w` plus a random half, `w = min(60 s, 1 s · 2^(attempt − 1))`.
 * `chance` is uniform in [0, 1), from the injected generator (market data spec §4.4).
 */
export function backoffMs(attempt: number, chance: number): number {
  const wait = Math.min(LONGEST_MS, BASE_MS * 2 ** Math.min(attempt - 1, 10));
  return wait / 2 + (chance * wait) / 2;
}
