import type { WindowMoments } from '../metrics/z-score.ts';

/** Moments of a window, one row a series. */
export class MomentColumns {
  readonly count: Float64Array;
  readonly mean: Float64Array;
  /** Σ (x − mean)². */
  readonly squares: Float64Array;
  /** Grid points from the oldest that is present to the end of the window. */
  readonly span: Float64Array;

  constructor(rows: number) {
    this.count = new Float64Array(rows);
    this.mean = new Float64Array(rows);
    this.squares = new Float64Array(rows);
    this.span = new Float64Array(rows);
  }

  of(row: number): WindowMoments {
    return { count: this.count[row]!, mean: this.mean[row]!, squares: this.squares[row]!, span: this.span[row]! };
  }
}

/** Sums over a part of a window, of distances from the oldest value, one row a series. */
export class WindowSums {
  /** Grid place of the oldest value, −1 without one. */
  readonly oldest: Float64Array;
  readonly shift: Float64Array;
  readonly count: Float64Array;
  readonly sum: Float64Array;
  readonly squares: Float64Array;

  constructor(rows: number) {
    this.oldest = new Float64Array(rows);
    this.shift = new Float64Array(rows);
    this.count = new Float64Array(rows);
    this.sum = new Float64Array(rows);
    this.squares = new Float64Array(rows);
  }

  clear(row: number): void {
    this.oldest[row] = -1;
    this.shift[row] = 0;
    this.count[row] = 0;
    this.sum[row] = 0;
    this.squares[row] = 0;
  }
}
