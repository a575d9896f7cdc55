/** ≥ `most` events within `windowMs` call for a stronger remedy (market data spec §4.1). */
export interface EventLimit {
  readonly most: number;
  readonly windowMs: number;
}

/** Three invalidations of one book in five minutes: reconnect its socket. */
export const INVALIDATION_LIMIT: EventLimit = { most: 3, windowMs: 300_000 };
/** Three reconnects in ten minutes: the venue is degraded. */
export const RECONNECT_LIMIT: EventLimit = { most: 3, windowMs: 600_000 };
/** Connection attempts to one host, below the venue's edge limit (market data spec §4.4). */
export const CONNECTION_LIMIT: EventLimit = { most: 100, windowMs: 600_000 };

/** The times still inside the window, with `nowMs` added. */
export function withEvent(times: readonly number[], limit: EventLimit, nowMs: number): readonly number[] {
  return [...times.filter((time) => time > nowMs - limit.windowMs), nowMs];
}

export function isReached(times: readonly number[], limit: EventLimit, nowMs: number): boolean {
  return times.filter((time) => time > nowMs - limit.windowMs).length >= limit.most;
}
