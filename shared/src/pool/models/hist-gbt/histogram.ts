/** Entries per column in a histogram: one for each possible bin. */
export const BIN_STRIDE = 256;

/** Gradient sums and row counts per column and bin, for one leaf: entry `column·BIN_STRIDE + bin`. */
export interface Histogram {
  readonly sum: Float64Array;
  readonly count: Int32Array;
}

/** An empty histogram over `columnCount` columns. */
export function createHistogram(columnCount: number): Histogram {
  return { sum: new Float64Array(columnCount * BIN_STRIDE), count: new Int32Array(columnCount * BIN_STRIDE) };
}

/**
 * Fills a histogram from the rows of a leaf. `gradient[k]` belongs to row `rows[k]`. Every sum is exact (pool spec §13,
 * residuals), so the order of rows cannot change a bit. Four columns a pass: one load of row and gradient serves all four, and
 * rows that share a bin, which come in runs, do not wait for each other's store.
 */
export function fillHistogram(into: Histogram, columns: readonly Uint8Array[], rows: Int32Array, gradient: Float64Array): void {
  into.sum.fill(0);
  into.count.fill(0);
  let j = 0;
  for (; j + 4 <= columns.length; j += 4) {
    addFourColumns(into, j * BIN_STRIDE, columns[j]!, columns[j + 1]!, columns[j + 2]!, columns[j + 3]!, rows, gradient);
  }
  for (; j < columns.length; j++) addColumn(into, j * BIN_STRIDE, columns[j]!, rows, gradient);
}

/** Fills a histogram from all rows; the counts, the same for every tree, are copied from `counts`. */
export function fillRootHistogram(
  into: Histogram,
  columns: readonly Uint8Array[],
  counts: readonly Int32Array[],
  gradient: Float64Array,
): void {
  into.sum.fill(0);
  for (let j = 0; j < columns.length; j++) into.count.set(counts[j]!, j * BIN_STRIDE);
  let j = 0;
  for (; j + 4 <= columns.length; j += 4) {
    addFourRootColumns(into.sum, j * BIN_STRIDE, columns[j]!, columns[j + 1]!, columns[j + 2]!, columns[j + 3]!, gradient);
  }
  for (; j < columns.length; j++) addRootColumn(into.sum, j * BIN_STRIDE, columns[j]!, gradient);
}

/** Rows per bin of one column. */
export function countBins(column: Uint8Array): Int32Array {
  const counts = new Int32Array(BIN_STRIDE);
  for (let i = 0; i < column.length; i++) counts[column[i]!]!++;
  return counts;
}

/** Turns a parent's histogram into that of the child that is not `child`. */
export function subtractHistogram(parent: Histogram, child: Histogram, columnCount: number): void {
  const { sum, count } = parent;
  const { sum: childSum, count: childCount } = child;
  for (let i = 0; i < columnCount * BIN_STRIDE; i++) {
    sum[i]! -= childSum[i]!;
    count[i]! -= childCount[i]!;
  }
}

function addFourColumns(
  into: Histogram,
  offset: number,
  a: Uint8Array,
  b: Uint8Array,
  c: Uint8Array,
  d: Uint8Array,
  rows: Int32Array,
  gradient: Float64Array,
): void {
  const { sum, count } = into;
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k]!;
    const g = gradient[k]!;
    const at = offset + a[row]!;
    const bt = offset + BIN_STRIDE + b[row]!;
    const ct = offset + 2 * BIN_STRIDE + c[row]!;
    const dt = offset + 3 * BIN_STRIDE + d[row]!;
    sum[at]! += g;
    sum[bt]! += g;
    sum[ct]! += g;
    sum[dt]! += g;
    count[at]!++;
    count[bt]!++;
    count[ct]!++;
    count[dt]!++;
  }
}

function addColumn(into: Histogram, offset: number, column: Uint8Array, rows: Int32Array, gradient: Float64Array): void {
  const { sum, count } = into;
  for (let k = 0; k < rows.length; k++) {
    const at = offset + column[rows[k]!]!;
    sum[at]! += gradient[k]!;
    count[at]!++;
  }
}

function addFourRootColumns(
  sum: Float64Array,
  offset: number,
  a: Uint8Array,
  b: Uint8Array,
  c: Uint8Array,
  d: Uint8Array,
  gradient: Float64Array,
): void {
  for (let i = 0; i < gradient.length; i++) {
    const g = gradient[i]!;
    sum[offset + a[i]!]! += g;
    sum[offset + BIN_STRIDE + b[i]!]! += g;
    sum[offset + 2 * BIN_STRIDE + c[i]!]! += g;
    sum[offset + 3 * BIN_STRIDE + d[i]!]! += g;
  }
}

function addRootColumn(sum: Float64Array, offset: number, column: Uint8Array, gradient: Float64Array): void {
  for (let i = 0; i < gradient.length; i++) sum[offset + column[i]!]! += gradient[i]!;
}
