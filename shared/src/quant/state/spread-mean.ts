import { FlowWindow } from './flow-window.ts';
import type { StateArena } from './state-arena.ts';

const SINCE = 0;
const SPREAD = 1;

/** Time-weighted mean of the spread over the trailing minute, for gates (market data spec §8.1). */
export class SpreadMean {
  readonly #data: Float64Array;
  readonly #window: FlowWindow;
  readonly #bucketMs: number;
  readonly #windowMs: number;

  constructor(arena: StateArena, bucketMs: number, windowMs: number) {
    this.#data = arena.view(2, Number.NaN);
    this.#window = new FlowWindow(arena, bucketMs, windowMs);
    this.#bucketMs = bucketMs;
    this.#windowMs = windowMs;
  }

  /** The spread is this from now on; NaN when the book has none. */
  set(nowMs: number, spread: number): void {
    this.#spend(nowMs);
    if (!(this.#data[SINCE]! > nowMs)) this.#data[SINCE] = nowMs;
    this.#data[SPREAD] = spread;
  }

  /** Mean over the minute before a tick, NaN when no part of it had a spread. */
  at(tickMs: number): number {
    this.#spend(tickMs);
    this.#window.sum(tickMs, this.#windowMs);
    return this.#window.second > 0 ? this.#window.first / this.#window.second : Number.NaN;
  }

  /** Books the time since the last change, part by part where it reaches over ticks; what is older than the window is left out. */
  #spend(nowMs: number): void {
    const spread = this.#data[SPREAD]!;
    let from = Math.max(this.#data[SINCE]!, nowMs - this.#windowMs - this.#bucketMs);
    while (from < nowMs) {
      const end = Math.min(nowMs, (Math.floor(from / this.#bucketMs) + 1) * this.#bucketMs);
      if (!Number.isNaN(spread)) this.#window.add(from, spread * (end - from), end - from);
      from = end;
    }
    if (this.#data[SINCE]! < nowMs) this.#data[SINCE] = nowMs;
  }
}
