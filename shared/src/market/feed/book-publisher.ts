import type { InstrumentSpec } from '../../contracts/instrument-spec.ts';
import type { MarketEventSink } from '../../ports/market-feed.ts';
import type { BookFeed } from '../book-sync/book-feed.ts';
import { bookDepth, bookTop } from './book-values.ts';
import { envelope } from './event-envelope.ts';

/** How often a book's numbers are told at most. Both divide the times at which they are told. */
export interface EventPace {
  readonly topEveryMs: number;
  readonly depthEveryMs: number;
}

/** The quant engine reads the book once a second and its top within one bar of a chart. */
export const DEFAULT_PACE: EventPace = { topEveryMs: 100, depthEveryMs: 1_000 };

interface Told {
  readonly isLive: boolean | null;
  readonly reason: string | null;
}

/**
 * Turns the books of a connection into events: a state at every change of life, the top at most every `topEveryMs`, the depth
 * every `depthEveryMs`, both only while a book is live. Tops in between are conflated: the newest counts.
 */
export class BookPublisher {
  /** Changes of a top that a newer one replaced before it was told. */
  conflated = 0;
  readonly #instruments: readonly InstrumentSpec[];
  readonly #emit: MarketEventSink;
  readonly #told: Told[];
  readonly #tops: Float64Array;
  readonly #isTopDue: boolean[];
  readonly #tsEventMs: Float64Array;

  constructor(instruments: readonly InstrumentSpec[], emit: MarketEventSink) {
    this.#instruments = instruments;
    this.#emit = emit;
    this.#told = instruments.map(() => ({ isLive: null, reason: null }));
    this.#tops = new Float64Array(instruments.length * 4);
    this.#isTopDue = instruments.map(() => false);
    this.#tsEventMs = new Float64Array(instruments.length).fill(-1);
  }

  /** Something was published in a book; `tsEventMs` is −1 where the venue gives no time. */
  touched(feed: BookFeed, index: number, tsEventMs: number, nowMs: number): void {
    this.#tsEventMs[index] = tsEventMs;
    this.checkState(feed, index, nowMs);
    const book = feed.books[index]!.liveBook;
    if (book === null) return;
    const tops = this.#tops;
    const at = index * 4;
    const { bids, asks } = book;
    const isSame =
      tops[at] === bids.bestPrice &&
      tops[at + 1] === bids.bestSize &&
      tops[at + 2] === asks.bestPrice &&
      tops[at + 3] === asks.bestSize;
    if (isSame) return;
    tops[at] = bids.bestPrice;
    tops[at + 1] = bids.bestSize;
    tops[at + 2] = asks.bestPrice;
    tops[at + 3] = asks.bestSize;
    if (this.#isTopDue[index]) this.conflated += 1;
    this.#isTopDue[index] = true;
  }

  /** Tells whether a book is live if that changed, or if it was broken for another reason. */
  checkState(feed: BookFeed, index: number, nowMs: number): void {
    const { phase, reason } = feed.books[index]!.state;
    const isLive = phase === 'live';
    const why = isLive ? null : (reason ?? 'connecting');
    const told = this.#told[index]!;
    if (told.isLive === isLive && told.reason === why) return;
    this.#told[index] = { isLive, reason: why };
    if (!isLive) this.#isTopDue[index] = false;
    // The first word about a book is a state; a top follows from the next message or tick.
    else this.#isTopDue[index] = true;
    const common = this.#envelope(index, nowMs, nowMs);
    this.#emit({ ...common, type: 'book_state', unit: 'state', live: isLive, reason: why });
  }

  /** Tops that changed since the last time. */
  tellTops(feed: BookFeed, nowMs: number): void {
    for (let index = 0; index < this.#isTopDue.length; index++) {
      if (!this.#isTopDue[index]) continue;
      this.#isTopDue[index] = false;
      const book = feed.books[index]!.liveBook;
      const top = book === null ? null : bookTop(book, this.#instruments[index]!);
      if (top === null) continue;
      this.#emit({ ...this.#envelope(index, this.#tsEventMs[index]!, nowMs), type: 'book_top', unit: 'quote', ...top });
    }
  }

  tellDepths(feed: BookFeed, nowMs: number): void {
    for (let index = 0; index < this.#instruments.length; index++) {
      const book = feed.books[index]!.liveBook;
      const depth = book === null ? null : bookDepth(book, this.#instruments[index]!);
      if (depth === null) continue;
      this.#emit({ ...this.#envelope(index, this.#tsEventMs[index]!, nowMs), type: 'book_depth', unit: 'quote', ...depth });
    }
  }

  /** Starts anew for a reader that has heard nothing yet. */
  forget(): void {
    this.#told.fill({ isLive: null, reason: null });
  }

  #envelope(index: number, tsEventMs: number, nowMs: number) {
    const { id } = this.#instruments[index]!;
    return envelope({ venue: id.slice(id.indexOf('@') + 1), instrument: id, rawRef: null }, tsEventMs, nowMs);
  }
}
