import { BookSide, type Level, type LevelChange, type LimitBook } from './limit-book.ts';

/** The true book of an instrument as it was after one change. */
export interface TrueBook {
  readonly sequence: number;
  /** Time of that change, µs since the epoch. */
  readonly atUs: number;
  readonly priceDigits: number;
  readonly sizeDigits: number;
  /** Best first. */
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

/** A copy of the whole book and the changes that followed it. */
interface Segment {
  readonly first: TrueBook;
  readonly changes: LevelChange[];
  readonly times: number[];
}

const SEGMENT_CHANGES = 1000;

/** Remembers the last changes of a book, at least `keep` of them, so that its state at any of their numbers can be told. */
export class ChangeJournal {
  #segments: Segment[] = [];
  readonly #keptSegments: number;

  constructor(keep: number) {
    this.#keptSegments = Math.ceil(keep / SEGMENT_CHANGES) + 1;
  }

  /** Starts a new segment from the book as it is: at the beginning and whenever its digits change. */
  checkpoint(book: LimitBook, digits: { readonly priceDigits: number; readonly sizeDigits: number }, atUs: number): void {
    const { priceDigits, sizeDigits } = digits;
    const [bids, asks] = [book.bids.levels(Number.POSITIVE_INFINITY), book.asks.levels(Number.POSITIVE_INFINITY)];
    const first: TrueBook = { sequence: book.sequence, atUs, priceDigits, sizeDigits, bids, asks };
    this.#segments.push({ first, changes: [], times: [] });
    if (this.#segments.length > this.#keptSegments) this.#segments.shift();
  }

  /** Changes that were applied at one instant. */
  record(book: LimitBook, changes: readonly LevelChange[], atUs: number): void {
    const segment = this.#segments.at(-1)!;
    for (const change of changes) {
      segment.changes.push(change);
      segment.times.push(atUs);
    }
    if (segment.changes.length >= SEGMENT_CHANGES) this.checkpoint(book, segment.first, atUs);
  }

  /** The book after change number `sequence`; undefined when that is too long ago or has not happened. */
  bookAt(sequence: number, depth: number): TrueBook | undefined {
    const segment = this.#segments.findLast(({ first }) => first.sequence <= sequence);
    if (segment === undefined || sequence > segment.first.sequence + segment.changes.length) return undefined;
    return replayed(segment, sequence - segment.first.sequence, depth);
  }

  /** Number of the newest change at or before `atUs`; undefined when that is too long ago. */
  sequenceAt(atUs: number): number | undefined {
    const segment = this.#segments.findLast(({ first }) => first.atUs <= atUs);
    if (segment === undefined) return undefined;
    const later = segment.times.findIndex((time) => time > atUs);
    return segment.first.sequence + (later < 0 ? segment.times.length : later);
  }
}

function replayed({ first, changes, times }: Segment, count: number, depth: number): TrueBook {
  const bids = sideOf('bid', first.bids);
  const asks = sideOf('ask', first.asks);
  for (const { side, price, size } of changes.slice(0, count)) (side === 'bid' ? bids : asks).set(price, size);
  return {
    ...first,
    sequence: first.sequence + count,
    atUs: times[count - 1] ?? first.atUs,
    bids: bids.levels(depth),
    asks: asks.levels(depth),
  };
}

function sideOf(name: 'bid' | 'ask', levels: readonly Level[]): BookSide {
  const side = new BookSide(name);
  for (const { price, size } of levels) {
    side.prices.push(price);
    side.sizes.push(size);
  }
  return side;
}
