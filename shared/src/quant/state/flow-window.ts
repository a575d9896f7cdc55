import type { StateArena } from './state-arena.ts';

const NEWEST = 0;
const HEADER = 1;
const STRIDE = 3;

/**
 * Two sums (bought and sold, longs and shorts) over trailing windows [T − w, T) that end on a tick. Amounts lie in buckets of one
 * tick by their event time, and each answer adds buckets and groups anew: no drift, whatever came before.
 */
export class FlowWindow {
  /** Answers of the last `sum`. */
  first = 0;
  second = 0;
  readonly #data: Float64Array;
  readonly #at: number;
  readonly #length: number;
  readonly #bucketMs: number;
  readonly #buckets: number;
  readonly #groups: number;
  /** Buckets that have a common sum, so that an hour is added in a few steps. */
  readonly #group: number;

  constructor(arena: StateArena, bucketMs: number, longestMs: number) {
    // More than the longest window: events of the running tick, of a venue whose clock is ahead, and whole groups.
    this.#group = Math.round(Math.sqrt(longestMs / bucketMs));
    this.#groups = Math.ceil(longestMs / bucketMs / this.#group) + 2;
    this.#buckets = this.#groups * this.#group;
    this.#bucketMs = bucketMs;
    this.#length = HEADER + STRIDE * (this.#buckets + this.#groups);
    const { data, at } = arena.take(this.#length, -1);
    this.#data = data;
    this.#at = at;
  }

  /** Adds amounts at a time. Too old ones are dropped. */
  add(tsEvent: number, first: number, second: number): void {
    const bucket = Math.floor(tsEvent / this.#bucketMs);
    const at = this.#open(bucket);
    if (at < 0) return;
    this.#addTo(at, first, second);
    this.#addTo(this.#groupAt(Math.floor(bucket / this.#group)), first, second);
  }

  /** Replaces the amounts of the tick that holds a time: a finished window that a venue may state again. */
  set(tsEvent: number, first: number, second: number): void {
    const bucket = Math.floor(tsEvent / this.#bucketMs);
    const at = this.#open(bucket);
    if (at < 0) return;
    this.#data[at + 1] = first;
    this.#data[at + 2] = second;
    this.#sumGroup(Math.floor(bucket / this.#group));
  }

  clear(): void {
    this.#data.fill(-1, this.#at, this.#at + this.#length);
  }

  /** Sums [end − window, end) into `first` and `second`. */
  sum(endMs: number, windowMs: number): void {
    this.first = 0;
    this.second = 0;
    const end = Math.ceil(endMs / this.#bucketMs) | 0;
    const last = Math.min(end - 1, this.#data[this.#at + NEWEST]!) | 0;
    let bucket = (end - Math.ceil(windowMs / this.#bucketMs)) | 0;
    while (bucket <= last) {
      const whole = bucket % this.#group === 0 && bucket + this.#group <= end;
      const group = (bucket / this.#group) | 0;
      if (whole) this.#count(this.#groupAt(group), group);
      else this.#count(this.#placeOf(bucket), bucket);
      bucket += whole ? this.#group : 1;
    }
  }

  #count(at: number, name: number): void {
    if (this.#data[at] !== name) return;
    this.first += this.#data[at + 1]!;
    this.second += this.#data[at + 2]!;
  }

  /** Place of a bucket made ready for amounts, with its group; −1 for one older than those kept. */
  #open(bucket: number): number {
    const at = this.#placeOf(bucket);
    const group = Math.floor(bucket / this.#group);
    const groupAt = this.#groupAt(group);
    if (this.#data[at]! > bucket || this.#data[groupAt]! > group) return -1;
    this.#begin(at, bucket);
    this.#begin(groupAt, group);
    if (bucket > this.#data[this.#at + NEWEST]!) this.#data[this.#at + NEWEST] = bucket;
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

  #sumGroup(group: number): void {
    const { first, second } = this;
    this.first = 0;
    this.second = 0;
    for (let bucket = group * this.#group; bucket < (group + 1) * this.#group; bucket++)
      this.#count(this.#placeOf(bucket), bucket);
    const at = this.#groupAt(group);
    this.#data[at + 1] = this.first;
    this.#data[at + 2] = this.second;
    this.first = first;
    this.second = second;
  }

  #placeOf(bucket: number): number {
    return this.#at + HEADER + STRIDE * ((bucket | 0) % this.#buckets);
  }

  #groupAt(group: number): number {
    return this.#at + HEADER + STRIDE * (this.#buckets + ((group | 0) % this.#groups));
  }
}
