import type { BookFeed } from '../book-sync/book-feed.ts';
import type { BookFrame } from '../venues/book-frame.ts';
import type { FrameReader } from '../venues/frame-reader.ts';
import { BookAudit } from './book-audit.ts';
import type { AskOwner } from './session-request.ts';
import type { BookAuditRule } from './venue-protocol.ts';

/** The comparisons of one session's live books with REST: asks for the books of the venue, and judges by the answers. */
export class SessionAudit {
  readonly #rule: BookAuditRule;
  readonly #audit: BookAudit;
  readonly #symbols: readonly string[];
  readonly #feed: BookFeed;
  readonly #ask: AskOwner;

  constructor(rule: BookAuditRule, symbols: readonly string[], feed: BookFeed, ask: AskOwner, nowMs: number) {
    this.#rule = rule;
    this.#audit = new BookAudit(symbols.length, rule.everyMs, nowMs);
    this.#symbols = symbols;
    this.#feed = feed;
    this.#ask = ask;
  }

  /** A message about a book was read. */
  touched(instrument: number, frame: BookFrame): void {
    this.#audit.touched(instrument, frame);
  }

  /** Moves on with time. */
  next(atMs: number): void {
    const instrument = this.#audit.next(atMs);
    if (instrument < 0) return;
    if (this.#feed.read(instrument).state !== 'live') {
      this.#audit.missed(instrument, atMs);
      return;
    }
    this.#ask({ type: 'fetch', purpose: 'audit', instrument, request: this.#rule.request(this.#symbols[instrument]!) });
  }

  /** The venue's book, or null. True when it proved ours wrong, and ours is not live any more. */
  answered(reader: FrameReader, instrument: number, bytes: Uint8Array | null, nowMs: number): boolean {
    if (bytes === null || reader.read(bytes, bytes.length) !== 'books') {
      this.#audit.missed(instrument, nowMs);
      return false;
    }
    const { book } = this.#feed.read(instrument);
    if (!this.#audit.compare(instrument, book, reader.books[0]!, this.#rule.sizeDecimals, nowMs)) return false;
    this.#feed.distrust(instrument, nowMs);
    return true;
  }
}
