import type { BookDepthEvent, BookStateEvent, BookTopEvent } from '../../contracts/market-events/book-events.ts';
import type { MicroSample, TopChange } from '../../contracts/stream-payloads.ts';

export type BookEvent = BookTopEvent | BookDepthEvent | BookStateEvent;

/** One instrument's sample with the changes of its top since the sample before. */
export interface SampledBook {
  readonly instrument: string;
  readonly sample: MicroSample;
  readonly tops: readonly TopChange[];
  /** When the newest of what is in it reached us, ms. */
  readonly recvMs: number;
}

interface Book {
  /** Null while the book is live. */
  reason: string | null;
  top: BookTopEvent | null;
  depth: BookDepthEvent | null;
  tops: TopChange[];
}

const EVERY_MS = 1_000;

/** A value older than this is not hot any more (data platform spec §4). */
const STALE_AFTER_MS = 5_000;

/** After a pause longer than this the seconds in it stay empty: nobody looked then. */
const MOST_BEHIND_MS = 5_000;

/** The newest changes of a top that one sample carries. */
const MOST_TOPS = 32;

/** Samples every book at whole seconds from what had reached us by then. */
export class MicroSampler {
  readonly #books = new Map<string, Book>();
  #nextMs: number | null = null;

  /** Takes an event; samples that are due before it must have been taken by `due`. */
  push(event: BookEvent): void {
    this.#nextMs ??= (Math.floor(event.ts_recv / EVERY_MS) + 1) * EVERY_MS;
    const book = this.#bookOf(event.instrument);
    switch (event.type) {
      case 'book_state':
        book.reason = event.live ? null : (event.reason ?? 'unknown');
        if (!event.live) Object.assign(book, { top: null, depth: null });
        return;
      case 'book_depth':
        book.depth = event;
        return;
      case 'book_top':
        book.top = event;
        book.tops.push(topChange(event));
        if (book.tops.length > MOST_TOPS) book.tops.shift();
    }
  }

  /** Samples of every whole second before `nowMs` that was not sampled yet, ascending. */
  due(nowMs: number): readonly SampledBook[] {
    const found: SampledBook[] = [];
    if (this.#nextMs === null) return found;
    if (nowMs - this.#nextMs > MOST_BEHIND_MS) this.#nextMs = Math.floor(nowMs / EVERY_MS) * EVERY_MS;
    for (; this.#nextMs < nowMs; this.#nextMs += EVERY_MS) {
      for (const [instrument, book] of this.#books) found.push(sampled(instrument, book, this.#nextMs));
    }
    return found;
  }

  #bookOf(instrument: string): Book {
    const known = this.#books.get(instrument);
    if (known !== undefined) return known;
    const book: Book = { reason: null, top: null, depth: null, tops: [] };
    this.#books.set(instrument, book);
    return book;
  }
}

function topChange({ ts_event, ts_recv, bid, bid_size, ask, ask_size }: BookTopEvent): TopChange {
  return { ts_event, ts_recv, bid, bid_size, ask, ask_size };
}

function sampled(instrument: string, book: Book, ts: number): SampledBook {
  const { tops } = book;
  book.tops = [];
  const top = freshAt(ts, book.top);
  const depth = freshAt(ts, book.depth);
  const state = book.reason ?? (top !== null ? 'live' : book.top === null ? 'waiting' : 'stale');
  const recvMs = Math.max(top?.ts_recv ?? 0, depth?.ts_recv ?? 0, tops.at(-1)?.ts_recv ?? 0) || ts;
  return { instrument, sample: { ts, ...topFields(top), ...depthFields(depth), book_state: state }, tops, recvMs };
}

function freshAt<T extends { readonly ts_recv: number }>(ts: number, event: T | null): T | null {
  return event !== null && ts - event.ts_recv <= STALE_AFTER_MS ? event : null;
}

function topFields(top: BookTopEvent | null) {
  if (top === null) return { bid: null, bid_size: null, ask: null, ask_size: null, spread_bps: null };
  const { bid, bid_size, ask, ask_size } = top;
  return { bid, bid_size, ask, ask_size, spread_bps: ask > bid ? (1e4 * (ask - bid)) / ((ask + bid) / 2) : null };
}

function depthFields(depth: BookDepthEvent | null) {
  const band = (bps: number) => depth?.bands.find((each) => each.bps === bps);
  const truncated = (side: 'bid_truncated' | 'ask_truncated') => depth?.bands.find((each) => each[side])?.bps ?? null;
  return {
    best10_bid: depth?.best_bid ?? null,
    best10_ask: depth?.best_ask ?? null,
    depth_10bps_bid: band(10)?.bid ?? null,
    depth_10bps_ask: band(10)?.ask ?? null,
    depth_25bps_bid: band(25)?.bid ?? null,
    depth_25bps_ask: band(25)?.ask ?? null,
    depth_100bps_bid: band(100)?.bid ?? null,
    depth_100bps_ask: band(100)?.ask ?? null,
    depth_200bps_bid: band(200)?.bid ?? null,
    depth_200bps_ask: band(200)?.ask ?? null,
    truncated_bid_bps: truncated('bid_truncated'),
    truncated_ask_bps: truncated('ask_truncated'),
  };
}
