import type { WindowMoments } from '../metrics/z-score.ts';
import type { StateArena } from './state-arena.ts';

/** Points whose moments are kept together. */
const BLOCK = 30;
const LAST = 0;
const HEADER = 1;

/**
 * Values at the points of a time grid, NaN where a point has none, and the moments of the newest `window` of them. Moments are
 * kept per block of points at fixed places of the grid and merged (Chan, Golub, LeVeque 1979), so the answer depends on the points
 * alone and not on the way the window came there.
 */
export class GridSeries {
  readonly #arena: StateArena;
  readonly #head: Float64Array;
  readonly #points: Float64Array;
  readonly #counts: Float64Array;
  readonly #means: Float64Array;
  readonly #squares: Float64Array;
  readonly #answers = new Map<number, { epoch: number; end: number; moments: WindowMoments }>();

  /** Holds windows of at most `longest` points. */
  constructor(arena: StateArena, longest: number) {
    const blocks = Math.ceil(longest / BLOCK) + 1;
    this.#arena = arena;
    this.#head = arena.view(HEADER, -1);
    this.#points = arena.view(blocks * BLOCK, Number.NaN);
    this.#counts = arena.view(blocks);
    this.#means = arena.view(blocks);
    this.#squares = arena.view(blocks);
  }

  /** Sets the value at a grid place later than all before; places between stay without. */
  push(index: number, value: number): void {
    const last = this.#head[LAST]!;
    if (index <= last) return;
    const from = Math.max(last + 1, index - this.#points.length + 1);
    for (let at = from; at <= index; at++) this.#clear(at);
    this.#head[LAST] = index;
    if (Number.isNaN(value)) return;
    this.#points[index % this.#points.length] = value;
    this.#count(this.#blockOf(index), value);
  }

  /** Moments of the `window` places ending with `end`, which is not before the last one pushed. */
  moments(end: number, window: number): WindowMoments {
    const known = this.#answers.get(window);
    if (known !== undefined && known.end === end && known.epoch === this.#arena.epoch) return known.moments;
    const moments = this.#merge(end, window);
    this.#answers.set(window, { epoch: this.#arena.epoch, end, moments });
    return moments;
  }

  #merge(end: number, window: number): WindowMoments {
    const last = Math.min(end, this.#head[LAST]!);
    let at = Math.max(0, end - window + 1);
    let count = 0;
    let mean = 0;
    let squares = 0;
    let oldest = -1;
    while (at <= last) {
      const whole = at % BLOCK === 0;
      const block = this.#blockOf(at);
      const point = this.#points[at % this.#points.length]!;
      const added = whole ? this.#counts[block]! : Number.isNaN(point) ? 0 : 1;
      if (added > 0) {
        if (oldest < 0) oldest = at;
        const otherMean = whole ? this.#means[block]! : point;
        const delta = otherMean - mean;
        const total = count + added;
        squares += (whole ? this.#squares[block]! : 0) + (delta * delta * count * added) / total;
        mean += (delta * added) / total;
        count = total;
      }
      at += whole ? BLOCK : 1;
    }
    return { count, mean, squares, span: oldest < 0 ? 0 : end - this.#firstPresent(oldest) + 1 };
  }

  /** First place from `at` on that has a value; there is one. */
  #firstPresent(at: number): number {
    let place = at;
    while (Number.isNaN(this.#points[place % this.#points.length]!)) place += 1;
    return place;
  }

  #clear(index: number): void {
    this.#points[index % this.#points.length] = Number.NaN;
    if (index % BLOCK !== 0) return;
    const block = this.#blockOf(index);
    this.#counts[block] = 0;
    this.#means[block] = 0;
    this.#squares[block] = 0;
  }

  #count(block: number, value: number): void {
    const count = this.#counts[block]! + 1;
    const delta = value - this.#means[block]!;
    this.#counts[block] = count;
    this.#means[block] = this.#means[block]! + delta / count;
    this.#squares[block] = this.#squares[block]! + delta * (value - this.#means[block]!);
  }

  #blockOf(index: number): number {
    return Math.floor(index / BLOCK) % this.#counts.length;
  }
}
