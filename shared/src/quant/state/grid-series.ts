import type { WindowMoments } from '../metrics/z-score.ts';
import type { StateArena } from './state-arena.ts';

/** Points whose moments are kept together. */
const BLOCK = 30;
const LAST = 0;
const HEADER = 1;
const NOTHING: WindowMoments = { count: 0, mean: 0, squares: 0, span: 0 };

interface Answer {
  readonly window: number;
  epoch: number;
  end: number;
  moments: WindowMoments;
}

/**
 * Values at the points of a time grid, NaN where a point has none, and the moments of the newest `window` of them. Moments are
 * kept per block of points at fixed places of the grid and added up as distances from the oldest one, so the answer depends on the points
 * alone and not on the way the window came there.
 */
export class GridSeries {
  readonly #arena: StateArena;
  readonly #head: Float64Array;
  readonly #points: Float64Array;
  readonly #counts: Float64Array;
  readonly #means: Float64Array;
  readonly #squares: Float64Array;
  /** Answers already given, by window; good for one end and one state. */
  readonly #answers: Answer[] = [];

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
    const answer = this.#answerFor(window);
    if (answer.end !== end || answer.epoch !== this.#arena.epoch) {
      answer.moments = this.#merge(end, window);
      answer.end = end;
      answer.epoch = this.#arena.epoch;
    }
    return answer.moments;
  }

  #answerFor(window: number): Answer {
    for (let i = 0; i < this.#answers.length; i++) if (this.#answers[i]!.window === window) return this.#answers[i]!;
    const answer = { window, epoch: -1, end: -1, moments: NOTHING };
    this.#answers.push(answer);
    return answer;
  }

  /** Places and lengths are small integers, and kept as such: this runs for every window of every symbol once a step. */
  #merge(end: number, window: number): WindowMoments {
    const last = Math.min(end, this.#head[LAST]!) | 0;
    const length = this.#points.length;
    let at = Math.max(0, end - window + 1) | 0;
    let place = at % length;
    let oldest = -1;
    let shift = 0;
    let count = 0;
    let sum = 0;
    let squares = 0;
    while (at <= last) {
      const whole = at % BLOCK === 0;
      const block = (place / BLOCK) | 0;
      const mean = whole ? this.#means[block]! : this.#points[place]!;
      const added = whole ? this.#counts[block]! : mean - mean === 0 ? 1 : 0;
      if (added > 0) {
        if (oldest < 0) {
          oldest = at;
          shift = mean;
        }
        const distance = mean - shift;
        count += added;
        sum += added * distance;
        squares += (whole ? this.#squares[block]! : 0) + added * distance * distance;
      }
      const step = whole ? BLOCK : 1;
      at += step;
      place += step;
      if (place >= length) place -= length;
    }
    if (count === 0) return NOTHING;
    const mean = shift + sum / count;
    return { count, mean, squares: Math.max(0, squares - (sum * sum) / count), span: end - this.#firstPresent(oldest) + 1 };
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
    return ((index % this.#points.length) / BLOCK) | 0;
  }
}
