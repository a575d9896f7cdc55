import { KrakenChecksum } from '#shared/market/book/kraken-checksum.ts';
import { BookFeed, type FeedRequest } from '#shared/market/book-sync/book-feed.ts';
import type { SequenceRule } from '#shared/market/book-sync/sequence-rule.ts';
import { type BookInstrument, BookInstruments } from '#shared/market/venues/book-instruments.ts';
import { createFrameReader, FrameBytes } from '#shared/market/venues/create-frame-reader.ts';
import type { FrameKind, FrameReader } from '#shared/market/venues/frame-reader.ts';
import type { FrameSyntax } from '#shared/market/venues/frame-syntax.ts';

export interface FeedRunOptions {
  readonly instruments: readonly BookInstrument[];
  readonly syntax: FrameSyntax;
  readonly rule: SequenceRule;
  readonly depth?: number;
  readonly checksum?: boolean;
}

/** A book feed driven by texts instead of a socket, opened at time 0, that remembers what it asked for. */
export class FeedRun {
  readonly instruments: BookInstruments;
  readonly feed: BookFeed;
  readonly requests: FeedRequest[] = [];
  readonly kinds: Record<FrameKind, number> = { books: 0, message: 0, refused: 0 };
  /** What was refused, for a failing test to show. */
  readonly refusals: string[] = [];
  readonly #bytes = new FrameBytes();
  readonly #reader: FrameReader;

  constructor(options: FeedRunOptions) {
    const { syntax, rule, depth = Number.POSITIVE_INFINITY } = options;
    this.instruments = new BookInstruments(options.instruments);
    this.#reader = createFrameReader(syntax, this.instruments);
    this.feed = new BookFeed({
      reader: this.#reader,
      instruments: this.instruments,
      rule,
      depth,
      ...(options.checksum === true ? { checksum: new KrakenChecksum() } : {}),
      onRequest: (request) => this.requests.push(request),
      nowMs: 0,
    });
    this.feed.opened(0);
  }

  frame(text: string, nowMs = 0): FrameKind {
    const length = this.#bytes.fill(text);
    const kind = this.feed.onFrame(this.#bytes.bytes, length, nowMs);
    this.kinds[kind] += 1;
    if (kind === 'refused') this.refusals.push(JSON.stringify(this.#reader.refusal));
    return kind;
  }

  /** A frame that is no text. */
  bytes(frame: Uint8Array, nowMs = 0): FrameKind {
    const kind = this.feed.onFrame(frame, frame.length, nowMs);
    this.kinds[kind] += 1;
    return kind;
  }

  /** A REST reply about one instrument, in the syntax of that reply. */
  reply(text: string, syntax: FrameSyntax, nowMs = 0): void {
    const reader = createFrameReader(syntax, this.instruments);
    const length = this.#bytes.fill(text);
    const kind = this.feed.onRestReply(reader, this.#bytes.bytes, length, nowMs);
    if (kind !== 'books') throw new Error(JSON.stringify(reader.refusal));
  }

  book(symbol: string): BookFeed['books'][number] {
    return this.feed.books[this.instruments.indexOf(symbol)]!;
  }

  get published(): number {
    return this.feed.books.reduce((sum, book) => sum + book.published, 0);
  }
}
