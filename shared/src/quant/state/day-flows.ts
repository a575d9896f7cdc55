import type { StateArena } from './state-arena.ts';

const DAY = 0;
const SUM = 1;
const GAP = 2;
const WIDTH = 3;
const DAY_MS = 86_400_000;

/** Cumulative bought − sold USD of the UTC day (`cvd`), one row an instrument, flagged when trades of the day are missing. */
export class DayFlows {
  readonly #data: Float64Array;

  constructor(arena: StateArena, rows: number) {
    this.#data = arena.take(WIDTH * rows, -1);
    for (let row = 0; row < rows; row++) this.#data[WIDTH * row + SUM] = 0;
  }

  add(row: number, tsEvent: number, signedUsd: number): void {
    const at = WIDTH * row;
    const day = Math.floor(tsEvent / DAY_MS);
    if (day < this.#data[at + DAY]!) return;
    if (day > this.#data[at + DAY]!) this.#start(at, day);
    this.#data[at + SUM] = this.#data[at + SUM]! + signedUsd;
  }

  /** Trades were lost: the sum is a part of the day until it starts anew. */
  lost(row: number, tsEvent: number): void {
    const at = WIDTH * row;
    const day = Math.floor(tsEvent / DAY_MS);
    if (day > this.#data[at + DAY]!) this.#start(at, day);
    this.#data[at + GAP] = 1;
  }

  /** Sum of the day that a time lies in; NaN before the first trade ever. */
  at(row: number, nowMs: number): number {
    const at = WIDTH * row;
    const day = this.#data[at + DAY]!;
    if (day < 0) return Number.NaN;
    return day >= Math.floor(nowMs / DAY_MS) ? this.#data[at + SUM]! : 0;
  }

  hasGap(row: number, nowMs: number): boolean {
    const at = WIDTH * row;
    return this.#data[at + GAP] === 1 && this.#data[at + DAY]! >= Math.floor(nowMs / DAY_MS);
  }

  /** The first day ever seen began before we did. */
  #start(at: number, day: number): void {
    this.#data[at + GAP] = this.#data[at + DAY]! < 0 ? 1 : 0;
    this.#data[at + DAY] = day;
    this.#data[at + SUM] = 0;
  }
}
