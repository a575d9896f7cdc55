import { crc32 } from 'node:zlib';
import { unitsText } from '#shared/market/book/decimal-units.ts';
import type { BookDigits, ReadableBook, ReadableSide } from '#shared/market/book/order-book.ts';

export type NaiveLevel = readonly [price: number, size: number];

/**
 * The judge: a book as two maps, sorted anew whenever somebody looks. It shares nothing with the product's book but the meaning
 * of the words: sizes are absolute, 0 deletes, each side is cut to the depth after each message.
 */
export class NaiveBook {
  #bids = new Map<number, number>();
  #asks = new Map<number, number>();
  readonly #depth: number;

  constructor(depth: number) {
    this.#depth = depth;
  }

  apply(bids: readonly NaiveLevel[], asks: readonly NaiveLevel[]): void {
    for (const [price, size] of bids) put(this.#bids, price, size);
    for (const [price, size] of asks) put(this.#asks, price, size);
    this.#bids = new Map(this.bids().slice(0, this.#depth));
    this.#asks = new Map(this.asks().slice(0, this.#depth));
  }

  load(bids: readonly NaiveLevel[], asks: readonly NaiveLevel[]): void {
    this.#bids.clear();
    this.#asks.clear();
    this.apply(bids, asks);
  }

  /** Best first. */
  bids(): NaiveLevel[] {
    return [...this.#bids].sort((a, b) => b[0] - a[0]);
  }

  /** Best first. */
  asks(): NaiveLevel[] {
    return [...this.#asks].sort((a, b) => a[0] - b[0]);
  }

  /** Kraken's checksum, word for word as the venue describes it: text with all digits, no point, no leading zeros. */
  checksum(digits: BookDigits): number {
    const text = [...this.asks().slice(0, 10), ...this.bids().slice(0, 10)].map(
      ([price, size]) => stripped(unitsText(price, digits.priceDecimals)) + stripped(unitsText(size, digits.sizeDecimals)),
    );
    return crc32(text.join(''));
  }
}

/** All levels of one side of the product's book, best first. */
export function levelsOf(side: ReadableSide): NaiveLevel[] {
  const levels: NaiveLevel[] = [];
  for (let at = side.firstPlace(); at >= 0; at = side.nextPlace(at)) levels.push([side.priceAt(at), side.sizeAt(at)]);
  return levels;
}

/** Kraken's checksum with the digits that `JSON.parse` leaves of the numbers: the trap of market data spec §4.3. */
export function naiveDigitsChecksum(book: ReadableBook): number {
  const { priceDecimals, sizeDecimals } = book.digits;
  const plain = (units: number, decimals: number) => stripped(String(Number(unitsText(units, decimals))));
  const side = (levels: NaiveLevel[]) =>
    levels.slice(0, 10).map(([price, size]) => plain(price, priceDecimals) + plain(size, sizeDecimals));
  return crc32([...side(levelsOf(book.asks)), ...side(levelsOf(book.bids))].join(''));
}

function put(side: Map<number, number>, price: number, size: number): void {
  if (size === 0) side.delete(price);
  else side.set(price, size);
}

function stripped(text: string): string {
  return text.replace('.', '').replace(/^0+/, '');
}
