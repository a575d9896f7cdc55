import { BookSide } from './book-side.ts';
import type { BookMemory } from './kernel/book-memory.ts';
import type { LevelList } from './level-list.ts';
import { unitsPerCent } from './notional.ts';

/** How an instrument's numbers become integers: a price is whole 10^−priceDecimals, a size whole 10^−sizeDecimals. */
export interface BookDigits {
  readonly priceDecimals: number;
  readonly sizeDecimals: number;
  /**
   * Sizes of this instrument need more digits than a safe integer has: what lies below the last one is cut off, though a level
   * never vanishes by it. Only for venues without a checksum, whose thin books mix millions with dust.
   */
  readonly cutsDust?: boolean;
  /** Zeros that the venue's texts carry behind the price's and the size's last digit, and that its checksum covers (Kraken v1). */
  readonly textZeros?: { readonly price: number; readonly size: number };
}

/** What a reader of a live book may do: look. Numbers are ticks and lots. */
export interface ReadableBook {
  readonly digits: BookDigits;
  readonly bids: ReadableSide;
  readonly asks: ReadableSide;
}

/**
 * One side of a book. Levels are walked from the best one outwards:
 * `for (let at = side.firstPlace(); at >= 0; at = side.nextPlace(at))`.
 */
export interface ReadableSide {
  readonly length: number;
  /** NaN when the side is empty. */
  readonly bestPrice: number;
  readonly bestSize: number;
  readonly worstPrice: number;
  /** Place of the best level, −1 when the side is empty. Places are good until the next change. */
  firstPlace(): number;
  nextPlace(place: number): number;
  priceAt(place: number): number;
  sizeAt(place: number): number;
  /** Copies price and size of the best ten levels, best first; returns how many there are. */
  readBest(prices: Float64Array, sizes: Float64Array): number;
  /** Size at a price, 0 when there is no such level. */
  sizeOf(price: number): number;
  /**
   * Notional in hundredths of the quote currency from the best level to `edgePrice` inclusive (market data spec §8.1); NaN for one that
   * is no safe integer.
   */
  centsWithin(edgePrice: number): number;
}

/** A price-level book of integer ticks and lots. It knows nothing of venues, sequences or time. */
export class OrderBook implements ReadableBook {
  readonly bids: BookSide;
  readonly asks: BookSide;
  /** Levels kept on each side; everything worse is dropped after each message. */
  readonly depth: number;
  /** Deletions of levels that were not there: allowed, but worth a look when they grow. */
  absentDeletes = 0;
  #digits: BookDigits;

  /** In `memory`, where there is room, changes that lie there too are taken faster. */
  constructor(digits: BookDigits, depth: number, memory: BookMemory | null = null) {
    const cents = unitsPerCent(digits.priceDecimals, digits.sizeDecimals);
    this.#digits = digits;
    this.depth = depth;
    this.bids = new BookSide('bid', depth, cents, memory);
    this.asks = new BookSide('ask', depth, cents, memory);
  }

  get digits(): BookDigits {
    return this.#digits;
  }

  /** Applies one message: all changes in their order, then prunes (market data spec §4.1). */
  apply(bids: LevelList, asks: LevelList): void {
    this.#applySide(this.bids, bids, this.depth);
    this.#applySide(this.asks, asks, this.depth);
  }

  /** Replaces the whole book; a snapshot that is yet to be bridged may keep more levels until the next message. */
  load(bids: LevelList, asks: LevelList, depth = this.depth): void {
    this.clear();
    this.#applySide(this.bids, bids, depth);
    this.#applySide(this.asks, asks, depth);
  }

  clear(): void {
    this.bids.clear();
    this.asks.clear();
  }

  /** Best bid at or above best ask, both present. */
  isCrossed(): boolean {
    return this.bids.bestPrice >= this.asks.bestPrice;
  }

  /** Gives the book other digits. False when a number no longer fits a safe integer; the book is then to be dropped. */
  refit(digits: BookDigits): boolean {
    const prices = 10 ** (digits.priceDecimals - this.#digits.priceDecimals);
    const sizeShift = digits.sizeDecimals - this.#digits.sizeDecimals;
    const cents = unitsPerCent(digits.priceDecimals, digits.sizeDecimals);
    this.#digits = digits;
    const bids = this.bids.rescale(prices, sizeShift, cents);
    return this.asks.rescale(prices, sizeShift, cents) && bids;
  }

  #applySide(side: BookSide, changes: LevelList, depth: number): void {
    this.absentDeletes += side.apply(changes);
    side.prune(depth);
  }
}
