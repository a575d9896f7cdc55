import type { BinnedColumns } from './bin-columns.ts';
import type { SplitCandidate } from './find-split.ts';
import { findSplit } from './find-split.ts';
import type { Histogram } from './histogram.ts';
import { countBins, createHistogram, fillHistogram, fillRootHistogram, subtractHistogram } from './histogram.ts';
import type { RegressionTree } from './regression-tree.ts';

/** When a tree stops growing. */
export interface GrowthLimits {
  readonly maxLeaves: number;
  readonly minRowsLeaf: number;
}

/** A leaf of the tree under construction: rows `order[start … start + rows)` with gradient sum `sum`. */
export interface Leaf {
  start: number;
  rows: number;
  sum: number;
  /** Node of the tree. */
  node: number;
  histogram: Histogram;
  readonly split: SplitCandidate;
}

/** Buffers of one training run, used again for every tree, so that growing allocates nothing that scales with the rows. */
export interface TreeGrower {
  readonly binned: BinnedColumns;
  readonly limits: GrowthLimits;
  readonly binCounts: readonly Int32Array[];
  /** Row numbers grouped by leaf, ascending within a leaf. */
  readonly order: Int32Array;
  /** Leaves by id. */
  readonly leaves: readonly Leaf[];
  readonly spill: Int32Array;
  readonly gathered: Float64Array;
  readonly nodes: RegressionTree;
}

/** The columns that one tree may use, in model order, as the kernels want them. */
interface SampledColumns {
  readonly columns: readonly number[];
  readonly bins: readonly Uint8Array[];
  readonly counts: readonly Int32Array[];
  readonly binTotals: readonly number[];
}

/** Allocates the buffers for trees over `binned`, of which each uses at most `columnsPerTree` columns. */
export function createTreeGrower(binned: BinnedColumns, limits: GrowthLimits, columnsPerTree: number): TreeGrower {
  const nodeLimit = 2 * limits.maxLeaves - 1;
  return {
    binned,
    limits,
    binCounts: binned.bins.map(countBins),
    order: new Int32Array(binned.rowCount),
    leaves: Array.from({ length: limits.maxLeaves }, () => emptyLeaf(columnsPerTree)),
    spill: new Int32Array(binned.rowCount),
    gathered: new Float64Array(binned.rowCount),
    nodes: {
      feature: new Int32Array(nodeLimit),
      edge: new Float64Array(nodeLimit),
      left: new Int32Array(nodeLimit),
      right: new Int32Array(nodeLimit),
      mean: new Float64Array(nodeLimit),
      rows: new Int32Array(nodeLimit),
    },
  };
}

/**
 * Grows one tree on the gradients, leaf-wise: splits the leaf of largest gain (ties: lower id), the left child keeps the id, the
 * right one gets the next (pool spec §13, growth). Afterwards `grower.leaves[0 … leafCount)` and `grower.order` say which row
 * ended where.
 */
export function growTree(
  grower: TreeGrower,
  columns: readonly number[],
  gradient: Float64Array,
): { tree: RegressionTree; leafCount: number } {
  const { leaves, limits } = grower;
  const sampled = sampledColumns(grower, columns);
  plantRoot(grower, sampled, gradient);
  let leafCount = 1;
  while (leafCount < limits.maxLeaves) {
    const parent = leafOfLargestGain(leaves, leafCount);
    if (parent === undefined) break;
    const right = leaves[leafCount++]!;
    splitLeaf(grower, sampled, parent, right, 2 * leafCount - 3);
    if (leafCount < limits.maxLeaves) evaluateChildren(grower, sampled, gradient, parent, right);
  }
  return { tree: copyNodes(grower.nodes, 2 * leafCount - 1), leafCount };
}

function emptyLeaf(columnsPerTree: number): Leaf {
  const split = { gain: 0, position: 0, bin: 0, leftSum: 0, leftRows: 0 };
  return { start: 0, rows: 0, sum: 0, node: 0, histogram: createHistogram(columnsPerTree), split };
}

function sampledColumns(grower: TreeGrower, columns: readonly number[]): SampledColumns {
  return {
    columns,
    bins: columns.map((j) => grower.binned.bins[j]!),
    counts: columns.map((j) => grower.binCounts[j]!),
    binTotals: columns.map((j) => grower.binned.edges[j]!.length + 1),
  };
}

function plantRoot(grower: TreeGrower, sampled: SampledColumns, gradient: Float64Array): void {
  const { order } = grower;
  const root = grower.leaves[0]!;
  for (let i = 0; i < order.length; i++) order[i] = i;
  root.start = 0;
  root.rows = order.length;
  root.sum = 0;
  for (let i = 0; i < gradient.length; i++) root.sum += gradient[i]!;
  setNode(grower, root, 0);
  fillRootHistogram(root.histogram, sampled.bins, sampled.counts, gradient);
  evaluate(grower, sampled, root);
}

function leafOfLargestGain(leaves: readonly Leaf[], leafCount: number): Leaf | undefined {
  let best: Leaf | undefined;
  for (let id = 0; id < leafCount; id++) {
    const leaf = leaves[id]!;
    if (leaf.split.gain > (best === undefined ? 0 : best.split.gain)) best = leaf;
  }
  return best;
}

/** Turns `parent` into the left child and `right` into the right one; their nodes are `firstNode` and the next. */
function splitLeaf(grower: TreeGrower, sampled: SampledColumns, parent: Leaf, right: Leaf, firstNode: number): void {
  const { nodes, binned } = grower;
  const { position, bin, leftSum, leftRows } = parent.split;
  const column = sampled.columns[position]!;
  nodes.feature[parent.node] = column;
  nodes.edge[parent.node] = binned.edges[column]![bin]!;
  nodes.left[parent.node] = firstNode;
  nodes.right[parent.node] = firstNode + 1;
  partition(grower, sampled.bins[position]!, bin, parent);
  right.start = parent.start + leftRows;
  right.rows = parent.rows - leftRows;
  right.sum = parent.sum - leftSum;
  parent.rows = leftRows;
  parent.sum = leftSum;
  setNode(grower, parent, firstNode);
  setNode(grower, right, firstNode + 1);
}

/** Moves the rows with bin ≤ `bin` to the front of the leaf's range; both sides stay ascending. */
function partition(grower: TreeGrower, bins: Uint8Array, bin: number, leaf: Leaf): void {
  const { order, spill } = grower;
  const end = leaf.start + leaf.rows;
  let left = leaf.start;
  let spilled = 0;
  for (let k = leaf.start; k < end; k++) {
    const row = order[k]!;
    const goesRight = (bin - bins[row]!) >>> 31;
    order[left] = row;
    spill[spilled] = row;
    left += 1 - goesRight;
    spilled += goesRight;
  }
  for (let k = 0; k < spilled; k++) order[left + k] = spill[k]!;
}

/** Histogram of the smaller child from its rows, of the larger by subtraction from their parent's; then both best splits. */
function evaluateChildren(grower: TreeGrower, sampled: SampledColumns, gradient: Float64Array, left: Leaf, right: Leaf): void {
  const [small, large] = left.rows <= right.rows ? [left, right] : [right, left];
  if (large.rows >= 2 * grower.limits.minRowsLeaf) {
    const parentHistogram = left.histogram;
    small.histogram = right.histogram;
    large.histogram = parentHistogram;
    fillLeafHistogram(grower, sampled, gradient, small);
    subtractHistogram(large.histogram, small.histogram, sampled.columns.length);
  }
  evaluate(grower, sampled, small);
  evaluate(grower, sampled, large);
}

function fillLeafHistogram(grower: TreeGrower, sampled: SampledColumns, gradient: Float64Array, leaf: Leaf): void {
  const rows = grower.order.subarray(leaf.start, leaf.start + leaf.rows);
  const gathered = grower.gathered;
  for (let k = 0; k < rows.length; k++) gathered[k] = gradient[rows[k]!]!;
  fillHistogram(leaf.histogram, sampled.bins, rows, gathered);
}

function evaluate(grower: TreeGrower, sampled: SampledColumns, leaf: Leaf): void {
  const { minRowsLeaf } = grower.limits;
  if (leaf.rows < 2 * minRowsLeaf) leaf.split.gain = 0;
  else findSplit(leaf.histogram, sampled.binTotals, leaf.sum, leaf.rows, minRowsLeaf, leaf.split);
}

function setNode(grower: TreeGrower, leaf: Leaf, node: number): void {
  const { nodes } = grower;
  leaf.node = node;
  nodes.feature[node] = -1;
  nodes.edge[node] = Number.NaN;
  nodes.left[node] = -1;
  nodes.right[node] = -1;
  nodes.mean[node] = leaf.sum / leaf.rows;
  nodes.rows[node] = leaf.rows;
}

function copyNodes(nodes: RegressionTree, count: number): RegressionTree {
  return {
    feature: nodes.feature.slice(0, count),
    edge: nodes.edge.slice(0, count),
    left: nodes.left.slice(0, count),
    right: nodes.right.slice(0, count),
    mean: nodes.mean.slice(0, count),
    rows: nodes.rows.slice(0, count),
  };
}
