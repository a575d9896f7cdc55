import { sampleColumns } from '#shared/pool/models/hist-gbt/sample-columns.ts';
import type { HistGbtParams } from '#shared/pool/models/hist-gbt/train.ts';

interface BruteLeaf {
  rows: number[];
  value: number;
  split: BruteSplit | undefined;
}

interface BruteSplit {
  gain: number;
  column: number;
  edge: number;
}

/**
 * Scores of the training rows by pool spec §13 read literally: every edge of every column of every leaf is tried by going
 * through the rows again. No histograms, no subtraction, no pruning.
 */
export function bruteForceFit(columns: readonly number[][], target: readonly number[], params: HistGbtParams, seed: number) {
  const edges = columns.map((column) => bruteEdges(column, params.max_bins));
  const features = columns.map((_, j) => `x${j}`);
  const base = sum(target.map(units)) / target.length;
  const fitted = target.map(() => base);
  const losses: number[] = [];
  for (let t = 0; t < params.trees; t++) {
    const gradient = target.map((y, i) => units(y - fitted[i]!));
    losses.push(sum(gradient.map((g) => g * g)));
    const sampled = sampleColumns(features, seed, t, params.column_fraction);
    for (const leaf of bruteTree(columns, edges, sampled, gradient, params)) {
      for (const row of leaf.rows) fitted[row]! += params.learning_rate * leaf.value;
    }
  }
  return { base, fitted, losses };
}

function bruteTree(
  columns: readonly number[][],
  edges: number[][],
  sampled: number[],
  gradient: number[],
  params: HistGbtParams,
): BruteLeaf[] {
  const makeLeaf = (rows: number[]): BruteLeaf => ({
    rows,
    value: sum(rows.map((row) => gradient[row]!)) / rows.length,
    split: bruteSplit(rows, columns, edges, sampled, gradient, params.min_rows_leaf),
  });
  const leaves = [makeLeaf(gradient.map((_, row) => row))];
  while (leaves.length < params.max_leaves) {
    const gains = leaves.map((leaf) => leaf.split?.gain ?? 0);
    const widest = gains.indexOf(Math.max(...gains));
    const leaf = leaves[widest]!;
    if (leaf.split === undefined) break;
    const { column, edge } = leaf.split;
    leaves[widest] = makeLeaf(leaf.rows.filter((row) => columns[column]![row]! < edge));
    leaves.push(makeLeaf(leaf.rows.filter((row) => columns[column]![row]! >= edge)));
  }
  return leaves;
}

function bruteSplit(
  rows: number[],
  columns: readonly number[][],
  edges: number[][],
  sampled: number[],
  gradient: number[],
  minRows: number,
): BruteSplit | undefined {
  const total = sum(rows.map((row) => gradient[row]!));
  let best: BruteSplit | undefined;
  for (const column of sampled) {
    for (const edge of edges[column]!) {
      const left = rows.filter((row) => columns[column]![row]! < edge);
      const right = rows.length - left.length;
      if (left.length < minRows || right < minRows) continue;
      const leftSum = sum(left.map((row) => gradient[row]!));
      const rightSum = total - leftSum;
      const gain = (leftSum * leftSum) / left.length + (rightSum * rightSum) / right - (total * total) / rows.length;
      if (gain > (best?.gain ?? 1e-12)) best = { gain, column, edge };
    }
  }
  return best;
}

function bruteEdges(column: number[], maxBins: number): number[] {
  const v = [...column].sort((a, b) => a - b);
  const distinct = [...new Set(v)];
  if (distinct.length <= maxBins) return distinct.slice(1);
  const picked = Array.from({ length: maxBins - 1 }, (_, k) => v[Math.floor(((k + 1) * v.length) / maxBins)]!);
  return [...new Set(picked)].filter((edge) => edge > v[0]!);
}

function units(value: number): number {
  return Math.floor(value * 2 ** 32 + 0.5) * 2 ** -32;
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
