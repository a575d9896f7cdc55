import type { StateArena } from './state-arena.ts';

/** Name of a bucket or group, and its two amounts. */
const STRIDE = 3;

/**
 * Two sums per row (bought and sold, longs and shorts) over trailing windows [T − w, T) that end on a tick. Amounts lie in buckets
 * of one tick by their event time, and each answer adds buckets and groups anew: no drift, whatever came before. A bucket of all
 * rows lies together, so that a window is added bucket by bucket.
 */
export class FlowTable {
  /** Answers of the last `sum`, one a row. */
  readonly first: Float64Array;
  readonly second: Float64Array;
  readonly #data: Float64Array;
  readonly #rows: number;
  readonly #bucketMs: number;
  readonly #buckets: number;
  readonly #groups: number;
  /** Buckets that have a common sum, so that an hour is added in a few steps. */
  readonly #group: number;

  constructor(arena: StateArena, rows: number, bucketMs: number, longestMs: number) {
    // More than the longest window: events of the running tick, of a venue whose clock is ahead, and whole groups.
    this.#group = Math.round(Math.sqrt(longestMs / bucketMs));
    this.#groups = Math.ceil(longestMs / bucketMs / this.#group) + 2;
    this.#buckets = this.#groups * this.#group;
    this.#bucketMs = bucketMs;
    this.#rows = rows;
    this.#data = arena.take(STRIDE * rows * (this.#buckets + this.#groups), -1);
    this.first = new Float64Array(rows);
    this.second = new Float64Array(rows);
  }

  /** Adds amounts at a time. Too old ones are dropped. */
  add(row: number, tsEvent: number, first: number, second: number): void {
    const bucket = Math.floor(tsEvent / this.#bucketMs);
    const at = this.#open(row, bucket);
    if (at < 0) return;
    this.#addTo(at, first, second);
    this.#addTo(this.#groupAt(Math.floor(bucket / this.#group)) + STRIDE * row, first, second);
  }

  /** Replaces the amounts of the tick that holds a time: a finished window that a venue may state again. */
  set(row: number, tsEvent: number, first: number, second: number): void {
    const bucket = Math.floor(tsEvent / this.#bucketMs);
    const at = this.#open(row, bucket);
    if (at < 0) return;
    this.#data[at + 1] = first;
    this.#data[at + 2] = second;
    this.#sumGroup(row, Math.floor(bucket / this.#group));
  }

  clear(row: number): void {
    for (let at = STRIDE * row; at < this.#data.length; at += STRIDE * this.#rows) this.#data.fill(-1, at, at + STRIDE);
  }

  /** Sums [end − window, end) of every row into `first` and `second`. */
  sum(endMs: number, windowMs: number): void {
    this.first.fill(0);
    this.second.fill(0);
    const end = Math.ceil(endMs / this.#bucketMs);
    let bucket = Math.max(0, end - Math.ceil(windowMs / this.#bucketMs));
    while (bucket < end) {
      const isWhole = bucket % this.#group === 0 && bucket + this.#group <= end;
      const group = Math.floor(bucket / this.#group);
      if (isWhole) this.#count(this.#groupAt(group), group);
      else this.#count(this.#bucketAt(bucket), bucket);
      bucket += isWhole ? this.#group : 1;
    }
  }

  /** Adds the amounts of all rows that have this bucket or group. */
  #count(from: number, name: number): void {
    const { first, second } = this;
    const data = this.#data;
    for (let row = 0, at = from; row < first.length; row++, at += STRIDE) {
      if (data[at] !== name) continue;
      first[row] = first[row]! + data[at + 1]!;
      second[row] = second[row]! + data[at + 2]!;
    }
  }

  /** Place of a row's bucket made ready for amounts, with its group; −1 for one older than those kept. */
  #open(row: number, bucket: number): number {
    const at = this.#bucketAt(bucket) + STRIDE * row;
    const group = Math.floor(bucket / this.#group);
    const groupAt = this.#groupAt(group) + STRIDE * row;
    if (this.#data[at]! > bucket || this.#data[groupAt]! > group) return -1;
    this.#begin(at, bucket);
    this.#begin(groupAt, group);
    return at;
  }

  #begin(at: number, name: number): void {
    if (this.#data[at] === name) return;
    this.#data[at] = name;
    this.#data[at + 1] = 0;
    this.#data[at + 2] = 0;
  }

  #addTo(at: number, first: number, second: number): void {
    this.#data[at + 1] = this.#data[at + 1]! + first;
    this.#data[at + 2] = this.#data[at + 2]! + second;
  }

  #sumGroup(row: number, group: number): void {
    const data = this.#data;
    const groupAt = this.#groupAt(group) + STRIDE * row;
    data[groupAt + 1] = 0;
    data[groupAt + 2] = 0;
    for (let bucket = group * this.#group; bucket < (group + 1) * this.#group; bucket++) {
      const at = this.#bucketAt(bucket) + STRIDE * row;
      if (data[at] === bucket) this.#addTo(groupAt, data[at + 1]!, data[at + 2]!);
    }
  }

  /** Place of the first row's bucket; those of the other rows follow. */
  #bucketAt(bucket: number): number {
    return STRIDE * this.#rows * (bucket % this.#buckets);
  }

  #groupAt(group: number): number {
    return STRIDE * this.#rows * (this.#buckets + (group % this.#groups));
  }
}
