import { type BinnedColumns, competingColumns } from './bin-columns.ts';
import { BIN_BYTES, GROUP_COLUMNS } from './kernels/kernels.ts';
import type { TreeMemory } from './tree-memory.ts';
import { groupsOf, wholeRowBlocks } from './tree-memory.ts';

/** The columns of one tree as they lie in its histograms: in model order, in groups of four. */
export interface TreeColumns {
  /** The column at each position, or −1 where a group is padded. */
  readonly slots: readonly number[];
  /** Groups of the columns that are summed row by row; they come first. */
  readonly rowGroups: number;
  /** Groups of the steady columns. */
  readonly steadyGroups: number;
}

/** Packs the columns that a tree over `sampled` may use, and writes the tables that tell the kernels about them. */
export function useColumns(memory: TreeMemory, binned: BinnedColumns, sampled: readonly number[]): TreeColumns {
  const columns = competingColumns(binned, sampled);
  const changing = wholeGroups(columns.filter((column) => column < binned.steady.first));
  const steady = wholeGroups(columns.filter((column) => column >= binned.steady.first));
  const slots = [...changing, ...steady];
  const { kernels, binTable, countTable, lastBins, bins, counts, emptyColumn, packed, rowCount, runs } = memory;
  slots.forEach((column, position) => {
    binTable.view[position] = bins[column] ?? emptyColumn;
    countTable.view[position] = counts[column] ?? emptyColumn;
    lastBins.view[position] = (binned.edges[column]?.length ?? 0) * BIN_BYTES;
  });
  steady.forEach((column, position) => {
    runs.binTable.view[position] = runs.bins.get(column) ?? emptyColumn;
  });
  if (slots.length > 0) kernels.packColumns(binTable.offset, groupsOf(slots.length), wholeRowBlocks(rowCount), packed);
  if (steady.length > 0)
    kernels.packColumns(runs.binTable.offset, groupsOf(steady.length), wholeRowBlocks(runs.count), runs.packed);
  return { slots, rowGroups: groupsOf(changing.length), steadyGroups: groupsOf(steady.length) };
}

function wholeGroups(columns: readonly number[]): number[] {
  const padding = groupsOf(columns.length) * GROUP_COLUMNS - columns.length;
  return [...columns, ...Array.from({ length: padding }, () => -1)];
}
