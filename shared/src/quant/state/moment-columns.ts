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
