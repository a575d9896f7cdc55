import type { BookSide, Level, LevelChange, LimitBook } from '../live/limit-book.ts';
import type { SidedLevels } from './stream-session.ts';

/**
 * The best `depth` levels of a side as a subscriber sees them. Tells which levels a message must carry so that a subscriber who
 * applies them and cuts to `depth` again has the true window: what changed inside, what left, and what moved up into it.
 */
export class BookWindow {
  readonly #book: LimitBook;
  readonly #depth: number;
  /** Price of the last level shown; undefined while the window is not full. */
  #lastBid: number | undefined;
  #lastAsk: number | undefined;

  constructor(book: LimitBook, depth: number) {
    this.#book = book;
    this.#depth = depth;
    this.#remember();
  }

  /** The window as it is now; changes count from here. */
  snapshot(): SidedLevels {
    this.#remember();
    return { bids: this.#book.bids.levels(this.#depth), asks: this.#book.asks.levels(this.#depth) };
  }

  /** Follows a change of the price digits by powers of ten, with changes yet to be told. */
  scalePrices(factor: number): void {
    if (this.#lastBid !== undefined) this.#lastBid *= factor;
    if (this.#lastAsk !== undefined) this.#lastAsk *= factor;
  }

  /**
   * Levels to send for these changes of the book. `steps`: sizes in between are sent too, one price several times, as Kraken does;
   * `net`: every price once, as it is now.
   */
  changes(changes: readonly LevelChange[], form: 'steps' | 'net'): SidedLevels {
    const told = {
      bids: this.#sideChanges(this.#book.bids, 'bid', changes, this.#lastBid, form),
      asks: this.#sideChanges(this.#book.asks, 'ask', changes, this.#lastAsk, form),
    };
    this.#remember();
    return told;
  }

  #sideChanges(
    side: BookSide,
    name: 'bid' | 'ask',
    changes: readonly LevelChange[],
    last: number | undefined,
    form: 'steps' | 'net',
  ): readonly Level[] {
    const told: Level[] = [];
    const prices = new Set<number>();
    for (const change of changes) {
      if (change.side !== name || (form === 'net' && prices.has(change.price))) continue;
      const size = side.sizeAt(change.price);
      const isShown = size > 0 ? side.rankOf(change.price) < this.#depth : this.#wasShown(side, change.price, last);
      const isFirst = !prices.has(change.price);
      prices.add(change.price);
      if (!isShown) continue;
      if (form === 'net' || size === 0) {
        if (isFirst) told.push({ price: change.price, size });
      } else if (change.size > 0) told.push({ price: change.price, size: change.size });
    }
    this.#tellEntered(side, last, prices, told);
    return told;
  }

  #wasShown(side: BookSide, price: number, last: number | undefined): boolean {
    return last === undefined || side.isBetterOrEqual(price, last);
  }

  /** Levels that were behind a full window and are inside it now. */
  #tellEntered(side: BookSide, last: number | undefined, told: ReadonlySet<number>, levels: Level[]): void {
    if (last === undefined) return;
    const end = Math.min(this.#depth, side.count);
    let rank = side.rankOf(last);
    if (side.prices[rank] === last) rank++;
    for (; rank < end; rank++) {
      const price = side.prices[rank]!;
      if (!told.has(price)) levels.push({ price, size: side.sizes[rank]! });
    }
  }

  #remember(): void {
    this.#lastBid = this.#book.bids.prices[this.#depth - 1];
    this.#lastAsk = this.#book.asks.prices[this.#depth - 1];
  }
}
