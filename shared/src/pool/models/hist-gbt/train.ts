import type { PoolParams } from '../../../contracts/pool-params.ts';
import type { Refusal, Result } from '../../../core/result.ts';
import { err, ok } from '../../../core/result.ts';
import type { ColumnMatrix } from '../column-matrix.ts';
import { binColumns } from './bin-columns.ts';
import type { TreeGrower } from './grow-tree.ts';
import { createTreeGrower, growTree } from './grow-tree.ts';
import type { HistGbtModel, RegressionTree } from './regression-tree.ts';
import { sampleColumns } from './sample-columns.ts';
import type { TreeMemory } from './tree-memory.ts';

/** Sums of such multiples are exact in float64 while n·max|g| stays below this. */
const EXACT_SUM_LIMIT = 2 ** 21;

/** Parameters of the trees, as the parameter set holds them. */
export type HistGbtParams = PoolParams['hist_gbt'];

/**
 * Gradient-boosted regression trees with squared loss on a matrix without missing values (pool spec §13). `ascending` holds
 * the rows of each column ascending by value. Same input, same bits on every machine, whatever the order of the rows. `MODEL_FAILED` when residuals are
 * too large or not finite to be summed exactly.
 */
export function trainHistGbt(
  matrix: ColumnMatrix,
  ascending: readonly Uint32Array[],
  target: Float64Array,
  params: HistGbtParams,
  seed: number,
): Result<HistGbtModel, Refusal> {
  const { features, columns } = matrix;
  const samples = Array.from({ length: params.trees }, (_, t) => sampleColumns(features, seed, t, params.column_fraction));
  const limits = { maxLeaves: params.max_leaves, minRowsLeaf: params.min_rows_leaf };
  const grower = createTreeGrower(binColumns(columns, ascending, params.max_bins), limits, samples[0]!.length);
  const { target: y, fitted } = grower.memory;
  y.view.set(target);
  if (!writeResiduals(grower.memory)) return err(inexact('the target'));
  const base = grower.memory.residuals.view[1]! / target.length;
  fitted.view.fill(base);
  const trees: RegressionTree[] = [];
  for (const sample of samples) {
    if (!writeResiduals(grower.memory)) return err(inexact(`tree ${trees.length}`));
    const { tree, leafCount } = growTree(grower, sample);
    addLeafValues(grower, tree, leafCount, params.learning_rate);
    trees.push(tree);
  }
  return ok({ features, base, learningRate: params.learning_rate, trees });
}

/** Writes y − F rounded to 2^-32; whether these can be summed exactly. */
function writeResiduals({ kernels, target, fitted, gradient, rowCount, residuals }: TreeMemory): boolean {
  kernels.writeResiduals(target.offset, fitted.offset, gradient, rowCount, residuals.offset);
  return rowCount * residuals.view[0]! < EXACT_SUM_LIMIT;
}

function inexact(where: string): Refusal {
  return {
    code: 'MODEL_FAILED',
    message: `hist_gbt: residuals of ${where} cannot be summed exactly; the target is too large or not finite`,
  };
}

function addLeafValues(grower: TreeGrower, tree: RegressionTree, leafCount: number, learningRate: number): void {
  const { kernels, order, fitted } = grower.memory;
  for (let id = 0; id < leafCount; id++) {
    const leaf = grower.leaves[id]!;
    const rowNumbers = order.offset + leaf.start * order.view.BYTES_PER_ELEMENT;
    kernels.addStep(rowNumbers, leaf.rows, learningRate * tree.mean[leaf.node]!, fitted.offset);
  }
}
