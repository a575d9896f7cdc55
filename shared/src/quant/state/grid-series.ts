import type { WindowMoments } from '../metrics/z-score.ts';
import { MomentColumns, WindowSums } from './moment-columns.ts';
import type { StateArena } from './state-arena.ts';

/** Points whose moments are kept together. */
const BLOCK = 30;
const LAST = 0;
const COUNT = 0;
const MEAN = 1;
const SQUARES = 2;
const BLOCK_WIDTH = 3;

/**
 * Values at the points of a time grid, NaN where a point has none, for one row or many, and the moments of the newest `window` of
 * them. Moments are kept per block of points at fixed places of the grid and added up as distances from the oldest one, so the answer
 * depends on the points alone and not on the way the window came there. A point of all rows lies together, so that a step of the grid
 * changes little memory; the blocks of a row lie together, since they are read in one go.
 */
export class GridSeries {
  readonly rows: number;
  readonly #head: Float64Array;
  readonly #places: number;
  readonly #points: Float64Array;
  /** Count, mean and Σ (x − mean)² of each block, those of a row together. */
  readonly #blocks: Float64Array;

  /** Holds windows of at most `longest` points. */
  constructor(arena: StateArena, longest: number, rows = 1) {
    const blocks = Math.ceil(longest / BLOCK) + 1;
    this.rows = rows;
    this.#places = blocks * BLOCK;
    this.#head = arena.take(1, -1);
    this.#points = arena.take(this.#places * rows, Number.NaN);
    this.#blocks = arena.take(BLOCK_WIDTH * blocks * rows);
  }

  /** Sets the value of a row at a grid place, which is not before any other; places between stay without. */
  push(index: number, value: number, row = 0): void {
    if (index < this.#head[LAST]!) return;
    this.#advance(index);
    const at = (index % this.#places) * this.rows + row;
    if (Number.isNaN(value) || !Number.isNaN(this.#points[at]!)) return;
    this.#points[at] = value;
    this.#count(this.#blockAt(index, row), value);
  }

  /** The same for all rows. */
  pushAll(index: number, values: Float64Array): void {
    for (let row = 0; row < this.rows; row++) this.push(index, values[row]!, row);
  }

  /** Moments of a row over the `window` places ending with `end`, which is not before the last one pushed. */
  moments(end: number, window: number, row = 0): WindowMoments {
    const columns = new MomentColumns(this.rows);
    const sums = new WindowSums(this.rows);
    this.sumEarlier(sums, end, window, row, row + 1);
    this.sumLatest(columns, sums, end, window);
    return columns.of(row);
  }

  /**
   * Sums what of a window that ends with `end` lies before the block of `end`, for some rows: what is pushed at `end` does not
   * change it, so that it can be done as soon as the place before is there.
   */
  sumEarlier(sums: WindowSums, end: number, window: number, row: number, behind: number): void {
    const from = firstOf(end, window);
    const to = end - (end % BLOCK) - 1;
    for (let at = row; at < behind; at++) {
      sums.clear(at);
      this.#add(sums, at, from, to);
    }
  }

  /** Adds the rest of the window to the sums of all rows, and puts their moments into columns. */
  sumLatest(columns: MomentColumns, sums: WindowSums, end: number, window: number): void {
    const from = Math.max(firstOf(end, window), end - (end % BLOCK));
    for (let row = 0; row < this.rows; row++) {
      this.#add(sums, row, from, end);
      const count = sums.count[row]!;
      const sum = sums.sum[row]!;
      columns.count[row] = count;
      columns.mean[row] = count === 0 ? 0 : sums.shift[row]! + sum / count;
      columns.squares[row] = count === 0 ? 0 : Math.max(0, sums.squares[row]! - (sum * sum) / count);
      columns.span[row] = count === 0 ? 0 : end - sums.oldest[row]! + 1;
    }
  }

  /** Adds the places from `from` to `to` to the sums of a row: points one by one up to the first whole block, then blocks. */
  #add(sums: WindowSums, row: number, from: number, to: number): void {
    const points = this.#points;
    const blocks = this.#blocks;
    const last = Math.min(to, this.#head[LAST]!);
    let at = from;
    let oldest = sums.oldest[row]!;
    let shift = sums.shift[row]!;
    let count = sums.count[row]!;
    let sum = sums.sum[row]!;
    let squares = sums.squares[row]!;
    for (let place = at % this.#places; at <= last && at % BLOCK !== 0; at++, place++) {
      const value = points[place * this.rows + row]!;
      if (value - value !== 0) continue;
      if (oldest < 0) {
        oldest = at;
        shift = value;
      }
      const distance = value - shift;
      count += 1;
      sum += distance;
      squares += distance * distance;
    }
    const first = this.#blockAt(0, row);
    const behind = first + BLOCK_WIDTH * (this.#places / BLOCK);
    for (let block = this.#blockAt(at, row); at <= last; at += BLOCK) {
      const added = blocks[block + COUNT]!;
      const mean = blocks[block + MEAN]!;
      if (oldest < 0 && added > 0) {
        oldest = this.#firstPresent(at, row);
        shift = mean;
      }
      const distance = mean - shift;
      count += added;
      sum += added * distance;
      squares += blocks[block + SQUARES]! + added * distance * distance;
      block = block + BLOCK_WIDTH === behind ? first : block + BLOCK_WIDTH;
    }
    sums.oldest[row] = oldest;
    sums.shift[row] = shift;
    sums.count[row] = count;
    sums.sum[row] = sum;
    sums.squares[row] = squares;
  }

  /** First place from `at` on that has a value of a row; there is one. */
  #firstPresent(at: number, row: number): number {
    let place = at;
    while (Number.isNaN(this.#points[(place % this.#places) * this.rows + row]!)) place += 1;
    return place;
  }

  /** Empties the places up to `index`; blocks begin anew with their first place. */
  #advance(index: number): void {
    const last = this.#head[LAST]!;
    if (index === last) return;
    for (let at = Math.max(last + 1, index - this.#places + 1); at <= index; at++) this.#clear(at);
    this.#head[LAST] = index;
  }

  #clear(index: number): void {
    const from = (index % this.#places) * this.rows;
    this.#points.fill(Number.NaN, from, from + this.rows);
    if (index % BLOCK !== 0) return;
    for (let row = 0; row < this.rows; row++) {
      const block = this.#blockAt(index, row);
      for (let at = block; at < block + BLOCK_WIDTH; at++) this.#blocks[at] = 0;
    }
  }

  #count(block: number, value: number): void {
    const blocks = this.#blocks;
    const count = blocks[block + COUNT]! + 1;
    const delta = value - blocks[block + MEAN]!;
    const mean = blocks[block + MEAN]! + delta / count;
    blocks[block + COUNT] = count;
    blocks[block + MEAN] = mean;
    blocks[block + SQUARES] = blocks[block + SQUARES]! + delta * (value - mean);
  }

  /** Place of the block of a row that holds a grid place. */
  #blockAt(index: number, row: number): number {
    return BLOCK_WIDTH * (row * (this.#places / BLOCK) + Math.floor((index % this.#places) / BLOCK));
  }
}

/** First place of a window that ends with `end`. */
function firstOf(end: number, window: number): number {
  return Math.max(0, end - window + 1);
}
