import { windowDeviation, type ZRules } from '../metrics/z-score.ts';
import type { GridSeries } from './grid-series.ts';
import { MomentColumns, WindowSums } from './moment-columns.ts';
import type { StateArena } from './state-arena.ts';

/**
 * Mean and σ of one window of every row of a grid, summed once a step of the grid. What the next window will have in common with
 * the points that are known already is summed before its time, a part of the rows each tick: the tick that moves all windows would
 * be the longest one else.
 */
export class GridWindow {
  readonly #grid: GridSeries;
  readonly #arena: StateArena;
  readonly #window: number;
  readonly #moments: MomentColumns;
  readonly #deviations: Float64Array;
  #epoch = -1;
  #end = -1;
  /** Earlier parts of the next window, of so many rows, and its end. */
  readonly #earlier: WindowSums;
  #ready = 0;
  #nextEnd = -1;

  constructor(grid: GridSeries, arena: StateArena, window: number) {
    this.#grid = grid;
    this.#arena = arena;
    this.#window = window;
    this.#moments = new MomentColumns(grid.rows);
    this.#deviations = new Float64Array(grid.rows);
    this.#earlier = new WindowSums(grid.rows);
  }

  /** Moves the window so that it ends with a grid place, which is not before the last one pushed. False when it was there. */
  moveTo(end: number, rules: ZRules): boolean {
    const { epoch } = this.#arena;
    if (this.#end === end && this.#epoch === epoch) return false;
    const ready = this.#nextEnd === end && this.#epoch === epoch ? this.#ready : 0;
    this.#grid.sumEarlier(this.#earlier, end, this.#window, ready, this.#grid.rows);
    this.#grid.sumLatest(this.#moments, this.#earlier, end, this.#window);
    this.#refreshDeviations(rules);
    this.#end = end;
    this.#epoch = epoch;
    this.#nextEnd = end + 1;
    this.#ready = 0;
    return true;
  }

  /** Does a share, in [0, 1] of all rows, of the work for the next place, once the points of the current one are pushed. */
  prepareNext(share: number): void {
    const { rows } = this.#grid;
    const behind = Math.min(rows, this.#ready + Math.ceil(share * rows));
    this.#grid.sumEarlier(this.#earlier, this.#nextEnd, this.#window, this.#ready, behind);
    this.#ready = behind;
  }

  mean(row: number): number {
    return this.#moments.mean[row]!;
  }

  /** σ, NaN where the rules allow no z. */
  deviation(row: number): number {
    return this.#deviations[row]!;
  }

  #refreshDeviations(rules: ZRules): void {
    const { count, squares, span } = this.#moments;
    for (let row = 0; row < this.#deviations.length; row++) {
      this.#deviations[row] = windowDeviation(count[row]!, squares[row]!, span[row]!, rules);
    }
  }
}
