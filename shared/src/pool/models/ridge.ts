import type { Refusal, Result } from '../../core/result.ts';
import { err, ok } from '../../core/result.ts';
import { solveCholesky } from './cholesky.ts';
import type { ColumnMatrix } from './column-matrix.ts';

/** A fitted ridge regression on standardised columns. */
export interface RidgeModel {
  readonly features: readonly string[];
  /** Mean of the target: the score of a row at the mean of every column. */
  readonly intercept: number;
  readonly means: Float64Array;
  /** Population standard deviations as measured. */
  readonly stds: Float64Array;
  /** Divisors of z: `stds`, or 1 for a column that is constant up to rounding. */
  readonly scales: Float64Array;
  readonly coefficients: Float64Array;
}

const CONSTANT_TOLERANCE = 1e-12;

/**
 * Ridge regression of pool spec §13: z = (x − mean)/population std, (ZᵀZ + αI)β = Zᵀ(y − ȳ) by Cholesky. The matrix has no
 * missing values. `MODEL_FAILED` when the system is not positive definite, which only non-finite input can cause.
 */
export function fitRidge(matrix: ColumnMatrix, target: Float64Array, alpha: number): Result<RidgeModel, Refusal> {
  const { features, columns } = matrix;
  const means = Float64Array.from(columns, mean);
  const stds = Float64Array.from(columns, (column, j) => populationStd(column, means[j]!));
  const scales = stds.map((std, j) => (std <= CONSTANT_TOLERANCE * Math.max(1, Math.abs(means[j]!)) ? 1 : std));
  const intercept = mean(target);
  const z = columns.map((column, j) => standardised(column, means[j]!, scales[j]!));
  const centred = target.map((value) => value - intercept);
  const coefficients = solveCholesky(
    gramPlus(z, alpha),
    Float64Array.from(z, (column) => dot(column, centred)),
  );
  if (coefficients === undefined || ![means, stds, coefficients].every((values) => values.every(Number.isFinite))) {
    return err({
      code: 'MODEL_FAILED',
      message: 'ridge: the normal equations have no finite solution; check the features for overflow',
    });
  }
  return ok({ features, intercept, means, stds, scales, coefficients });
}

/** Scores of every row: intercept, then β·z added in column order. */
export function predictRidge(model: RidgeModel, matrix: ColumnMatrix): Float64Array {
  const scores = new Float64Array(matrix.rowCount).fill(model.intercept);
  for (let j = 0; j < model.features.length; j++) {
    for (let i = 0; i < scores.length; i++) scores[i]! += ridgeTerm(model, j, matrix.columns[j]![i]!);
  }
  return scores;
}

/** What column `j` with value `x` adds to a score: β·z. */
export function ridgeTerm(model: RidgeModel, j: number, x: number): number {
  return model.coefficients[j]! * ((x - model.means[j]!) / model.scales[j]!);
}

function mean(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

function populationStd(values: Float64Array, centre: number): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const deviation = values[i]! - centre;
    sum += deviation * deviation;
  }
  return Math.sqrt(sum / values.length);
}

function standardised(column: Float64Array, centre: number, scale: number): Float64Array {
  const z = new Float64Array(column.length);
  for (let i = 0; i < z.length; i++) z[i] = (column[i]! - centre) / scale;
  return z;
}

/** Lower triangle of ZᵀZ + αI, row-major. */
function gramPlus(z: readonly Float64Array[], alpha: number): Float64Array {
  const order = z.length;
  const gram = new Float64Array(order * order);
  for (let i = 0; i < order; i++) {
    for (let j = 0; j <= i; j++) gram[i * order + j] = dot(z[i]!, z[j]!);
    gram[i * order + i]! += alpha;
  }
  return gram;
}

/** Sum of products in four interleaved partial sums, which are then added in order. */
function dot(a: Float64Array, b: Float64Array): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const whole = a.length - (a.length % 4);
  for (let i = 0; i < whole; i += 4) {
    s0 += a[i]! * b[i]!;
    s1 += a[i + 1]! * b[i + 1]!;
    s2 += a[i + 2]! * b[i + 2]!;
    s3 += a[i + 3]! * b[i + 3]!;
  }
  for (let i = whole; i < a.length; i++) s0 += a[i]! * b[i]!;
  return s0 + s1 + (s2 + s3);
}
