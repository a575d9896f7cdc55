/** Values that a judgement looks back at (data platform spec §6). */
export const WINDOW_VALUES = 100;

/**
 * The last hundred values of one series, with their median and their deviations from it, exact. Values are kept in order too: one in
 * and one out cost a binary search and a short move, and the median of deviations a walk outwards from the middle, so that
 * nothing is sorted anew. Only finite values are taken.
 */
export class ValueWindow {
  readonly #byAge: Float64Array;
  readonly #sorted: Float64Array;
  #count = 0;
  #oldest = 0;

  constructor(most = WINDOW_VALUES) {
    this.#byAge = new Float64Array(most);
    this.#sorted = new Float64Array(most);
  }

  get count(): number {
    return this.#count;
  }

  /** Takes a value and drops the oldest of a full window; false for one that is no number, which is refused. */
  push(value: number): boolean {
    if (!Number.isFinite(value)) return false;
    const most = this.#byAge.length;
    if (this.#count === most) this.#drop(this.#byAge[this.#oldest]!);
    const at = this.#place(value);
    this.#sorted.copyWithin(at + 1, at, this.#count);
    this.#sorted[at] = value;
    this.#count += 1;
    this.#byAge[this.#oldest] = value;
    this.#oldest = (this.#oldest + 1) % most;
    return true;
  }

  /** NaN while the window is empty. */
  median(): number {
    const upper = this.#count >> 1;
    if (this.#count % 2 === 1) return this.#sorted[upper]!;
    return this.#count === 0 ? Number.NaN : (this.#sorted[upper - 1]! + this.#sorted[upper]!) / 2;
  }

  /** Median of the absolute deviations from `median`, which must be the window's. */
  medianDeviation(median: number): number {
    if (this.#count === 0) return Number.NaN;
    // The deviations of both halves ascend outwards from the middle: merged as far as the middle one.
    let below = (this.#count >> 1) - 1;
    let above = below + 1;
    let before = 0;
    let last = 0;
    for (let taken = 0; taken <= this.#count >> 1; taken++) {
      before = last;
      const under = below < 0 ? Number.POSITIVE_INFINITY : Math.abs(median - this.#sorted[below]!);
      const over = above >= this.#count ? Number.POSITIVE_INFINITY : Math.abs(this.#sorted[above]! - median);
      if (under <= over) below -= 1;
      else above += 1;
      last = Math.min(under, over);
    }
    return this.#count % 2 === 1 ? last : (before + last) / 2;
  }

  /** Mean of the absolute deviations from `median`. */
  meanDeviation(median: number): number {
    let sum = 0;
    for (let at = 0; at < this.#count; at++) sum += Math.abs(this.#sorted[at]! - median);
    return sum / this.#count;
  }

  mean(): number {
    let sum = 0;
    for (let at = 0; at < this.#count; at++) sum += this.#sorted[at]!;
    return sum / this.#count;
  }

  /** First place whose value is not below `value`. */
  #place(value: number): number {
    let [from, to] = [0, this.#count];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.#sorted[middle]! < value) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  #drop(value: number): void {
    const at = this.#place(value);
    this.#sorted.copyWithin(at, at + 1, this.#count);
    this.#count -= 1;
  }
}
