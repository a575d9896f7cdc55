import type { BookDigits } from '../book/order-book.ts';

/** An instrument whose book is followed on one connection, under the name that the venue's frames use. */
export interface BookInstrument extends BookDigits {
  readonly symbol: string;
}

/**
 * The instruments of one connection, found by the bytes of their name without making a string. An instrument's index is its
 * place in the list given at the start and never changes.
 */
export class BookInstruments {
  readonly count: number;
  readonly #symbols: readonly string[];
  readonly #digits: BookDigits[];
  readonly #names: readonly Uint8Array[];
  readonly #byText: ReadonlyMap<string, number>;
  readonly #buckets: Int32Array;

  constructor(instruments: readonly BookInstrument[]) {
    this.count = instruments.length;
    this.#symbols = instruments.map((instrument) => instrument.symbol);
    this.#digits = instruments.map(({ priceDecimals, sizeDecimals }) => ({ priceDecimals, sizeDecimals }));
    this.#names = this.#symbols.map((symbol) => new TextEncoder().encode(symbol));
    this.#byText = new Map(this.#symbols.map((symbol, index) => [symbol, index]));
    this.#buckets = hashBuckets(this.#names);
  }

  symbol(index: number): string {
    return this.#symbols[index] ?? '';
  }

  digits(index: number): BookDigits {
    return this.#digits[index]!;
  }

  /** Follows a change of digits; the caller drops or rescales the book. */
  setDigits(index: number, digits: BookDigits): void {
    this.#digits[index] = { ...digits };
  }

  /** Index of a name, −1 when it is not followed here. */
  indexOf(symbol: string): number {
    return this.#byText.get(symbol) ?? -1;
  }

  /** The same for the bytes `[from, to)` of a frame. */
  find(bytes: Uint8Array, from: number, to: number): number {
    const mask = this.#buckets.length - 1;
    for (let bucket = hash(bytes, from, to) & mask; ; bucket = (bucket + 1) & mask) {
      const index = this.#buckets[bucket]!;
      if (index < 0 || isName(this.#names[index]!, bytes, from, to)) return index;
    }
  }
}

function hashBuckets(names: readonly Uint8Array[]): Int32Array {
  let size = 4;
  while (size < names.length * 4) size *= 2;
  const buckets = new Int32Array(size).fill(-1);
  names.forEach((name, index) => {
    let bucket = hash(name, 0, name.length) & (size - 1);
    while (buckets[bucket]! >= 0) bucket = (bucket + 1) & (size - 1);
    buckets[bucket] = index;
  });
  return buckets;
}

/** FNV-1a, folded so that short names spread over few buckets. */
function hash(bytes: Uint8Array, from: number, to: number): number {
  let value = -2_128_831_035;
  for (let at = from; at < to; at++) value = Math.imul(value ^ bytes[at]!, 16_777_619);
  return value ^ (value >>> 15);
}

function isName(name: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (name.length !== to - from) return false;
  for (let i = 0; i < name.length; i++) if (name[i] !== bytes[from + i]) return false;
  return true;
}
