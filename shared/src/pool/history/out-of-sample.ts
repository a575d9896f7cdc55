/** Out-of-sample scores of a panel's rows, gathered window by window. */
export interface OutOfSample {
  readonly aggregation: 'mean' | 'latest';
  /** Mean (or latest) raw score per row; meaningless where `windows` is 0. */
  readonly linear: Float64Array;
  readonly ml: Float64Array;
  /** How many windows have scored a row. */
  readonly windows: Uint8Array;
}

export function outOfSample(rowCount: number, aggregation: OutOfSample['aggregation']): OutOfSample {
  const column = (): Float64Array => new Float64Array(rowCount);
  return { aggregation, linear: column(), ml: column(), windows: new Uint8Array(rowCount) };
}

/** Adds a window's scores of the listed rows; windows come in ascending order. */
export function addPredictions(scores: OutOfSample, rows: Int32Array, linear: Float64Array, ml: Float64Array): void {
  for (const [k, row] of rows.entries()) {
    const before = scores.aggregation === 'latest' ? 0 : scores.windows[row]!;
    scores.linear[row] = meanWith(scores.linear[row]!, before, linear[k]!);
    scores.ml[row] = meanWith(scores.ml[row]!, before, ml[k]!);
    scores.windows[row]!++;
  }
}

function meanWith(mean: number, count: number, value: number): number {
  return (mean * count + value) / (count + 1);
}
