import type { StateArena } from './state-arena.ts';

const DAY = 0;
const SUM = 1;
const GAP = 2;
const DAY_MS = 86_400_000;

/** Cumulative bought − sold USD of the UTC day (`cvd`), flagged when trades of the day are missing. */
export class DayFlow {
  readonly #data: Float64Array;

  constructor(arena: StateArena) {
    this.#data = arena.view(3, -1);
    this.#data[SUM] = 0;
  }

  add(tsEvent: number, signedUsd: number): void {
    const day = Math.floor(tsEvent / DAY_MS);
    if (day < this.#data[DAY]!) return;
    if (day > this.#data[DAY]!) this.#start(day);
    this.#data[SUM] = this.#data[SUM]! + signedUsd;
  }

  /** Trades were lost: the sum is a part of the day until it starts anew. */
  lost(tsEvent: number): void {
    const day = Math.floor(tsEvent / DAY_MS);
    if (day > this.#data[DAY]!) this.#start(day);
    this.#data[GAP] = 1;
  }

  /** Sum of the day that a time lies in; NaN before the first trade ever. */
  at(nowMs: number): number {
    const day = this.#data[DAY]!;
    if (day < 0) return Number.NaN;
    return day >= Math.floor(nowMs / DAY_MS) ? this.#data[SUM]! : 0;
  }

  hasGap(nowMs: number): boolean {
    return this.#data[GAP] === 1 && this.#data[DAY]! >= Math.floor(nowMs / DAY_MS);
  }

  /** The first day ever seen began before we did. */
  #start(day: number): void {
    this.#data[GAP] = this.#data[DAY]! < 0 ? 1 : 0;
    this.#data[DAY] = day;
    this.#data[SUM] = 0;
  }
}
