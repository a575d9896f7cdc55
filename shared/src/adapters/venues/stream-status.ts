import type { SessionCounters } from '../../market/feed/session-request.ts';
import type { VenueSession } from '../../market/feed/venue-session.ts';

export interface BookStatus {
  readonly instrument: string;
  readonly state: string;
  readonly reason: string | null;
  readonly ageMs: number;
}

export interface StreamStatus {
  readonly connection: string;
  readonly phase: 'stopped' | 'backoff' | 'opening' | 'open';
  readonly isStale: boolean;
  readonly isDegraded: boolean;
  readonly lastFrameAgeMs: number | null;
  /** Sockets opened so far, and connections lost. */
  readonly sockets: number;
  readonly lost: number;
  readonly counters: SessionCounters;
  readonly conflatedTops: number;
  readonly books: readonly BookStatus[];
}

/** State of one book as its session has it; without a session there is no socket. */
export function bookStatus(instrument: string, session: VenueSession | undefined, index: number, nowMs: number): BookStatus {
  if (session === undefined) return { instrument, state: 'backoff', reason: 'disconnect', ageMs: 0 };
  const { state, reason, sinceMs } = session.feed.read(index);
  return { instrument, state, reason, ageMs: nowMs - sinceMs };
}

/** Counters of two sessions together. */
export function sumCounters(a: SessionCounters, b: SessionCounters | undefined): SessionCounters {
  if (b === undefined) return a;
  const invalidations = { ...a.invalidations };
  for (const [reason, count] of Object.entries(b.invalidations)) invalidations[reason] = (invalidations[reason] ?? 0) + count;
  return { frames: a.frames + b.frames, refused: a.refused + b.refused, complaints: a.complaints + b.complaints, invalidations };
}
