import type { ColumnMatrix, ImputedMatrix } from './column-matrix.ts';
import { roundColumnTo12Digits } from './round-significant.ts';

/** Training and scoring matrices that went through the same preparation. */
export interface PreparedMatrices {
  readonly train: ImputedMatrix;
  readonly score: ImputedMatrix;
  /** Median of each training column over its present values; 0 for an empty column. */
  readonly medians: Float64Array;
  /** Each training column ascending, imputed values included. */
  readonly sorted: readonly Float64Array[];
}

/**
 * Copies of both matrices with ±∞ missing, every value rounded to 12 significant digits (which makes the trees immune to
 * last-bit differences between implementations), and missing values replaced by the training column's median (pool spec §13).
 */
export function prepareMatrices(train: ColumnMatrix, score: ColumnMatrix): PreparedMatrices {
  const trainColumns = train.columns.map(roundedCopy);
  const scoreColumns = score.columns.map(roundedCopy);
  const present = trainColumns.map(sortedPresent);
  const medians = Float64Array.from(present, medianOfSorted);
  const trainImputed = trainColumns.map((column, j) => impute(column, medians[j]!));
  return {
    train: { ...train, columns: trainColumns, imputed: trainImputed },
    score: { ...score, columns: scoreColumns, imputed: scoreColumns.map((column, j) => impute(column, medians[j]!)) },
    medians,
    sorted: present.map((values, j) => (values.length === train.rowCount ? values : trainColumns[j]!.slice().sort())),
  };
}

/** Median of ascending values: the middle one or the mean of the two; 0 without values (vector P-10). */
function medianOfSorted(sorted: Float64Array): number {
  const middle = sorted.length >>> 1;
  if (sorted.length === 0) return 0;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function roundedCopy(column: Float64Array): Float64Array {
  const copy = column.slice();
  roundColumnTo12Digits(copy);
  return copy;
}

/** Typed arrays sort NaN last, so the present values are a prefix. */
function sortedPresent(column: Float64Array): Float64Array {
  const sorted = column.slice().sort();
  let count = sorted.length;
  while (count > 0 && Number.isNaN(sorted[count - 1]!)) count--;
  return sorted.subarray(0, count);
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
