import { exponentialMinusOne } from '../../core/elementary.ts';

/** Lateness up to which nothing is taken off, and from which all that may be is, ms (data platform spec §4). */
const NOTHING_MS = 60_000;
const MOST_MS = 300_000;
const MOST = 0.95;

/** A composite that is worse than this is not good enough to act on; reached 188.755 s late. */
export const FAILS_ABOVE = 0.5;

/** How old the newest value of one feed is. */
export interface FeedAge {
  readonly feed: string;
  /** Since its newest value became available, ms. */
  readonly ageMs: number;
  /** What its age may be while all is well: 0 for streams, the interval of polls, the length of bars. */
  readonly expectedMs: number;
}

/** What the age of one feed takes off, in the form in which it is stored and shown. */
export interface FeedPenalty {
  readonly feed: string;
  readonly age_ms: number;
  /** 0 to .95. */
  readonly penalty: number;
}

/** What the worst feed takes off a score, and everything that was looked at. */
export interface FreshnessPenalty {
  /** Of the worst feed: a score counts (1 − penalty) times. 0 without feeds. */
  readonly penalty: number;
  /** The composite may be acted on. */
  readonly is_fresh: boolean;
  /** Worst first, then by name. */
  readonly feeds: readonly FeedPenalty[];
}

/** What lateness takes off: nothing for a minute, then .1·e^(3·(late − 60 s)/240 s), .95 from five minutes on. */
export function latenessPenalty(lateMs: number): number {
  if (lateMs <= NOTHING_MS) return 0;
  if (!(lateMs < MOST_MS)) return MOST;
  return Math.min(MOST, 0.1 * (1 + exponentialMinusOne((3 * (lateMs - NOTHING_MS)) / (MOST_MS - NOTHING_MS))));
}

/** The worst feed wins (data platform spec §4): good feeds do not make up for a late one. An age that is no number is the worst. */
export function freshnessPenalty(ages: readonly FeedAge[]): FreshnessPenalty {
  const feeds = ages
    .map(({ feed, ageMs, expectedMs }) => ({ feed, age_ms: ageMs, penalty: latenessPenalty(ageMs - expectedMs) }))
    .sort((a, b) => b.penalty - a.penalty || (a.feed < b.feed ? -1 : 1));
  const penalty = feeds[0]?.penalty ?? 0;
  return { penalty, is_fresh: penalty <= FAILS_ABOVE, feeds };
}
