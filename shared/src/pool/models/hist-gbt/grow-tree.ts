import type { BinnedColumns } from './bin-columns.ts';
import { SEARCH_FIELDS } from './kernels/kernels.ts';
import type { RegressionTree } from './regression-tree.ts';
import type { TreeColumns } from './tree-columns.ts';
import { useColumns } from './tree-columns.ts';
import { fillRootHistogram, splitHistograms } from './tree-histograms.ts';
import type { TreeMemory } from './tree-memory.ts';
import { createTreeMemory } from './tree-memory.ts';

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
  /** Offset of its histogram; −1 when it is of no more use. */
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
  /** Offsets of histograms not in use, the one used last on top: what is still in the cache goes first. */
  readonly freeHistograms: number[];
}

/** A split needs more gain than this (pool spec §13, split search). */
const LEAST_GAIN = 1e-12;
const NO_SPLIT: SplitCandidate = { gain: 0, position: 0, bin: 0, leftSum: 0, leftRows: 0 };

/** Allocates the buffers for trees over `binned`, of which each uses `columnsPerTree` columns. */
export function createTreeGrower(binned: BinnedColumns, limits: GrowthLimits, columnsPerTree: number): TreeGrower {
  const memory = createTreeMemory(binned, limits.maxLeaves, columnsPerTree);
  const nodeLimit = 2 * limits.maxLeaves - 1;
  return {
    binned,
    limits,
    memory,
    leaves: Array.from({ length: limits.maxLeaves }, () => ({
      start: 0,
      rows: 0,
      sum: 0,
      node: 0,
      histogram: -1,
      split: NO_SPLIT,
    })),
    freeHistograms: [...memory.histograms],
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
  const columns = useColumns(grower.memory, grower.binned, sampled);
  plantRoot(grower, columns);
  let leafCount = 1;
  while (leafCount < limits.maxLeaves) {
    const parent = leafOfLargestGain(leaves, leafCount);
    if (parent === undefined) break;
    const right = leaves[leafCount++]!;
    splitLeaf(grower, columns, parent, right, 2 * leafCount - 3);
    if (leafCount === limits.maxLeaves) break;
    evaluateChildren(grower, columns, parent, right);
    freeUseless(grower, leafCount);
  }
  for (let id = 0; id < leafCount; id++) freeHistogram(grower, leaves[id]!);
  return { tree: copyNodes(grower.nodes, 2 * leafCount - 1), leafCount };
}

function plantRoot(grower: TreeGrower, columns: TreeColumns): void {
  const { kernels, rowCount, order, allRows, residuals, lastBins, searches } = grower.memory;
  const root = grower.leaves[0]!;
  order.view.set(allRows);
  root.start = 0;
  root.rows = rowCount;
  root.sum = residuals.view[1]!;
  setNode(grower, root, 0);
  root.split = NO_SPLIT;
  if (columns.slots.length === 0) return;
  root.histogram = grower.freeHistograms.pop()!;
  fillRootHistogram(grower.memory, columns, root.histogram);
  openSearch(grower.memory, 0, root);
  kernels.findSplit(root.histogram, lastBins.offset, columns.slots.length, searches.offset, grower.limits.minRowsLeaf);
  root.split = foundSplit(grower.memory, 0);
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
function splitLeaf(grower: TreeGrower, { slots }: TreeColumns, parent: Leaf, right: Leaf, firstNode: number): void {
  const { nodes, binned, memory } = grower;
  const { position, bin, leftSum, leftRows } = parent.split;
  const column = slots[position]!;
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
function evaluateChildren(grower: TreeGrower, columns: TreeColumns, left: Leaf, right: Leaf): void {
  const { memory, limits } = grower;
  const [small, large] = left.rows <= right.rows ? [left, right] : [right, left];
  small.split = NO_SPLIT;
  large.split = NO_SPLIT;
  large.histogram = left.histogram;
  small.histogram = -1;
  if (large.rows < 2 * limits.minRowsLeaf) return;
  small.histogram = grower.freeHistograms.pop()!;
  openSearch(memory, 0, small);
  openSearch(memory, 1, large);
  splitHistograms(memory, columns, small, large, limits.minRowsLeaf);
  small.split = foundSplit(memory, 0);
  large.split = foundSplit(memory, 1);
}

/**
 * Frees the histograms that no later split will ask for. Of the s splits left the last one looks at no children, and new leaves
 * can only push a leaf further back: so only the s − 1 leaves of largest gain need theirs. Few histograms stay in the cache.
 */
function freeUseless(grower: TreeGrower, leafCount: number): void {
  const { leaves, limits } = grower;
  const needed = limits.maxLeaves - leafCount - 1;
  for (let id = 0; id < leafCount; id++) {
    const leaf = leaves[id]!;
    if (leaf.histogram < 0) continue;
    if (leaf.split.gain === 0 || leavesAhead(leaves, leafCount, id) >= needed) freeHistogram(grower, leaf);
  }
}

/** How many leaves are split before leaf `id`, as far as is known. */
function leavesAhead(leaves: readonly Leaf[], leafCount: number, id: number): number {
  const { gain } = leaves[id]!.split;
  let ahead = 0;
  for (let other = 0; other < leafCount; other++) {
    const otherGain = leaves[other]!.split.gain;
    if (otherGain > gain || (otherGain === gain && other < id)) ahead++;
  }
  return ahead;
}

function freeHistogram(grower: TreeGrower, leaf: Leaf): void {
  if (leaf.histogram < 0) return;
  grower.freeHistograms.push(leaf.histogram);
  leaf.histogram = -1;
}

/** Opens a leaf's search record: what the leaf is, its G²/n, the least gain that counts and no split found. */
function openSearch({ searches }: TreeMemory, index: number, { sum, rows }: Leaf): void {
  searches.view.set([sum, rows, (sum * sum) / rows, LEAST_GAIN, 0, 0, 0, 0], index * SEARCH_FIELDS);
}

function foundSplit({ searches }: TreeMemory, index: number): SplitCandidate {
  const first = index * SEARCH_FIELDS;
  const fields = searches.view.subarray(first + 3, first + SEARCH_FIELDS);
  const [gain, position, bin, leftSum, leftRows] = fields as unknown as [number, number, number, number, number];
  return leftRows === 0 ? NO_SPLIT : { gain, position, bin, leftSum, leftRows };
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
