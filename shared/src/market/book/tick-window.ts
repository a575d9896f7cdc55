import type { BookRoom } from './kernel/book-memory.ts';

const WORD_BITS = 32;

/**
 * Sizes of so many neighbouring keys, one place for each key whether it has a level or not: setting one is a single store. A
 * bit for each place tells where levels are. Keys are `base + offset`.
 */
export class TickWindow {
  /** Key of offset 0; −∞ while the window is nowhere. */
  base = Number.NEGATIVE_INFINITY;
  readonly width: number;
  /** The size before the last `resize` that was done. */
  replaced = 0;
  /** No word below this one has a bit. */
  lowWord = 0;
  readonly #sizes: Float64Array;
  readonly #words: Int32Array;

  /** `width` is a multiple of 32. */
  constructor(width: number, { sizes, words }: BookRoom) {
    this.width = width;
    this.#sizes = sizes;
    this.#words = words;
  }

  sizeAt(offset: number): number {
    return this.#sizes[offset]!;
  }

  /** Gives a level another size; false, with nothing done, where there is no level or the size is 0. */
  resize(offset: number, size: number): boolean {
    if (!(offset >= 0 && offset < this.width) || size === 0) return false;
    const sizes = this.#sizes;
    const before = sizes[offset]!;
    if (before === 0) return false;
    sizes[offset] = size;
    this.replaced = before;
    return true;
  }

  /** Sets the size at an offset inside the window, 0 deletes. Returns the size before. */
  put(offset: number, size: number): number {
    const sizes = this.#sizes;
    const before = sizes[offset]!;
    sizes[offset] = size;
    if (before === 0 ? size !== 0 : size === 0) this.#flip(offset);
    return before;
  }

  /** Highest offset below `from` that has a level, −1 when there is none. */
  below(from: number): number {
    const words = this.#words;
    let word = from >> 5;
    let bits = word < words.length ? words[word]! & ((1 << (from & 31)) - 1) : 0;
    while (bits === 0) {
      word -= 1;
      if (word < 0) return -1;
      bits = words[word]!;
    }
    return word * WORD_BITS + 31 - Math.clz32(bits);
  }

  /**
   * Writes the keys times `sign` and the sizes of the levels below offset `from`, highest first, to the places `at` to `end`; returns
   * the place behind the last.
   */
  readBelow(from: number, at: number, end: number, sign: number, keys: Float64Array, sizes: Float64Array): number {
    const words = this.#words;
    const all = this.#sizes;
    const base = this.base;
    let place = at;
    let word = from >> 5;
    let bits = word < words.length ? words[word]! & ((1 << (from & 31)) - 1) : 0;
    while (place < end) {
      while (bits === 0) {
        word -= 1;
        if (word < 0) return place;
        bits = words[word]!;
      }
      const bit = 31 - Math.clz32(bits);
      bits ^= 1 << bit;
      const offset = word * WORD_BITS + bit;
      keys[place] = (base + offset) * sign;
      sizes[place] = all[offset]!;
      place += 1;
    }
    return place;
  }

  /** Lowest offset above `from` that has a level, −1 when there is none. */
  above(from: number): number {
    const words = this.#words;
    let word = from >> 5;
    let bits = words[word]! & ~((2 << (from & 31)) - 1);
    while (bits === 0) {
      word += 1;
      if (word === words.length) return -1;
      bits = words[word]!;
    }
    return word * WORD_BITS + 31 - Math.clz32(bits & -bits);
  }

  /** Lowest offset that has a level, −1 when there is none. */
  lowest(): number {
    const words = this.#words;
    while (this.lowWord < words.length && words[this.lowWord] === 0) this.lowWord += 1;
    if (this.lowWord === words.length) return -1;
    const bits = words[this.lowWord]!;
    return this.lowWord * WORD_BITS + 31 - Math.clz32(bits & -bits);
  }

  clear(): void {
    this.#sizes.fill(0);
    this.#words.fill(0);
    this.base = Number.NEGATIVE_INFINITY;
  }

  #flip(offset: number): void {
    const word = offset >> 5;
    this.#words[word] = this.#words[word]! ^ (1 << (offset & 31));
    if (word < this.lowWord) this.lowWord = word;
  }
}
