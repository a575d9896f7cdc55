import { type SteadyColumns, steadyColumns } from './steady-columns.ts';

/** Training columns as bin numbers. */
export interface BinnedColumns {
  readonly rowCount: number;
  /** bin(x) = number of edges ≤ x, so a column with e edges has bins 0 … e. */
  readonly bins: readonly Uint8Array[];
  /** Ascending edges of each column. */
  readonly edges: readonly Float64Array[];
  /** For each column the first one with the same bins: itself, or an earlier one it cannot be told from. */
  readonly firstAlike: readonly number[];
  /** The columns that change their bin from run to run of rows only. */
  readonly steady: SteadyColumns;
}

/** Bins of every column; `ascending` holds the rows of each ascending by value (pool spec §13, bin edges). */
export function binColumns(columns: readonly Float64Array[], ascending: readonly Uint32Array[], maxBins: number): BinnedColumns {
  const binned = columns.map((column, j) => binColumn(column, ascending[j]!, maxBins));
  const bins = binned.map((column) => column.bins);
  const firstAlike = bins.map((column) => bins.findIndex((earlier) => haveEqualBins(earlier, column)));
  const rowCount = columns[0]?.length ?? 0;
  return { rowCount, bins, edges: binned.map(({ edges }) => edges), firstAlike, steady: steadyColumns(bins, rowCount) };
}

function binColumn(column: Float64Array, ascending: Uint32Array, maxBins: number): { edges: Float64Array; bins: Uint8Array } {
  const edges = binEdges(column, ascending, maxBins);
  const bins = new Uint8Array(column.length);
  let position = edges.length === 0 ? ascending.length : firstAtLeast(column, ascending, edges[0]!, 0);
  for (let bin = 1; bin <= edges.length; bin++) {
    const end = bin === edges.length ? ascending.length : firstAtLeast(column, ascending, edges[bin]!, position);
    for (; position < end; position++) bins[ascending[position]!] = bin;
  }
  return { edges, bins };
}

/** Position of the first row in ascending order, from `start` on, whose value is at least `edge`. */
function firstAtLeast(column: Float64Array, ascending: Uint32Array, edge: number, start: number): number {
  let low = start;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (column[ascending[middle]!]! < edge) low = middle + 1;
    else high = middle;
  }
  return low;
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
 * Edges of a column: with at most `maxBins` distinct values, those without the smallest; else the distinct values at positions
 * ⌊k·n/maxBins⌋, k = 1 … maxBins − 1, that exceed the smallest.
 */
function binEdges(column: Float64Array, ascending: Uint32Array, maxBins: number): Float64Array {
  const candidates = distinctUpTo(column, ascending, maxBins) ?? quantiles(column, ascending, maxBins);
  const edges: number[] = [];
  let last = column[ascending[0]!]!;
  for (const value of candidates) {
    if (!(value > last)) continue;
    edges.push(value);
    last = value;
  }
  return Float64Array.from(edges);
}

/** The distinct values, or undefined when there are more than `limit`. */
function distinctUpTo(column: Float64Array, ascending: Uint32Array, limit: number): number[] | undefined {
  const distinct: number[] = [];
  let last = Number.NaN;
  for (let k = 0; k < ascending.length; k++) {
    const value = column[ascending[k]!]!;
    if (value === last) continue;
    if (distinct.push(value) > limit) return undefined;
    last = value;
  }
  return distinct;
}

function quantiles(column: Float64Array, ascending: Uint32Array, maxBins: number): number[] {
  const values: number[] = [];
  for (let k = 1; k < maxBins; k++) values.push(column[ascending[Math.floor((k * ascending.length) / maxBins)]!]!);
  return values;
}

function haveEqualBins(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
