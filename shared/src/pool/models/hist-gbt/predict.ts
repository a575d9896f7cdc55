import type { ColumnMatrix } from '../column-matrix.ts';
import type { HistGbtModel, RegressionTree } from './regression-tree.ts';
import { childOf } from './regression-tree.ts';

/** Raw score of every row: base, then learning rate · leaf value of each tree in order, as training added them. */
export function predictHistGbt(model: HistGbtModel, matrix: ColumnMatrix): Float64Array {
  const scores = new Float64Array(matrix.rowCount).fill(model.base);
  for (const tree of model.trees) {
    for (let row = 0; row < scores.length; row++) {
      scores[row]! += model.learningRate * tree.mean[leafOf(tree, matrix.columns, row)]!;
    }
  }
  return scores;
}

function leafOf(tree: RegressionTree, columns: readonly Float64Array[], row: number): number {
  let node = 0;
  while (tree.feature[node]! >= 0) node = childOf(tree, node, columns, row);
  return node;
}
