import type { StateArena } from './state-arena.ts';

/** One value per tick, found again by the tick's number; NaN when that tick was skipped, had none, or is too long ago. */
export class TickHistory {
  readonly #data: Float64Array;
  readonly #at: number;
  readonly #ticks: number;

  constructor(arena: StateArena, ticks: number) {
    this.#ticks = ticks;
    const { data, at } = arena.take(2 * ticks, -1);
    this.#data = data;
    this.#at = at;
  }

  push(tick: number, value: number): void {
    const at = this.#at + 2 * ((tick | 0) % this.#ticks);
    this.#data[at] = tick;
    this.#data[at + 1] = value;
  }

  at(tick: number): number {
    const at = this.#at + 2 * ((tick | 0) % this.#ticks);
    return this.#data[at] === tick ? this.#data[at + 1]! : Number.NaN;
  }
}
