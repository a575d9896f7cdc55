import { FlowTable } from './flow-table.ts';
import type { StateArena } from './state-arena.ts';

const SINCE = 0;
const SPREAD = 1;
const WIDTH = 2;

/** Time-weighted mean of the spread over the trailing minute, one row an instrument, for gates (market data spec §8.1). */
export class SpreadMeans {
  readonly #data: Float64Array;
  readonly #window: FlowTable;
  readonly #rows: number;
  readonly #bucketMs: number;
  readonly #windowMs: number;

  constructor(arena: StateArena, rows: number, bucketMs: number, windowMs: number) {
    this.#data = arena.take(WIDTH * rows, Number.NaN);
    this.#window = new FlowTable(arena, rows, bucketMs, windowMs);
    this.#rows = rows;
    this.#bucketMs = bucketMs;
    this.#windowMs = windowMs;
  }

  /** The spread is this from now on; NaN when the book has none. */
  set(row: number, nowMs: number, spread: number): void {
    const at = WIDTH * row;
    this.#spend(row, nowMs);
    if (!(this.#data[at + SINCE]! > nowMs)) this.#data[at + SINCE] = nowMs;
    this.#data[at + SPREAD] = spread;
  }

  /** Books the time up to a tick and sums the minute before it. */
  sum(tickMs: number): void {
    for (let row = 0; row < this.#rows; row++) this.#spend(row, tickMs);
    this.#window.sum(tickMs, this.#windowMs);
  }

  /** Mean over the minute last summed, NaN when no part of it had a spread. */
  mean(row: number): number {
    const { first, second } = this.#window;
    return second[row]! > 0 ? first[row]! / second[row]! : Number.NaN;
  }

  /** Books the time since the last change, part by part where it reaches over ticks; what is older than the window is left out. */
  #spend(row: number, nowMs: number): void {
    const at = WIDTH * row;
    const spread = this.#data[at + SPREAD]!;
    let from = Math.max(this.#data[at + SINCE]!, nowMs - this.#windowMs - this.#bucketMs);
    while (from < nowMs) {
      const end = Math.min(nowMs, (Math.floor(from / this.#bucketMs) + 1) * this.#bucketMs);
      if (!Number.isNaN(spread)) this.#window.add(row, from, spread * (end - from), end - from);
      from = end;
    }
    if (this.#data[at + SINCE]! < nowMs) this.#data[at + SINCE] = nowMs;
  }
}
