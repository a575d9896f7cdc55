import type { Channel } from './stream.ts';

/** What a venue accepts on one connection (market data spec §3.2, §4.4). Times in milliseconds. */
export interface ConnectionLimits {
  /** Subscriptions on one connection; a symbol's streams stay together. */
  readonly mostStreams: number;
  /** Symbols in one subscribe message. */
  readonly mostPerMessage: number;
  /** Channels that take one symbol a message. */
  readonly onePerMessage?: readonly Channel[];
  /** Least time between two messages of ours. */
  readonly messageGapMs: number;
  /** A connection is replaced by a fresh one at this age, before the venue ends it after 24 h. */
  readonly lifeMs: number;
}

/** A socket that has not opened by then is given up. */
export const OPEN_TIMEOUT_MS = 10_000;
/** A subscription must be confirmed, by an answer or by data, within this time. */
export const CONFIRM_TIMEOUT_MS = 10_000;
/** Unconfirmed subscriptions are asked again; after this many tries the connection is given up. */
export const MOST_SUBSCRIBE_TRIES = 3;
/** A subscription that the venue refused is asked again after this: the symbol may be listed by then. */
export const REFUSED_RETRY_MS = 60_000;
/** A successor takes over once it is ready; after this long it also may with a book that is still waiting. */
export const SUCCESSOR_PATIENCE_MS = 30_000;
/** A successor that failed is tried again after this. */
export const SUCCESSOR_RETRY_MS = 60_000;
/** Sockets are replaced an hour before the day that venues give them. */
export const DEFAULT_LIFE_MS = 23 * 3_600_000;
/** Messages that may leave at once after a pause. */
export const MOST_BURST = 5;
