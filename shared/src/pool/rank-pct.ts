/**
 * Writes the percentile rank of `values[row]` among `rows` to `out[row]` for every row listed: ascending average rank divided by
 * the number of non-missing values, in (0, 1] (pool spec §11, vector P-01). NaN = missing: ranked nowhere, stays NaN.
 */
export function writeRankPct(values: Float64Array, rows: ArrayLike<number>, out: Float64Array): void {
  const sorted = sortedPresent(values, rows);
  const count = sorted.length;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    const value = values[row]!;
    out[row] = Number.isNaN(value) ? Number.NaN : (countBelow(sorted, value) + 1 + countUpTo(sorted, value)) / 2 / count;
  }
}

/** Percentile ranks of a whole column, as `writeRankPct` gives them. */
export function rankPct(values: Float64Array): Float64Array {
  const out = new Float64Array(values.length);
  writeRankPct(
    values,
    values.map((_, i) => i),
    out,
  );
  return out;
}

/**
 * Writes the descending rank 1 … n of `values[row]` among `rows` to `out[row]`; equal values keep the order of `rows`, so that
 * rows listed ascending by symbol give ties to the earlier symbol. NaN = missing, stays NaN.
 */
export function writeDescendingRank(values: Float64Array, rows: ArrayLike<number>, out: Float64Array): void {
  const order = Array.from(rows).filter((row) => {
    out[row] = Number.NaN;
    return !Number.isNaN(values[row]!);
  });
  order.sort((a, b) => values[b]! - values[a]!);
  for (let i = 0; i < order.length; i++) out[order[i]!] = i + 1;
}

function sortedPresent(values: Float64Array, rows: ArrayLike<number>): Float64Array {
  const present = new Float64Array(rows.length);
  let count = 0;
  for (let i = 0; i < rows.length; i++) {
    const value = values[rows[i]!]!;
    if (!Number.isNaN(value)) present[count++] = value;
  }
  return present.subarray(0, count).sort();
}

/** How many sorted values are smaller than `value`. */
function countBelow(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many sorted values are at most `value`. */
function countUpTo(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
