/** Why a book may not be read (market data spec §4.1); `refused`: the venue does not give it. */
export type InvalidReason =
  | 'gap'
  | 'checksum'
  | 'crossed'
  | 'stale'
  | 'overflow'
  | 'parse'
  | 'disconnect'
  | 'spec_changed'
  | 'refused';

export type BookPhase = 'idle' | 'connecting' | 'buffering' | 'snapshot' | 'live' | 'invalid' | 'backoff';

/** Where one book is in its life. A value: a transition makes a new one, everything else leaves it as it is. */
export interface BookState {
  readonly phase: BookPhase;
  /** The last reason for which the book was not live; null until there was one, and again once it is live. */
  readonly reason: InvalidReason | null;
  readonly sinceMs: number;
  /** Snapshots of this synchronisation that could not be bridged. */
  readonly failedSnapshots: number;
}

export type BookEvent =
  | { readonly type: 'demanded' }
  | { readonly type: 'opened' }
  | { readonly type: 'open_failed' }
  | { readonly type: 'snapshot_arrived' }
  | { readonly type: 'bridged' }
  | { readonly type: 'not_bridged' }
  | { readonly type: 'broke'; readonly reason: InvalidReason }
  | { readonly type: 'resubscribed' }
  | { readonly type: 'reconnecting' }
  | { readonly type: 'backoff_over' };

/** A snapshot must have come this long after the subscription. */
export const SNAPSHOT_TIMEOUT_MS = 10_000;
/** Snapshots tried in one synchronisation before the connection is given up. */
export const MOST_SNAPSHOT_TRIES = 3;
/** Deltas kept while a snapshot is awaited. */
export const MOST_BUFFERED_DELTAS = 10_000;
/** A crossed or locked book is believed for this long. */
export const MOST_CROSSED_MS = 1_000;

export function idleState(nowMs: number): BookState {
  return { phase: 'idle', reason: null, sinceMs: nowMs, failedSnapshots: 0 };
}

/** The state after an event; the same value when the event means nothing in this phase. */
export function nextBookState(state: BookState, event: BookEvent, nowMs: number): BookState {
  switch (event.type) {
    case 'demanded':
      return state.phase === 'idle' ? enter(state, 'connecting', nowMs) : state;
    case 'backoff_over':
      return state.phase === 'backoff' ? enter(state, 'connecting', nowMs) : state;
    case 'opened':
      return state.phase === 'connecting' ? fresh(state, 'buffering', nowMs) : state;
    case 'resubscribed':
      return state.phase === 'invalid' ? fresh(state, 'buffering', nowMs) : state;
    case 'snapshot_arrived':
      return state.phase === 'buffering' ? enter(state, 'snapshot', nowMs) : state;
    case 'bridged':
      return state.phase === 'snapshot' ? { phase: 'live', reason: null, sinceMs: nowMs, failedSnapshots: 0 } : state;
    case 'not_bridged':
      return state.phase === 'snapshot' ? afterFailedSnapshot(state, nowMs) : state;
    case 'broke':
      return canBreak(state.phase) ? { ...enter(state, 'invalid', nowMs), reason: event.reason } : state;
    case 'open_failed':
    case 'reconnecting':
      return state.phase === 'idle' ? state : enter(state, 'backoff', nowMs);
  }
}

/**
 * A connection that brings no snapshot in time is given up. A loaded REST snapshot may wait longer for the delta that proves it:
 * a quiet instrument has none.
 */
export function isSnapshotOverdue(state: BookState, nowMs: number): boolean {
  return state.phase === 'buffering' && nowMs - state.sinceMs >= SNAPSHOT_TIMEOUT_MS;
}

function canBreak(phase: BookPhase): boolean {
  return phase === 'buffering' || phase === 'snapshot' || phase === 'live';
}

function afterFailedSnapshot(state: BookState, nowMs: number): BookState {
  const failedSnapshots = state.failedSnapshots + 1;
  if (failedSnapshots >= MOST_SNAPSHOT_TRIES) return { phase: 'invalid', reason: 'gap', sinceMs: nowMs, failedSnapshots };
  return { ...enter(state, 'buffering', nowMs), failedSnapshots };
}

function enter(state: BookState, phase: BookPhase, nowMs: number): BookState {
  return { ...state, phase, sinceMs: nowMs };
}

function fresh(state: BookState, phase: BookPhase, nowMs: number): BookState {
  return { ...state, phase, sinceMs: nowMs, failedSnapshots: 0 };
}
