import type { ColumnMatrix } from '../column-matrix.ts';
import type { HistGbtModel } from './regression-tree.ts';
import { childOf } from './regression-tree.ts';

/** A raw score taken apart: base + Σ contributions = score up to rounding. */
export interface PathContributions {
  readonly base: number;
  /** Per column of the model. */
  readonly contributions: Float64Array;
}

/**
 * Path contributions of one row (pool spec §16): learning rate × change of the node mean along each path, credited to the
 * column that was tested; the base holds F₀ and the root means.
 */
export function pathContributions(model: HistGbtModel, matrix: ColumnMatrix, row: number): PathContributions {
  const contributions = new Float64Array(model.features.length);
  let base = model.base;
  for (const tree of model.trees) {
    base += model.learningRate * tree.mean[0]!;
    let node = 0;
    while (tree.feature[node]! >= 0) {
      const child = childOf(tree, node, matrix.columns, row);
      contributions[tree.feature[node]!]! += model.learningRate * (tree.mean[child]! - tree.mean[node]!);
      node = child;
    }
  }
  return { base, contributions };
}
