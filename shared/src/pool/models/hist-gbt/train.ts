import type { PoolParams } from '../../../contracts/pool-params.ts';
import type { Refusal, Result } from '../../../core/result.ts';
import { err, ok } from '../../../core/result.ts';
import type { ColumnMatrix } from '../column-matrix.ts';
import { binColumns } from './bin-columns.ts';
import type { TreeGrower } from './grow-tree.ts';
import { createTreeGrower, growTree } from './grow-tree.ts';
import type { HistGbtModel, RegressionTree } from './regression-tree.ts';
import { sampleColumns } from './sample-columns.ts';

/** Residuals are multiples of 2^-32. */
const UNITS = 2 ** 32;
/** Sums of such multiples are exact in float64 while n·max|g| stays below this. */
const EXACT_SUM_LIMIT = 2 ** 21;

/** Parameters of the trees, as the parameter set holds them. */
export type HistGbtParams = PoolParams['hist_gbt'];

/**
 * Gradient-boosted regression trees with squared loss on a matrix without missing values (pool spec §13). `sorted` holds the
 * columns ascending. Same input, same bits on every machine, whatever the order of the rows. `MODEL_FAILED` when residuals are
 * too large or not finite to be summed exactly.
 */
export function trainHistGbt(
  matrix: ColumnMatrix,
  sorted: readonly Float64Array[],
  target: Float64Array,
  params: HistGbtParams,
  seed: number,
): Result<HistGbtModel, Refusal> {
  const { features, columns } = matrix;
  const samples = Array.from({ length: params.trees }, (_, t) => sampleColumns(features, seed, t, params.column_fraction));
  const limits = { maxLeaves: params.max_leaves, minRowsLeaf: params.min_rows_leaf };
  const grower = createTreeGrower(binColumns(columns, sorted, params.max_bins), limits, samples[0]!.length);
  const gradient = grower.memory.gradient.view;
  const fitted = new Float64Array(target.length);
  if (!sumsExactly(target.length, writeResiduals(target, fitted, gradient))) return err(inexact('the target'));
  const base = sumOf(gradient) / target.length;
  fitted.fill(base);
  const trees: RegressionTree[] = [];
  for (const sample of samples) {
    if (!sumsExactly(target.length, writeResiduals(target, fitted, gradient))) return err(inexact(`tree ${trees.length}`));
    const { tree, leafCount } = growTree(grower, sample);
    addLeafValues(grower, tree, leafCount, params.learning_rate, fitted);
    trees.push(tree);
  }
  return ok({ features, base, learningRate: params.learning_rate, trees });
}

function sumsExactly(rows: number, largest: number): boolean {
  return rows * largest < EXACT_SUM_LIMIT;
}

function inexact(where: string): Refusal {
  return {
    code: 'MODEL_FAILED',
    message: `hist_gbt: residuals of ${where} cannot be summed exactly; the target is too large or not finite`,
  };
}

/** Writes y − F rounded to 2^-32; returns the largest size, NaN when a residual is not a number. */
function writeResiduals(target: Float64Array, fitted: Float64Array, out: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < target.length; i++) {
    const rounded = Math.floor((target[i]! - fitted[i]!) * UNITS + 0.5) / UNITS;
    largest = Math.max(largest, Math.abs(rounded));
    out[i] = rounded;
  }
  return largest;
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum;
}

function addLeafValues(
  grower: TreeGrower,
  tree: RegressionTree,
  leafCount: number,
  learningRate: number,
  fitted: Float64Array,
): void {
  const { leaves } = grower;
  const order = grower.memory.order.view;
  for (let id = 0; id < leafCount; id++) {
    const leaf = leaves[id]!;
    const step = learningRate * tree.mean[leaf.node]!;
    for (let k = leaf.start; k < leaf.start + leaf.rows; k++) fitted[order[k]!]! += step;
  }
}
