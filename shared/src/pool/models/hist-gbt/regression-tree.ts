/**
 * One regression tree as columns over its nodes; node 0 is the root, children come after their parent. A row goes left when its
 * value is below the edge.
 */
export interface RegressionTree {
  /** Column tested at the node; −1 at a leaf. */
  readonly feature: Int32Array;
  readonly edge: Float64Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** Mean residual of the training rows at the node; at a leaf, its value. */
  readonly mean: Float64Array;
  /** Training rows at the node. */
  readonly rows: Int32Array;
}

/** A fitted ensemble: score = base + Σ learningRate · leaf value, trees in order (pool spec §13). */
export interface HistGbtModel {
  readonly features: readonly string[];
  readonly base: number;
  readonly learningRate: number;
  readonly trees: readonly RegressionTree[];
}

/** The child of `node` that a row with values `columns[·][row]` goes to. */
export function childOf(tree: RegressionTree, node: number, columns: readonly Float64Array[], row: number): number {
  const goesLeft = columns[tree.feature[node]!]![row]! < tree.edge[node]!;
  return goesLeft ? tree.left[node]! : tree.right[node]!;
}
