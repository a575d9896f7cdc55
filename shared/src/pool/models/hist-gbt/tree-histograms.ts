import { COLUMN_BYTES, GROUP_COLUMNS } from './kernels/kernels.ts';
import type { TreeColumns } from './tree-columns.ts';
import type { TreeMemory } from './tree-memory.ts';

const GROUP_BYTES = GROUP_COLUMNS * COLUMN_BYTES;
const ROW_BYTES = 4;
/** A leaf with fewer rows a run adds them to the steady columns one by one. */
const LEAST_ROWS_PER_RUN = 2;

/** Writes the histogram of all rows to offset `histogram`. */
export function fillRootHistogram(memory: TreeMemory, columns: TreeColumns, histogram: number): void {
  const { kernels, packed, groupBytes, countTable, gradient, rowCount, runs } = memory;
  const { rowGroups, steadyGroups } = columns;
  if (rowGroups > 0) kernels.fillRoot(packed, groupBytes, rowGroups, countTable.offset, gradient, rowCount, histogram);
  if (steadyGroups === 0) return;
  const counts = countTable.offset + rowGroups * GROUP_COLUMNS * countTable.view.BYTES_PER_ELEMENT;
  kernels.sumRuns(gradient, runs.starts, runs.count, runs.entries);
  const steady = histogram + rowGroups * GROUP_BYTES;
  kernels.fillRoot(runs.packed, runs.groupBytes, steadyGroups, counts, runs.entries, runs.count, steady);
}

/** The rows of a leaf and the offset of its histogram. */
export interface LeafRows {
  readonly start: number;
  readonly rows: number;
  readonly histogram: number;
}

/** What is added to the bins of some groups of columns: the entries of listed rows, or of runs. Byte offsets. */
interface Summands {
  readonly packed: number;
  readonly groupBytes: number;
  readonly list: number;
  readonly count: number;
  readonly entries: number;
}

/**
 * Writes the histogram of the smaller of two siblings from its rows and turns their parent's, which lies at that of `large`, into the
 * larger one's. Both are searched on the way; their search records are open.
 */
export function splitHistograms(
  memory: TreeMemory,
  columns: TreeColumns,
  small: LeafRows,
  large: LeafRows,
  minRowsLeaf: number,
): void {
  const { kernels, order, gradient, entries, runs } = memory;
  const { rowGroups, steadyGroups } = columns;
  const list = order.offset + small.start * ROW_BYTES;
  const rows: Summands = { packed: memory.packed, groupBytes: memory.groupBytes, list, count: small.rows, entries };
  const split = (from: number, groups: number, what: Summands): void => {
    if (groups > 0) splitGroups(memory, from, groups, what, small.histogram, large.histogram, minRowsLeaf);
  };
  kernels.gatherEntries(list, small.rows, gradient, entries);
  if (small.rows < LEAST_ROWS_PER_RUN * runs.count) {
    split(0, rowGroups + steadyGroups, rows);
    return;
  }
  split(0, rowGroups, rows);
  if (steadyGroups > 0) kernels.sumRunEntries(list, small.rows, entries, runs.ofRow, runs.entries, runs.count);
  split(rowGroups, steadyGroups, { ...runs, list: runs.order });
}

/** Groups `from … from + groups` of the histograms at `small` and `large`. */
function splitGroups(
  { kernels, lastBins, searches }: TreeMemory,
  from: number,
  groups: number,
  { packed, groupBytes, list, count, entries }: Summands,
  small: number,
  large: number,
  minRowsLeaf: number,
): void {
  const position = from * GROUP_COLUMNS;
  const skipped = from * GROUP_BYTES;
  kernels.splitSiblings(
    packed,
    groupBytes,
    groups,
    lastBins.offset + position * lastBins.view.BYTES_PER_ELEMENT,
    position,
    list,
    count,
    entries,
    small + skipped,
    large + skipped,
    searches.offset,
    minRowsLeaf,
  );
}
