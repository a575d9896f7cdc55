/** Below this many moved levels a plain loop beats the call of a block move. */
const SHORT_MOVE = 100;
/** Distance in places from which a find says something about the density of levels. */
const FAR_PLACES = 4;
/** How far a new level looks for an empty place before it makes one. */
const NEAR_PLACES = 32;
const LEAST_CAPACITY = 16;
const MOST_FIRST_CAPACITY = 512;
/** Keys whose place is remembered: a power of two. */
const LATELY = 1024;
const LATELY_SHIFT = 22;

/**
 * Levels as two columns sorted by key. A deleted level keeps its place with size 0, since prices come back: most changes move
 * nothing, and a new level moves only those between its place and an empty one near it. The window `[start, end)` floats inside
 * the columns and both its ends hold live levels. Nothing is allocated except when a column must grow.
 */
export class SortedLevels {
  #keys: Float64Array<ArrayBuffer>;
  #sizes: Float64Array<ArrayBuffer>;
  #start = 0;
  #end = 0;
  #live = 0;
  /** Place found last, and places per key around it: where the next search starts. */
  #finger = 0;
  #density = 1;
  /** Places where keys with these low bits were lately. */
  readonly #lately = new Int32Array(LATELY);

  /** With room for a part of as many levels as are kept. */
  constructor(depth = 0) {
    let capacity = LEAST_CAPACITY;
    while (capacity < depth && capacity < MOST_FIRST_CAPACITY) capacity *= 2;
    this.#keys = new Float64Array(capacity);
    this.#sizes = new Float64Array(capacity);
    this.clear();
  }

  get length(): number {
    return this.#live;
  }

  /** Highest key, NaN when there is no level. */
  get highestKey(): number {
    return this.#live > 0 ? this.#keys[this.#end - 1]! : Number.NaN;
  }

  /** Lowest key, NaN when there is no level. */
  get lowestKey(): number {
    return this.#live > 0 ? this.#keys[this.#start]! : Number.NaN;
  }

  /** Place of the highest level below place `from`, −1 when there is none. Places are good until the next change. */
  placeBelow(from: number): number {
    let at = (from < this.#end ? from : this.#end) - 1;
    while (at >= this.#start && this.#sizes[at] === 0) at -= 1;
    return at >= this.#start ? at : -1;
  }

  keyAt(place: number): number {
    return this.#keys[place]!;
  }

  /** 0 at a place whose level is gone. */
  sizeAt(place: number): number {
    return this.#sizes[place]!;
  }

  /** Size at a key, 0 when there is no such level. */
  sizeOf(key: number): number {
    const at = this.find(key);
    return at < this.#end && this.#keys[at] === key ? this.#sizes[at]! : 0;
  }

  /** Sets the size at a key, 0 deletes. Returns the size before. */
  put(key: number, size: number): number {
    if (this.#start > 0 && key < this.lowestKey && size !== 0) return this.#putLowest(key, size);
    const at = this.#placeOf(key);
    const known = at < this.#end && this.#keys[at] === key;
    const before = known ? this.#sizes[at]! : 0;
    if (before === 0 && size === 0) return 0;
    if (!known) this.#insert(at, key, size);
    else this.#sizes[at] = size;
    if (before === 0) this.#live += 1;
    else if (size === 0) this.#deleted(at);
    return before;
  }

  /** A snapshot comes best level first: each is below all before, and a place below them is free. */
  #putLowest(key: number, size: number): 0 {
    this.#start -= 1;
    this.#keys[this.#start] = key;
    this.#sizes[this.#start] = size;
    this.#live += 1;
    return 0;
  }

  clear(): void {
    this.#start = this.#end = this.#keys.length >> 1;
    this.#live = 0;
  }

  /**
   * First place in the window whose key is not below `key`. Levels lie at nearly even distances, so the place is guessed from the
   * one found last and the density seen there; a gallop and a halving around the guess make it exact.
   */
  find(key: number): number {
    const keys = this.#keys;
    const start = this.#start;
    const end = this.#end;
    if (start === end || key < keys[start]!) return start;
    const from = this.#finger < start || this.#finger >= end ? end - 1 : this.#finger;
    const distance = key - keys[from]!;
    const guess = Math.max(start, Math.min(end - 1, Math.floor(from + distance * this.#density)));
    const found = keys[guess]! < key ? this.#findAbove(key, guess + 1, end) : this.#findBelow(key, start, guess);
    const places = found - from;
    if (places > FAR_PLACES || places < -FAR_PLACES) this.#density = places / distance;
    this.#finger = found;
    return found;
  }

  /** As `find`; levels far from the best price are few, and it is the same ones that change again and again. */
  #placeOf(key: number): number {
    const lately = this.#lately;
    const slot = Math.imul(key | 0, 0x9e37_79b1) >>> LATELY_SHIFT;
    const at = lately[slot]!;
    if (at >= this.#start && at < this.#end && this.#keys[at] === key) return at;
    const found = this.find(key);
    lately[slot] = found;
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

  /** A new level before the place `found`: in an empty place near it, or in one made by moving the shorter part of the window. */
  #insert(found: number, key: number, size: number): void {
    const hasEmpty = this.#end - this.#start > this.#live;
    const near = hasEmpty && found > this.#start && found < this.#end ? this.#nearPlace(found) : -1;
    const at = near < 0 ? this.#makePlace(found, key) : near;
    this.#keys[at] = key;
    this.#sizes[at] = size;
  }

  /** A place before `found` won by moving what lies between it and the nearest empty place; −1 when none is near. */
  #nearPlace(found: number): number {
    const sizes = this.#sizes;
    const most = Math.min(NEAR_PLACES, this.#end - this.#start);
    for (let away = 0; away < most; away++) {
      const below = found - 1 - away;
      if (below > this.#start && sizes[below] === 0) {
        this.#move(below, below + 1, away);
        return found - 1;
      }
      const above = found + away;
      if (above < this.#end && sizes[above] === 0) {
        this.#move(found + 1, found, away);
        return found;
      }
    }
    return -1;
  }

  #makePlace(found: number, key: number): number {
    let at = found;
    const leftwards = at - this.#start < this.#end - at;
    if (leftwards ? this.#start === 0 : this.#end === this.#keys.length) {
      this.#makeRoom();
      at = this.find(key);
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
    const live = this.#dropEmptyPlaces();
    const full = this.#keys.length;
    if (live * 2 > full) {
      this.#keys = enlarged(this.#keys);
      this.#sizes = enlarged(this.#sizes);
    }
    const start = (this.#keys.length - live) >> 1;
    this.#keys.copyWithin(start, 0, live);
    this.#sizes.copyWithin(start, 0, live);
    this.#start = start;
    this.#end = start + live;
  }

  /** Moves the levels to the beginning of the columns; returns how many they are. */
  #dropEmptyPlaces(): number {
    let live = 0;
    for (let at = this.#start; at < this.#end; at++) {
      if (this.#sizes[at] === 0) continue;
      this.#keys[live] = this.#keys[at]!;
      this.#sizes[live] = this.#sizes[at]!;
      live += 1;
    }
    return live;
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
}

function enlarged(column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(column.length * 2);
  larger.set(column);
  return larger;
}
