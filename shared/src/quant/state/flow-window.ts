import type { StateArena } from './state-arena.ts';

const NEWEST = 0;
const HEADER = 1;
const STRIDE = 3;

/**
 * Two sums (bought and sold, longs and shorts) over trailing windows [T − w, T) that end on a tick. Amounts lie in buckets of one
 * tick by their event time, and each answer adds the buckets anew: no drift, whatever came before.
 */
export class FlowWindow {
  /** Answers of the last `sum`. */
  first = 0;
  second = 0;
  readonly #data: Float64Array;
  readonly #bucketMs: number;
  readonly #buckets: number;

  constructor(arena: StateArena, bucketMs: number, longestMs: number) {
    this.#bucketMs = bucketMs;
    // Two more than the longest window: events of the running tick, and of a venue whose clock is ahead.
    this.#buckets = Math.ceil(longestMs / bucketMs) + 2;
    this.#data = arena.take(HEADER + STRIDE * this.#buckets).fill(-1);
  }

  /** Adds amounts at a time. Too old ones are dropped. */
  add(tsEvent: number, first: number, second: number): void {
    const at = this.#open(Math.floor(tsEvent / this.#bucketMs));
    if (at < 0) return;
    this.#data[at + 1] = this.#data[at + 1]! + first;
    this.#data[at + 2] = this.#data[at + 2]! + second;
  }

  /** Replaces the amounts of the tick that holds a time: a finished window that a venue may state again. */
  set(tsEvent: number, first: number, second: number): void {
    const at = this.#open(Math.floor(tsEvent / this.#bucketMs));
    if (at < 0) return;
    this.#data[at + 1] = first;
    this.#data[at + 2] = second;
  }

  clear(): void {
    this.#data.fill(-1);
  }

  /** Sums [end − window, end) into `first` and `second`. */
  sum(endMs: number, windowMs: number): void {
    this.first = 0;
    this.second = 0;
    const end = Math.ceil(endMs / this.#bucketMs);
    const start = end - Math.ceil(windowMs / this.#bucketMs);
    for (let bucket = start; bucket < end && bucket <= this.#data[NEWEST]!; bucket++) {
      const at = this.#placeOf(bucket);
      if (this.#data[at] !== bucket) continue;
      this.first += this.#data[at + 1]!;
      this.second += this.#data[at + 2]!;
    }
  }

  #open(bucket: number): number {
    const at = this.#placeOf(bucket);
    if (this.#data[at]! > bucket) return -1;
    if (this.#data[at] !== bucket) {
      this.#data[at] = bucket;
      this.#data[at + 1] = 0;
      this.#data[at + 2] = 0;
    }
    if (bucket > this.#data[NEWEST]!) this.#data[NEWEST] = bucket;
    return at;
  }

  #placeOf(bucket: number): number {
    return HEADER + STRIDE * (bucket % this.#buckets);
  }
}
