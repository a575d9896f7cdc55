import { shiftUnits } from './decimal-units.ts';
import { notionalCents } from './notional.ts';

/** Below this many moved levels a plain loop beats the call of a block move. */
const SHORT_MOVE = 100;
/** Levels whose changes `takeBestChanged` reports: as many as any checksum covers. */
export const BEST_LEVELS = 10;

/**
 * One side of a book as two sorted columns, best level last: `keys` is the price for bids and its negative for asks, so both
 * sides are searched and shifted by the same code. The live window `[start, end)` floats inside the columns: changes near the
 * best level move a few entries at the end, pruning only moves `start`. Nothing is allocated except when a column must grow.
 */
export class BookSide {
  readonly #sign: 1 | -1;
  #keys: Float64Array;
  #sizes: Float64Array;
  #start = 0;
  #end = 0;
  #finger = 0;
  #bestChanged = true;
  #unitsPerCent: number;
  #bandKey = Number.POSITIVE_INFINITY;
  #bandCents = 0;

  constructor(side: 'bid' | 'ask', capacity: number, centUnits: number) {
    this.#sign = side === 'bid' ? 1 : -1;
    this.#keys = new Float64Array(capacity);
    this.#sizes = new Float64Array(capacity);
    this.#unitsPerCent = centUnits;
  }

  get length(): number {
    return this.#end - this.#start;
  }

  /** Price of the level `rank` places behind the best (0 = best), in ticks; NaN beyond the last. */
  price(rank: number): number {
    const at = this.#end - 1 - rank;
    return at >= this.#start ? this.#keys[at]! * this.#sign : Number.NaN;
  }

  /** Size of the level `rank` places behind the best, in lots; NaN beyond the last. */
  size(rank: number): number {
    const at = this.#end - 1 - rank;
    return at >= this.#start ? this.#sizes[at]! : Number.NaN;
  }

  /** Size at a price, 0 when there is no such level. */
  sizeAt(price: number): number {
    const key = price * this.#sign;
    const at = this.#find(key);
    return at < this.#end && this.#keys[at] === key ? this.#sizes[at]! : 0;
  }

  /** Sets the absolute size of a price, 0 deletes. False when a level was to be deleted that is not there. */
  set(price: number, size: number): boolean {
    const key = price * this.#sign;
    const at = this.#find(key);
    const present = at < this.#end && this.#keys[at] === key;
    if (!present && size === 0) return false;
    if (at >= this.#end - BEST_LEVELS) this.#bestChanged = true;
    if (key >= this.#bandKey) this.#countInBand(price, present ? this.#sizes[at]! : 0, size);
    if (!present) this.#insert(at, key, size);
    else if (size === 0) this.#remove(at);
    else this.#sizes[at] = size;
    return true;
  }

  /** Whether the best ten levels may have changed since the last call. */
  takeBestChanged(): boolean {
    const changed = this.#bestChanged;
    this.#bestChanged = false;
    return changed;
  }

  /** Drops the worst levels until at most `depth` are left. */
  prune(depth: number): void {
    if (this.length > depth && depth < BEST_LEVELS) this.#bestChanged = true;
    while (this.#end - this.#start > depth) {
      const key = this.#keys[this.#start]!;
      if (key >= this.#bandKey) this.#countInBand(key * this.#sign, this.#sizes[this.#start]!, 0);
      this.#start += 1;
    }
  }

  clear(): void {
    this.#bestChanged = true;
    this.#start = this.#end = this.#keys.length >> 1;
    this.#bandKey = Number.POSITIVE_INFINITY;
    this.#bandCents = 0;
  }

  /**
   * Notional in hundredths of the quote currency of all levels from the best to `edgePrice` inclusive. The sum is kept up to date
   * by every change; a call walks only the levels that the edge passes since the last one.
   */
  centsWithin(edgePrice: number): number {
    const edge = edgePrice * this.#sign;
    if (edge < this.#bandKey) this.#widenBand(edge);
    else if (edge > this.#bandKey) this.#narrowBand(edge);
    return this.#bandCents;
  }

  /** Moves all numbers to other digits. False, half done, when one no longer fits a safe integer. */
  rescale(priceFactor: number, sizeShift: number, centUnits: number): boolean {
    this.#unitsPerCent = centUnits;
    this.#bestChanged = true;
    this.#bandKey = Number.POSITIVE_INFINITY;
    this.#bandCents = 0;
    for (let at = this.#start; at < this.#end; at++) {
      const key = this.#keys[at]! * priceFactor;
      const size = shiftUnits(this.#sizes[at]!, sizeShift);
      if (Math.max(Math.abs(key), size) > Number.MAX_SAFE_INTEGER) return false;
      this.#keys[at] = key;
      this.#sizes[at] = size;
    }
    return true;
  }

  /**
   * First place in the window whose key is not below `key`: gallops, then halves. It starts at the place found last when that
   * lies behind, since the changes of a message go from the best level outwards, else at the best level.
   */
  #find(key: number): number {
    const keys = this.#keys;
    const start = this.#start;
    let high = this.#finger;
    if (!(high >= start && high < this.#end && keys[high]! >= key)) high = this.#end;
    let step = 1;
    let low = high - 1;
    while (low >= start && keys[low]! >= key) {
      high = low;
      low -= step;
      step <<= 1;
    }
    low = low < start ? start : low + 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (keys[middle]! < key) low = middle + 1;
      else high = middle;
    }
    this.#finger = low;
    return low;
  }

  #insert(found: number, key: number, size: number): void {
    let at = found;
    const leftwards = at - this.#start < this.#end - at;
    if (leftwards ? this.#start === 0 : this.#end === this.#keys.length) at += this.#makeRoom();
    if (leftwards) {
      at -= 1;
      this.#move(this.#start - 1, this.#start, at - this.#start + 1);
      this.#start -= 1;
    } else {
      this.#move(at + 1, at, this.#end - at);
      this.#end += 1;
    }
    this.#keys[at] = key;
    this.#sizes[at] = size;
  }

  #remove(at: number): void {
    if (at - this.#start < this.#end - at - 1) {
      this.#move(this.#start + 1, this.#start, at - this.#start);
      this.#start += 1;
    } else {
      this.#move(at, at + 1, this.#end - at - 1);
      this.#end -= 1;
    }
  }

  /** Centres the window, in larger columns when they are more than three quarters full; returns how far it moved. */
  #makeRoom(): number {
    const length = this.#end - this.#start;
    const full = this.#keys.length;
    const capacity = length * 4 > full * 3 ? Math.max(16, full + (full >> 1)) : full;
    const start = (capacity - length) >> 1;
    const moved = start - this.#start;
    this.#keys = recentred(this.#keys, this.#start, this.#end, start, capacity);
    this.#sizes = recentred(this.#sizes, this.#start, this.#end, start, capacity);
    this.#start = start;
    this.#end = start + length;
    return moved;
  }

  #move(to: number, from: number, count: number): void {
    const keys = this.#keys;
    const sizes = this.#sizes;
    if (count > SHORT_MOVE) {
      keys.copyWithin(to, from, from + count);
      sizes.copyWithin(to, from, from + count);
    } else if (to < from) {
      for (let i = 0; i < count; i++) {
        keys[to + i] = keys[from + i]!;
        sizes[to + i] = sizes[from + i]!;
      }
    } else {
      for (let i = count - 1; i >= 0; i--) {
        keys[to + i] = keys[from + i]!;
        sizes[to + i] = sizes[from + i]!;
      }
    }
  }

  #countInBand(price: number, before: number, after: number): void {
    const scale = this.#unitsPerCent;
    this.#bandCents += notionalCents(price, after, scale) - notionalCents(price, before, scale);
  }

  #widenBand(edge: number): void {
    const first = this.#find(edge);
    const last = this.#find(this.#bandKey);
    for (let at = first; at < last; at++) this.#countInBand(this.#keys[at]! * this.#sign, 0, this.#sizes[at]!);
    this.#bandKey = edge;
  }

  #narrowBand(edge: number): void {
    const first = this.#find(this.#bandKey);
    const last = this.#find(edge);
    for (let at = first; at < last; at++) this.#countInBand(this.#keys[at]! * this.#sign, this.#sizes[at]!, 0);
    this.#bandKey = edge;
  }
}

function recentred(column: Float64Array, start: number, end: number, to: number, capacity: number): Float64Array {
  if (capacity === column.length) return column.copyWithin(to, start, end);
  const larger = new Float64Array(capacity);
  larger.set(column.subarray(start, end), to);
  return larger;
}
