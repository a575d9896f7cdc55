/** A counter that calls raise and time lowers; a call that would raise it above `most` is refused. */
export interface CounterLimit {
  readonly most: number;
  readonly decayPerSec: number;
}

/** Private REST calls of a key on the first tier (market data spec §5). */
export const CALL_LIMIT: CounterLimit = { most: 15, decayPerSec: 0.33 };
/** Orders of one pair on the first tier (market data spec §11.3). */
export const PAIR_LIMIT: CounterLimit = { most: 60, decayPerSec: 1 };

/** What a cancellation costs, by the age of the order. */
const CANCEL_COSTS: readonly (readonly [youngerThanSec: number, cost: number])[] = [
  [5, 8],
  [10, 6],
  [15, 5],
  [45, 4],
  [90, 2],
  [300, 1],
];
const AMEND_COSTS: readonly (readonly [youngerThanSec: number, cost: number])[] = [
  [5, 3],
  [10, 2],
  [15, 1],
];

export class CallCounters {
  readonly #limit: CounterLimit;
  readonly #counters = new Map<string, { value: number; atMs: number }>();

  constructor(limit: CounterLimit) {
    this.#limit = limit;
  }

  /** False when there is no room for it, and then it is not counted. */
  admits(name: string, cost: number, nowMs: number): boolean {
    const { most, decayPerSec } = this.#limit;
    const known = this.#counters.get(name) ?? { value: 0, atMs: nowMs };
    const value = Math.max(0, known.value - ((nowMs - known.atMs) / 1000) * decayPerSec);
    const fits = value + cost <= most;
    this.#counters.set(name, { value: fits ? value + cost : value, atMs: nowMs });
    return fits;
  }

  /** Raises it above the limit if need be, as a cancellation does: it is never refused, but what follows is. */
  charge(name: string, cost: number, nowMs: number): void {
    if (!this.admits(name, 0, nowMs) || cost === 0) return;
    this.#counters.get(name)!.value += cost;
  }
}

export function cancelCost(ageMs: number): number {
  return costAt(CANCEL_COSTS, ageMs);
}

/** One, and more for a young order. */
export function amendCost(ageMs: number): number {
  return 1 + costAt(AMEND_COSTS, ageMs);
}

function costAt(costs: readonly (readonly [number, number])[], ageMs: number): number {
  return costs.find(([youngerThanSec]) => ageMs < youngerThanSec * 1000)?.[1] ?? 0;
}
