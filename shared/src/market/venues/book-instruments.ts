import type { BookDigits } from '../book/order-book.ts';

/** An instrument whose book is followed on one connection, under the name that the venue's frames use. */
export interface BookInstrument extends BookDigits {
  readonly symbol: string;
}

/** Most bytes of a name that is compared at once. */
export const SHORT_NAME = 16;

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
  /** The bytes of each name that is short enough, as four words with zeros behind it; no text for the others. */
  readonly #words: Int32Array;
  readonly #wordBuckets: Int32Array;

  constructor(instruments: readonly BookInstrument[]) {
    this.count = instruments.length;
    this.#symbols = instruments.map((instrument) => instrument.symbol);
    this.#digits = instruments.map(({ priceDecimals, sizeDecimals }) => ({ priceDecimals, sizeDecimals }));
    this.#names = this.#symbols.map((symbol) => new TextEncoder().encode(symbol));
    this.#byText = new Map(this.#symbols.map((symbol, index) => [symbol, index]));
    this.#buckets = hashBuckets(this.#names, (name) => hash(name, 0, name.length));
    const words = this.#names.map(shortWords);
    this.#words = Int32Array.from(words.flatMap((four) => [...four]));
    this.#wordBuckets = hashBuckets(words, wordHash);
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

  /** The same for a name of at most `SHORT_NAME` bytes, given as four words with zeros behind it. */
  findShort(name: Int32Array): number {
    const words = this.#words;
    const mask = this.#wordBuckets.length - 1;
    const a = name[0]!;
    const b = name[1]!;
    const c = name[2]!;
    const d = name[3]!;
    for (let bucket = fold(a, b, c, d) & mask; ; bucket = (bucket + 1) & mask) {
      const index = this.#wordBuckets[bucket]!;
      const at = index * 4;
      if (index < 0) return index;
      if (words[at] === a && words[at + 1] === b && words[at + 2] === c && words[at + 3] === d) return index;
    }
  }
}

function hashBuckets<T>(names: readonly T[], hashOf: (name: T) => number): Int32Array {
  let size = 4;
  while (size < names.length * 4) size *= 2;
  const buckets = new Int32Array(size).fill(-1);
  names.forEach((name, index) => {
    let bucket = hashOf(name) & (size - 1);
    while (buckets[bucket]! >= 0) bucket = (bucket + 1) & (size - 1);
    buckets[bucket] = index;
  });
  return buckets;
}

function shortWords(name: Uint8Array): Int32Array {
  const bytes = new Uint8Array(SHORT_NAME).fill(name.length <= SHORT_NAME ? 0 : 0xff);
  if (name.length <= SHORT_NAME) bytes.set(name);
  return new Int32Array(bytes.buffer);
}

function wordHash(words: Int32Array): number {
  return fold(words[0]!, words[1]!, words[2]!, words[3]!);
}

function fold(a: number, b: number, c: number, d: number): number {
  const value = Math.imul(a ^ Math.imul(b ^ Math.imul(c ^ Math.imul(d, 16_777_619), 16_777_619), 16_777_619), -1_640_531_535);
  return value ^ (value >>> 15);
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
