export type SideName = 'bid' | 'ask';

/** Price in units of 10^−priceDigits, size in units of 10^−sizeDigits; size 0 = the level is gone. */
export interface Level {
  readonly price: number;
  readonly size: number;
}

export interface LevelChange extends Level {
  readonly side: SideName;
}

/** One side of the true book, best price first. */
export class BookSide {
  readonly prices: number[] = [];
  readonly sizes: number[] = [];
  /** +1 when a lower price is better (asks), −1 when a higher one is (bids). */
  readonly #sign: 1 | -1;

  constructor(side: SideName) {
    this.#sign = side === 'ask' ? 1 : -1;
  }

  get count(): number {
    return this.prices.length;
  }

  /** Place of a price: the number of levels that are better. */
  rankOf(price: number): number {
    let low = 0;
    let high = this.prices.length;
    const key = price * this.#sign;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.prices[middle]! * this.#sign < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  sizeAt(price: number): number {
    const rank = this.rankOf(price);
    return this.prices[rank] === price ? this.sizes[rank]! : 0;
  }

  isBetterOrEqual(price: number, than: number): boolean {
    return price * this.#sign <= than * this.#sign;
  }

  set(price: number, size: number): void {
    const rank = this.rankOf(price);
    const present = this.prices[rank] === price;
    if (size === 0) {
      if (!present) return;
      this.prices.splice(rank, 1);
      this.sizes.splice(rank, 1);
    } else if (present) this.sizes[rank] = size;
    else {
      this.prices.splice(rank, 0, price);
      this.sizes.splice(rank, 0, size);
    }
  }

  /** The best `depth` levels. */
  levels(depth: number): readonly Level[] {
    const shown = Math.min(depth, this.prices.length);
    return Array.from({ length: shown }, (_, rank) => ({ price: this.prices[rank]!, size: this.sizes[rank]! }));
  }

  /** Follows a change of the price digits by powers of ten. */
  scalePrices(factor: number): void {
    for (let rank = 0; rank < this.prices.length; rank++) this.prices[rank]! *= factor;
  }
}

/** The venue's own book of one instrument: the truth that streams show and the judge knows. Every change takes the next number. */
export class LimitBook {
  readonly bids = new BookSide('bid');
  readonly asks = new BookSide('ask');
  /** Number of the newest change. */
  sequence: number;
  #changes: LevelChange[] = [];

  constructor(firstSequence: number) {
    this.sequence = firstSequence;
  }

  side(name: SideName): BookSide {
    return name === 'bid' ? this.bids : this.asks;
  }

  set(side: SideName, price: number, size: number): void {
    this.side(side).set(price, size);
    this.sequence += 1;
    this.#changes.push({ side, price, size });
  }

  /** Changes since the last call, oldest first; the newest has the number `sequence`. */
  takeChanges(): readonly LevelChange[] {
    const changes = this.#changes;
    this.#changes = [];
    return changes;
  }
}
