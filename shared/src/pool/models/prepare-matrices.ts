import type { ColumnMatrix, ImputedMatrix } from './column-matrix.ts';
import { roundColumnTo12Digits } from './round-significant.ts';
import { createRowSorter } from './row-sorter/row-sorter.ts';

/** Training and scoring matrices that went through the same preparation. */
export interface PreparedMatrices {
  readonly train: ImputedMatrix;
  readonly score: ImputedMatrix;
  /** Median of each training column over its present values; 0 for an empty column. */
  readonly medians: Float64Array;
  /** The rows of each training column ascending by value, imputed values included. */
  readonly ascending: readonly Uint32Array[];
}

/**
 * Copies of both matrices with ±∞ missing, every value rounded to 12 significant digits (which makes the trees immune to
 * last-bit differences between implementations), and missing values replaced by the training column's median (pool spec §13).
 */
export function prepareMatrices(train: ColumnMatrix, score: ColumnMatrix): PreparedMatrices {
  const trainColumns = train.columns.map(roundedCopy);
  const scoreColumns = score.columns.map(roundedCopy);
  const present = trainColumns.map(createRowSorter(train.rowCount));
  const medians = Float64Array.from(trainColumns, (column, j) => medianOf(column, present[j]!));
  const trainImputed = trainColumns.map((column, j) => impute(column, medians[j]!));
  return {
    train: { ...train, columns: trainColumns, imputed: trainImputed },
    score: { ...score, columns: scoreColumns, imputed: scoreColumns.map((column, j) => impute(column, medians[j]!)) },
    medians,
    ascending: trainColumns.map((column, j) => withImputed(column, present[j]!, trainImputed[j]!, medians[j]!)),
  };
}

/** Median over ascending rows: the middle value or the mean of the two; 0 without rows (vector P-10). */
function medianOf(column: Float64Array, ascending: Uint32Array): number {
  const { length } = ascending;
  const middle = length >>> 1;
  if (length === 0) return 0;
  const upper = column[ascending[middle]!]!;
  return length % 2 === 1 ? upper : (column[ascending[middle - 1]!]! + upper) / 2;
}

function roundedCopy(column: Float64Array): Float64Array {
  const copy = column.slice();
  roundColumnTo12Digits(copy);
  return copy;
}

function impute(column: Float64Array, median: number): Uint8Array {
  const imputed = new Uint8Array(column.length);
  for (let i = 0; i < column.length; i++) {
    if (!Number.isNaN(column[i]!)) continue;
    column[i] = median;
    imputed[i] = 1;
  }
  return imputed;
}

/** The ascending rows of an imputed column: those that were imputed go before the first greater value. */
function withImputed(column: Float64Array, present: Uint32Array, imputed: Uint8Array, median: number): Uint32Array {
  if (present.length === column.length) return present;
  const rows = new Uint32Array(column.length);
  let before = 0;
  while (before < present.length && column[present[before]!]! <= median) before++;
  rows.set(present.subarray(0, before));
  let at = before;
  for (let row = 0; row < imputed.length; row++) if (imputed[row] === 1) rows[at++] = row;
  rows.set(present.subarray(before), at);
  return rows;
}
