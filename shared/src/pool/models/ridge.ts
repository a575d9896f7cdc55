import type { Refusal, Result } from '../../core/result.ts';
import { err, ok } from '../../core/result.ts';
import { solveCholesky } from './cholesky.ts';
import type { ColumnMatrix } from './column-matrix.ts';
import { crossProducts } from './gram/cross-products.ts';

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
  const order = columns.length;
  const product = crossProducts([
    ...columns.map((values, j) => ({ values, centre: means[j]!, scale: scales[j]! })),
    { values: target, centre: intercept, scale: 1 },
  ]);
  const coefficients = solveCholesky(
    gramPlus(alpha, order, product),
    Float64Array.from({ length: order }, (_, j) => product(order, j)),
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

/** Lower triangle of ZᵀZ + αI, row-major. */
function gramPlus(alpha: number, order: number, product: (i: number, j: number) => number): Float64Array {
  const gram = new Float64Array(order * order);
  for (let i = 0; i < order; i++) {
    for (let j = 0; j <= i; j++) gram[i * order + j] = product(i, j);
    gram[i * order + i]! += alpha;
  }
  return gram;
}
