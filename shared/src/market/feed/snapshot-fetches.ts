import type { BookFeed } from '../book-sync/book-feed.ts';
import type { AskOwner } from './session-request.ts';
import type { Subscriptions } from './subscriptions.ts';
import type { VenueProtocol } from './venue-protocol.ts';

/** REST books with which streams must be bridged: when one is asked for, and asked for again. */
export class SnapshotFetches {
  readonly #snapshot: VenueProtocol['snapshot'];
  readonly #subscriptions: Subscriptions;
  readonly #feed: BookFeed;
  readonly #ask: AskOwner;
  /** Instruments whose answer brought no book. */
  readonly #owed = new Set<number>();

  constructor(snapshot: VenueProtocol['snapshot'], subscriptions: Subscriptions, feed: BookFeed, ask: AskOwner) {
    this.#snapshot = snapshot;
    this.#subscriptions = subscriptions;
    this.#feed = feed;
    this.#ask = ask;
  }

  /** A book needs one. It is asked for once updates are flowing: an older one could never be bridged. */
  wanted(instrument: number): void {
    const stream = this.#subscriptions.bookOf(instrument);
    if (stream !== undefined && this.#subscriptions.isConfirmed(stream)) this.#fetch(instrument);
  }

  /** Updates of a book are flowing. */
  confirmed(stream: number): void {
    const { channel, symbol } = this.#subscriptions.streams[stream]!;
    if (channel === 'book') this.#fetch(this.#subscriptions.instrumentOf(symbol));
  }

  /** The answer was none. */
  failed(instrument: number): void {
    this.#owed.add(instrument);
  }

  /** Asks again for what is still needed. */
  retry(): void {
    const owed = [...this.#owed];
    this.#owed.clear();
    for (const instrument of owed) if (this.#feed.read(instrument).state === 'buffering') this.#fetch(instrument);
  }

  #fetch(instrument: number): void {
    const symbol = this.#subscriptions.symbols[instrument];
    if (this.#snapshot === null || symbol === undefined) return;
    this.#ask({ type: 'fetch', purpose: 'snapshot', instrument, request: this.#snapshot(symbol) });
  }
}
