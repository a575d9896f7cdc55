import { shiftUnits } from './decimal-units.ts';
import { notionalCents } from './notional.ts';

/** Below this many moved levels a plain loop beats the call of a block move. */
const SHORT_MOVE = 100;
/** Levels whose changes `takeBestChanged` reports: as many as any checksum covers. */
export const BEST_LEVELS = 10;
/** Distance in places from which a find says something about the density of levels. */
const FAR_PLACES = 4;

/**
 * One side of a book as two sorted columns, best level last: `keys` is the price for bids and its negative for asks, so both
 * sides are searched and shifted by the same code. A deleted level keeps its place with size 0, since prices come back: most
 * changes move nothing, and a new level takes over an empty place beside its own. The window `[start, end)` floats inside the
 * columns and both its ends hold live levels. Nothing is allocated except when a column must grow.
 */
export class BookSide {
  readonly #sign: 1 | -1;
  #keys: Float64Array;
  #sizes: Float64Array;
  #start = 0;
  #end = 0;
  #live = 0;
  /** Place found last, and places per tick around it: where the next search starts. */
  #finger = 0;
  #density = 1;
  /** Key of the tenth best level when it was last looked for; changes at or above it concern the best ten. */
  #tenthKey = Number.NEGATIVE_INFINITY;
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
    return this.#live;
  }

  /** Price of the best level in ticks; NaN when the side is empty. */
  get bestPrice(): number {
    return this.#live > 0 ? this.#keys[this.#end - 1]! * this.#sign : Number.NaN;
  }

  /** Size of the best level in lots; NaN when the side is empty. */
  get bestSize(): number {
    return this.#live > 0 ? this.#sizes[this.#end - 1]! : Number.NaN;
  }

  /** Price of the outermost level in ticks; NaN when the side is empty. */
  get worstPrice(): number {
    return this.#live > 0 ? this.#keys[this.#start]! * this.#sign : Number.NaN;
  }

  /** Place of the best level, −1 when the side is empty. Places are good until the next change. */
  firstPlace(): number {
    return this.#live > 0 ? this.#end - 1 : -1;
  }

  /** Place of the level behind a place, −1 after the last. */
  nextPlace(place: number): number {
    let at = place - 1;
    while (at >= this.#start && this.#sizes[at] === 0) at -= 1;
    return at >= this.#start ? at : -1;
  }

  /** Price in ticks at a place. */
  priceAt(place: number): number {
    return this.#keys[place]! * this.#sign;
  }

  /** Size in lots at a place. */
  sizeAt(place: number): number {
    return this.#sizes[place]!;
  }

  /** Size in lots at a price, 0 when there is no such level. */
  sizeOf(price: number): number {
    const key = price * this.#sign;
    const at = this.#find(key);
    return at < this.#end && this.#keys[at] === key ? this.#sizes[at]! : 0;
  }

  /** Sets the absolute size of a price, 0 deletes. False when a level was to be deleted that is not there. */
  set(price: number, size: number): boolean {
    const key = price * this.#sign;
    const at = this.#find(key);
    const known = at < this.#end && this.#keys[at] === key;
    const before = known ? this.#sizes[at]! : 0;
    if (before === 0 && size === 0) return false;
    if (key >= this.#tenthKey) this.#bestChanged = true;
    if (key >= this.#bandKey) this.#countInBand(price, before, size);
    if (!known) this.#insert(at, key, size);
    else this.#sizes[at] = size;
    if (before === 0) this.#live += 1;
    else if (size === 0) this.#deleted(at);
    return true;
  }

  /** Whether the best ten levels may have changed since the last call. */
  takeBestChanged(): boolean {
    const changed = this.#bestChanged;
    if (changed) this.#tenthKey = this.#findTenthKey();
    this.#bestChanged = false;
    return changed;
  }

  /** Drops the worst levels until at most `depth` are left. */
  prune(depth: number): void {
    while (this.#live > depth) {
      const key = this.#keys[this.#start]!;
      if (key >= this.#tenthKey) this.#bestChanged = true;
      if (key >= this.#bandKey) this.#countInBand(key * this.#sign, this.#sizes[this.#start]!, 0);
      this.#sizes[this.#start] = 0;
      this.#deleted(this.#start);
    }
  }

  clear(): void {
    this.#start = this.#end = this.#keys.length >> 1;
    this.#live = 0;
    this.#forget();
  }

  /**
   * Notional in hundredths of the quote currency of all levels from the best to `edgePrice` inclusive. The sum is kept up to date
   * by every change; a call walks only the levels that the edge passes since the last one.
   */
  centsWithin(edgePrice: number): number {
    const edge = edgePrice * this.#sign;
    const moved = edge - this.#bandKey;
    if (moved < 0) this.#moveBand(edge, this.#bandKey, 1);
    else if (moved > 0) this.#moveBand(this.#bandKey, edge, -1);
    this.#bandKey = edge;
    return this.#bandCents;
  }

  /** Moves all numbers to other digits. False, half done, when one no longer fits a safe integer. */
  rescale(priceFactor: number, sizeShift: number, centUnits: number): boolean {
    this.#unitsPerCent = centUnits;
    this.#forget();
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
   * First place in the window whose key is not below `key`. Levels lie at nearly even distances, so the place is guessed from the
   * one found last and the density seen there; a gallop and a halving around the guess make it exact.
   */
  #find(key: number): number {
    const keys = this.#keys;
    const start = this.#start;
    const end = this.#end;
    const from = this.#finger < start || this.#finger >= end ? end - 1 : this.#finger;
    if (from < start) return start;
    const distance = key - keys[from]!;
    const guess = Math.max(start, Math.min(end - 1, Math.floor(from + distance * this.#density)));
    const found = keys[guess]! < key ? this.#findAbove(key, guess + 1, end) : this.#findBelow(key, start, guess);
    const places = found - from;
    if (places > FAR_PLACES || places < -FAR_PLACES) this.#density = places / distance;
    this.#finger = found;
    return found;
  }

  #findBelow(key: number, start: number, from: number): number {
    const keys = this.#keys;
    let high = from;
    let low = high - 1;
    for (let step = 1; low >= start && keys[low]! >= key; step <<= 1) {
      high = low;
      low -= step;
    }
    return this.#halve(key, low < start ? start : low + 1, high);
  }

  #findAbove(key: number, from: number, end: number): number {
    const keys = this.#keys;
    let low = from;
    let high = from;
    for (let step = 1; high < end && keys[high]! < key; step <<= 1) {
      low = high + 1;
      high += step;
    }
    return this.#halve(key, low, high > end ? end : high);
  }

  #halve(key: number, from: number, to: number): number {
    const keys = this.#keys;
    let low = from;
    let high = to;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (keys[middle]! < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** A new level before the place `found`: in an empty place beside it, or in one made by moving the shorter part of the window. */
  #insert(found: number, key: number, size: number): void {
    let at = found;
    if (at > this.#start && this.#sizes[at - 1] === 0) at -= 1;
    else if (at >= this.#end || this.#sizes[at] !== 0) at = this.#makePlace(at, key);
    this.#keys[at] = key;
    this.#sizes[at] = size;
  }

  #makePlace(found: number, key: number): number {
    let at = found;
    const leftwards = at - this.#start < this.#end - at;
    if (leftwards ? this.#start === 0 : this.#end === this.#keys.length) {
      this.#makeRoom();
      at = this.#find(key);
    }
    if (leftwards) {
      this.#move(this.#start - 1, this.#start, at - this.#start);
      this.#start -= 1;
      return at - 1;
    }
    this.#move(at + 1, at, this.#end - at);
    this.#end += 1;
    return at;
  }

  /** A level became empty: the window shrinks to the next live one when it was at an end. */
  #deleted(at: number): void {
    this.#live -= 1;
    if (at === this.#end - 1) {
      do this.#end -= 1;
      while (this.#end > this.#start && this.#sizes[this.#end - 1] === 0);
    } else if (at === this.#start) {
      do this.#start += 1;
      while (this.#sizes[this.#start] === 0);
    }
  }

  /** Drops the empty places and centres the window, in larger columns when the levels fill more than half of them. */
  #makeRoom(): void {
    const full = this.#keys.length;
    const capacity = this.#live * 2 > full ? Math.max(16, full + (full >> 1)) : full;
    const keys = new Float64Array(capacity);
    const sizes = new Float64Array(capacity);
    const start = (capacity - this.#live) >> 1;
    let end = start;
    for (let at = this.#start; at < this.#end; at++) {
      if (this.#sizes[at] === 0) continue;
      keys[end] = this.#keys[at]!;
      sizes[end] = this.#sizes[at]!;
      end += 1;
    }
    this.#keys = keys;
    this.#sizes = sizes;
    this.#start = start;
    this.#end = end;
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

  #findTenthKey(): number {
    let at = this.firstPlace();
    for (let rank = 1; rank < BEST_LEVELS && at >= 0; rank++) at = this.nextPlace(at);
    return at < 0 ? Number.NEGATIVE_INFINITY : this.#keys[at]!;
  }

  #countInBand(price: number, before: number, after: number): void {
    const scale = this.#unitsPerCent;
    this.#bandCents += notionalCents(price, after, scale) - notionalCents(price, before, scale);
  }

  #moveBand(from: number, to: number, sign: 1 | -1): void {
    const last = this.#find(to);
    for (let at = this.#find(from); at < last; at++) {
      this.#bandCents += sign * notionalCents(this.priceAt(at), this.#sizes[at]!, this.#unitsPerCent);
    }
  }

  #forget(): void {
    this.#tenthKey = Number.NEGATIVE_INFINITY;
    this.#bestChanged = true;
    this.#bandKey = Number.POSITIVE_INFINITY;
    this.#bandCents = 0;
  }
}
