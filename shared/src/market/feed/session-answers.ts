import type { BookDigits } from '../book/order-book.ts';
import type { BookFeed } from '../book-sync/book-feed.ts';
import type { NotesSession } from './message-notes.ts';
import type { AskOwner, SessionCounters } from './session-request.ts';
import type { SessionTime } from './session-time.ts';
import type { SnapshotFetches } from './snapshot-fetches.ts';
import type { Channel } from './stream.ts';
import type { Subscriptions } from './subscriptions.ts';

export interface SessionAnswersParts {
  readonly time: SessionTime;
  readonly feed: BookFeed;
  readonly subscriptions: Subscriptions;
  readonly snapshots: SnapshotFetches;
  readonly counters: SessionCounters;
  readonly ask: AskOwner;
  /** The state of a book, or of all, may have changed. */
  readonly onState: (instrument?: number) => void;
}

/** What a venue's messages mean for the session that they came to: subscriptions answered, digits, heartbeats, farewells. */
export class SessionAnswers implements NotesSession {
  rawRef: string | null = null;
  readonly #parts: SessionAnswersParts;
  #heartbeat = -1;

  constructor(parts: SessionAnswersParts) {
    this.#parts = parts;
  }

  get nowMs(): number {
    return this.#parts.time.nowMs;
  }

  /** A new socket counts its heartbeats anew. */
  opened(): void {
    this.#heartbeat = -1;
  }

  streamAt(channel: Channel, symbol: string): number | undefined {
    return this.#parts.subscriptions.at(channel, symbol);
  }

  instrumentAt(symbol: string): number {
    return this.#parts.subscriptions.instrumentOf(symbol);
  }

  /** A subscription was answered with yes, by a message or by its first data. */
  confirm(index: number | undefined): void {
    const { subscriptions, snapshots, ask } = this.#parts;
    if (index === undefined || !subscriptions.confirm(index)) return;
    ask({ type: 'confirmed', stream: index, reason: '' });
    snapshots.confirmed(index);
  }

  confirmRequest(id: number): void {
    for (const index of this.#parts.subscriptions.answered(id) ?? []) this.confirm(index);
  }

  refuse(indices: readonly (number | undefined)[], reason: string): void {
    const { subscriptions, feed, ask, onState } = this.#parts;
    for (const stream of indices) {
      if (stream === undefined) continue;
      ask({ type: 'refused', stream, reason });
      const { channel, symbol } = subscriptions.streams[stream]!;
      if (channel !== 'book') continue;
      feed.refused(subscriptions.instrumentOf(symbol), this.nowMs);
      onState();
    }
  }

  refuseRequest(id: number, reason: string): void {
    const streams = this.#parts.subscriptions.answered(id);
    if (streams === undefined) this.complain(reason);
    else this.refuse(streams, reason);
  }

  complain(_reason: string): void {
    this.#parts.counters.complaints += 1;
  }

  onDigits(instrument: number, digits: BookDigits): void {
    this.#parts.feed.digitsChanged(instrument, digits, this.nowMs);
    this.#parts.onState(instrument);
  }

  leaving(reason: string): void {
    this.#parts.ask({ type: 'reconnect', reason });
  }

  /** A lost heartbeat means that other frames were lost too. */
  onHeartbeat(counter: number): void {
    const isGap = this.#heartbeat >= 0 && counter > this.#heartbeat + 1;
    this.#heartbeat = Math.max(this.#heartbeat, counter);
    if (isGap) this.#parts.ask({ type: 'reconnect', reason: 'heartbeat_gap' });
  }
}
