/** Training columns as bin numbers. */
export interface BinnedColumns {
  readonly rowCount: number;
  /** bin(x) = number of edges ≤ x, so a column with e edges has bins 0 … e. */
  readonly bins: readonly Uint8Array[];
  /** Ascending edges of each column. */
  readonly edges: readonly Float64Array[];
  /** For each column the first one with the same bins: itself, or an earlier one it cannot be told from. */
  readonly firstAlike: readonly number[];
}

/** Bins of every column; `sorted` holds the same columns ascending (pool spec §13, bin edges). */
export function binColumns(columns: readonly Float64Array[], sorted: readonly Float64Array[], maxBins: number): BinnedColumns {
  const edges = sorted.map((values) => binEdges(values, maxBins));
  const bins = columns.map((column, j) => binsOf(column, edges[j]!));
  const firstAlike = bins.map((column) => bins.findIndex((earlier) => haveEqualBins(earlier, column)));
  return { rowCount: columns[0]?.length ?? 0, bins, edges, firstAlike };
}

/**
 * The sampled columns that can win a split: not the constant ones, and of several with the same bins only the first, because it
 * wins every tie. What is left out changes no tree.
 */
export function competingColumns(binned: BinnedColumns, sampled: readonly number[]): number[] {
  const seen = new Set<number>();
  return sampled.filter((column) => {
    const alike = binned.firstAlike[column]!;
    if (binned.edges[column]!.length === 0 || seen.has(alike)) return false;
    seen.add(alike);
    return true;
  });
}

/**
 * Edges for ascending values: with at most `maxBins` distinct values, those without the smallest; else the distinct values at
 * positions ⌊k·n/maxBins⌋, k = 1 … maxBins − 1, that exceed the smallest.
 */
export function binEdges(sorted: Float64Array, maxBins: number): Float64Array {
  const candidates = distinctUpTo(sorted, maxBins) ?? quantiles(sorted, maxBins);
  const edges: number[] = [];
  let last = sorted[0]!;
  for (const value of candidates) {
    if (!(value > last)) continue;
    edges.push(value);
    last = value;
  }
  return Float64Array.from(edges);
}

/** The distinct values, or undefined when there are more than `limit`. */
function distinctUpTo(sorted: Float64Array, limit: number): number[] | undefined {
  const distinct: number[] = [];
  for (let i = 0; i < sorted.length; i++) {
    if (i > 0 && sorted[i] === sorted[i - 1]) continue;
    if (distinct.push(sorted[i]!) > limit) return undefined;
  }
  return distinct;
}

function quantiles(sorted: Float64Array, maxBins: number): number[] {
  const values: number[] = [];
  for (let k = 1; k < maxBins; k++) values.push(sorted[Math.floor((k * sorted.length) / maxBins)]!);
  return values;
}

/**
 * Bin of every value. The edges are padded with +∞ to a power of two less one, so that each search takes the same steps
 * without a branch on the data.
 */
function binsOf(column: Float64Array, edges: Float64Array): Uint8Array {
  let size = 1;
  while (size <= edges.length) size *= 2;
  const padded = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
  padded.set(edges);
  const bins = new Uint8Array(column.length);
  for (let i = 0; i < column.length; i++) {
    const value = column[i]!;
    let below = 0;
    for (let step = size >>> 1; step > 0; step >>>= 1) below += padded[below + step - 1]! <= value ? step : 0;
    bins[i] = below;
  }
  return bins;
}

function haveEqualBins(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
