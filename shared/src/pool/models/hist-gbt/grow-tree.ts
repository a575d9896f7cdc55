import type { BinnedColumns } from './bin-columns.ts';
import { competingColumns } from './bin-columns.ts';
import { BIN_BYTES, COLUMN_BYTES } from './kernels/kernels.ts';
import type { RegressionTree } from './regression-tree.ts';
import type { TreeMemory } from './tree-memory.ts';
import { createTreeMemory, wholePasses } from './tree-memory.ts';

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
  /** Offset of its histogram. */
  histogram: number;
  split: SplitCandidate;
}

/** Where a leaf would split: rows with bin ≤ `bin` of sampled column `position` go left. */
interface SplitCandidate {
  /** 0 when no split is allowed. */
  readonly gain: number;
  readonly position: number;
  readonly bin: number;
  readonly leftSum: number;
  readonly leftRows: number;
}

/** Buffers of one training run, used again for every tree. */
export interface TreeGrower {
  readonly binned: BinnedColumns;
  readonly limits: GrowthLimits;
  readonly memory: TreeMemory;
  /** Leaves by id. */
  readonly leaves: readonly Leaf[];
  readonly nodes: RegressionTree;
}

const NO_SPLIT: SplitCandidate = { gain: 0, position: 0, bin: 0, leftSum: 0, leftRows: 0 };

/** Allocates the buffers for trees over `binned`, of which each uses `columnsPerTree` columns. */
export function createTreeGrower(binned: BinnedColumns, limits: GrowthLimits, columnsPerTree: number): TreeGrower {
  const memory = createTreeMemory(binned, limits.maxLeaves, columnsPerTree);
  const nodeLimit = 2 * limits.maxLeaves - 1;
  return {
    binned,
    limits,
    memory,
    leaves: memory.histograms.map((histogram) => ({ start: 0, rows: 0, sum: 0, node: 0, histogram, split: NO_SPLIT })),
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
 * Grows one tree over the sampled columns on the gradients in memory, leaf-wise: splits the leaf of largest gain (ties: lower id), the left child keeps
 * the id, the right one gets the next (pool spec §13, growth). Afterwards `leaves[0 … leafCount)` and the order in memory say
 * which row ended where.
 */
export function growTree(grower: TreeGrower, sampled: readonly number[]): { tree: RegressionTree; leafCount: number } {
  const { leaves, limits } = grower;
  const columns = competingColumns(grower.binned, sampled);
  useColumns(grower, columns);
  plantRoot(grower, columns);
  let leafCount = 1;
  while (leafCount < limits.maxLeaves) {
    const parent = leafOfLargestGain(leaves, leafCount);
    if (parent === undefined) break;
    const right = leaves[leafCount++]!;
    splitLeaf(grower, columns, parent, right, 2 * leafCount - 3);
    if (leafCount < limits.maxLeaves) evaluateChildren(grower, columns.length, parent, right);
  }
  return { tree: copyNodes(grower.nodes, 2 * leafCount - 1), leafCount };
}

/** Writes the tables that tell the kernels which columns this tree may use, in model order. */
function useColumns(grower: TreeGrower, columns: readonly number[]): void {
  const { table, lastBins, bins, emptyColumn } = grower.memory;
  table.view.fill(emptyColumn);
  columns.forEach((column, position) => {
    table.view[position] = bins[column]!;
    lastBins.view[position] = grower.binned.edges[column]!.length * BIN_BYTES;
  });
}

function plantRoot(grower: TreeGrower, columns: readonly number[]): void {
  const { kernels, rowCount, order, allRows, gradient, table, bytes, counts } = grower.memory;
  const root = grower.leaves[0]!;
  order.view.set(allRows);
  root.start = 0;
  root.rows = rowCount;
  root.sum = sumOf(gradient.view);
  setNode(grower, root, 0);
  columns.forEach((column, position) => {
    bytes.set(counts[column]!, root.histogram + position * COLUMN_BYTES);
  });
  root.split = NO_SPLIT;
  if (columns.length === 0) return;
  kernels.addAllRows(table.offset, wholePasses(columns.length), gradient.offset, rowCount, root.histogram);
  root.split = findSplit(grower, columns.length, root);
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum;
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
function splitLeaf(grower: TreeGrower, columns: readonly number[], parent: Leaf, right: Leaf, firstNode: number): void {
  const { nodes, binned, memory } = grower;
  const { position, bin, leftSum, leftRows } = parent.split;
  const column = columns[position]!;
  nodes.feature[parent.node] = column;
  nodes.edge[parent.node] = binned.edges[column]![bin]!;
  nodes.left[parent.node] = firstNode;
  nodes.right[parent.node] = firstNode + 1;
  memory.kernels.partition(memory.order.offset + parent.start * 4, parent.rows, memory.bins[column]!, bin, memory.spill);
  right.start = parent.start + leftRows;
  right.rows = parent.rows - leftRows;
  right.sum = parent.sum - leftSum;
  parent.rows = leftRows;
  parent.sum = leftSum;
  setNode(grower, parent, firstNode);
  setNode(grower, right, firstNode + 1);
}

/** Histogram of the smaller child from its rows, of the larger by subtraction from their parent's; then both best splits. */
function evaluateChildren(grower: TreeGrower, columnCount: number, left: Leaf, right: Leaf): void {
  const [small, large] = left.rows <= right.rows ? [left, right] : [right, left];
  if (large.rows >= 2 * grower.limits.minRowsLeaf) {
    const { kernels } = grower.memory;
    const parentHistogram = left.histogram;
    small.histogram = right.histogram;
    large.histogram = parentHistogram;
    fillHistogram(grower.memory, columnCount, small);
    kernels.subtractHistogram(large.histogram, small.histogram, wholePasses(columnCount));
  }
  small.split = findSplit(grower, columnCount, small);
  large.split = findSplit(grower, columnCount, large);
}

function fillHistogram(memory: TreeMemory, columnCount: number, leaf: Leaf): void {
  const { kernels, order, gradient, gathered, table } = memory;
  for (let k = 0; k < leaf.rows; k++) gathered.view[k] = gradient.view[order.view[leaf.start + k]!]!;
  kernels.fillHistogram(
    table.offset,
    wholePasses(columnCount),
    order.offset + leaf.start * 4,
    gathered.offset,
    leaf.rows,
    leaf.histogram,
  );
}

function findSplit(grower: TreeGrower, columnCount: number, leaf: Leaf): SplitCandidate {
  const { minRowsLeaf } = grower.limits;
  if (leaf.rows < 2 * minRowsLeaf) return NO_SPLIT;
  const { kernels, lastBins, best } = grower.memory;
  kernels.findSplit(leaf.histogram, lastBins.offset, columnCount, leaf.sum, leaf.rows, minRowsLeaf, best.offset);
  const [gain, position, bin, leftSum, leftRows] = best.view as unknown as [number, number, number, number, number];
  return { gain, position, bin, leftSum, leftRows };
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
