import { type WindowMoments, windowDeviation, type ZRules } from '../metrics/z-score.ts';
import { MomentColumns } from './moment-columns.ts';
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
    this.sum(columns, row, end, window);
    return columns.of(row);
  }

  /** Puts the moments of a row into columns: points one by one up to the first whole block, then blocks. */
  sum(columns: MomentColumns, row: number, end: number, window: number): void {
    const points = this.#points;
    const blocks = this.#blocks;
    const last = Math.min(end, this.#head[LAST]!);
    let at = Math.max(0, end - window + 1);
    let oldest = -1;
    let shift = 0;
    let count = 0;
    let sum = 0;
    let squares = 0;
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
        oldest = at;
        shift = mean;
      }
      const distance = mean - shift;
      count += added;
      sum += added * distance;
      squares += blocks[block + SQUARES]! + added * distance * distance;
      block = block + BLOCK_WIDTH === behind ? first : block + BLOCK_WIDTH;
    }
    columns.count[row] = count;
    columns.mean[row] = count === 0 ? 0 : shift + sum / count;
    columns.squares[row] = count === 0 ? 0 : Math.max(0, squares - (sum * sum) / count);
    columns.span[row] = count === 0 ? 0 : end - this.#firstPresent(oldest, row) + 1;
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

/** Mean and σ of one window of every row of a grid, summed once a step of the grid. */
export class GridWindow {
  readonly #grid: GridSeries;
  readonly #arena: StateArena;
  readonly #window: number;
  readonly #moments: MomentColumns;
  readonly #deviations: Float64Array;
  #epoch = -1;
  #end = -1;

  constructor(grid: GridSeries, arena: StateArena, window: number) {
    this.#grid = grid;
    this.#arena = arena;
    this.#window = window;
    this.#moments = new MomentColumns(grid.rows);
    this.#deviations = new Float64Array(grid.rows);
  }

  /** Moves the window so that it ends with a grid place, which is not before the last one pushed. */
  moveTo(end: number, rules: ZRules): void {
    if (this.#end === end && this.#epoch === this.#arena.epoch) return;
    for (let row = 0; row < this.#deviations.length; row++) {
      this.#grid.sum(this.#moments, row, end, this.#window);
      const { count, squares, span } = this.#moments;
      this.#deviations[row] = windowDeviation(count[row]!, squares[row]!, span[row]!, rules);
    }
    this.#end = end;
    this.#epoch = this.#arena.epoch;
  }

  mean(row: number): number {
    return this.#moments.mean[row]!;
  }

  /** σ, NaN where the rules allow no z. */
  deviation(row: number): number {
    return this.#deviations[row]!;
  }
}
