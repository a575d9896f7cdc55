/**
 * Columns that keep their bin over long runs of rows, as market-wide features do: rows are ordered by date, so a run is a date. Rows
 * of a run can be summed first and added to such a column's histogram in one go.
 */
export interface SteadyColumns {
  /** The first of them: steady columns are the last ones of the model. */
  readonly first: number;
  /** First row of each run, ascending, and the number of rows: run r is `[starts[r], starts[r + 1])`. */
  readonly starts: Int32Array;
}

/** Runs shorter than this on average are not worth the detour. */
const LEAST_ROWS_PER_RUN = 8;

/** The longest tail of the columns that is steady, and its common runs. */
export function steadyColumns(bins: readonly Uint8Array[], rowCount: number): SteadyColumns {
  let first = bins.length;
  let starts = new Uint8Array(rowCount);
  starts[0] = 1;
  while (first > 0) {
    const joined = joinStarts(starts, bins[first - 1]!, rowCount / LEAST_ROWS_PER_RUN);
    if (joined === undefined) break;
    starts = joined;
    first--;
  }
  const rows: number[] = [];
  for (let row = 0; row < rowCount; row++) if (starts[row] === 1) rows.push(row);
  rows.push(rowCount);
  return { first, starts: Int32Array.from(rows) };
}

/** `starts` and the rows where the bin changes; undefined when these are more than `limit`. */
function joinStarts(starts: Uint8Array, bins: Uint8Array, limit: number): Uint8Array<ArrayBuffer> | undefined {
  const joined = new Uint8Array(starts);
  let count = 1;
  for (let row = 1; row < bins.length; row++) {
    if (bins[row] !== bins[row - 1]) joined[row] = 1;
    count += joined[row]!;
    if (count > limit) return undefined;
  }
  return joined;
}
