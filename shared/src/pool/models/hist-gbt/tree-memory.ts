import { rowRange } from '../../row-range.ts';
import type { BinnedColumns } from './bin-columns.ts';
import type { TreeKernels } from './kernels/kernels.ts';
import {
  BIN_BYTES,
  COLUMN_BYTES,
  GROUP_COLUMNS,
  instantiateKernels,
  ROW_BLOCK,
  SCRATCH_BYTES,
  SEARCH_FIELDS,
} from './kernels/kernels.ts';

/**
 * The memory of one training run: bins and buffers as the kernels see them (byte offsets) and as typed arrays where the
 * calling code reads or writes them. Allocated once, used for every tree.
 */
export interface TreeMemory {
  readonly kernels: TreeKernels;
  readonly rowCount: number;
  /** Offset of each column's bins. */
  readonly bins: readonly number[];
  readonly runs: RunMemory;
  /** Offset of zeros: bins and counts of the columns that fill up the last group. */
  readonly emptyColumn: number;
  /** Offset of each column's histogram of all rows, with the counts in place and sums 0. */
  readonly counts: readonly number[];
  /** Offset of a histogram per leaf. */
  readonly histograms: readonly number[];
  readonly target: MemoryBlock<Float64Array>;
  /** The model's answer so far, per row. */
  readonly fitted: MemoryBlock<Float64Array>;
  /** Offset of the residuals. */
  readonly gradient: number;
  /** Offset of room for the entries of the rows of one leaf. */
  readonly entries: number;
  /** Largest size and sum of the residuals. */
  readonly residuals: MemoryBlock<Float64Array>;
  /** Row numbers grouped by leaf, ascending within a leaf. */
  readonly order: MemoryBlock<Int32Array>;
  /** Every row number in order: what a tree starts from. */
  readonly allRows: Int32Array;
  readonly spill: number;
  /** Offsets of the bins and of the counts of the columns in use, padded to whole groups. */
  readonly binTable: MemoryBlock<Int32Array>;
  readonly countTable: MemoryBlock<Int32Array>;
  /** Offset of the packed groups of the columns in use, and the size of one. */
  readonly packed: number;
  readonly groupBytes: number;
  /** Byte offset of the last bin of each column in use; 0 for the padding. */
  readonly lastBins: MemoryBlock<Int32Array>;
  /** Search records of two leaves. */
  readonly searches: MemoryBlock<Float64Array>;
}

/** The runs of rows of the steady columns, as the kernels see them (byte offsets). */
export interface RunMemory {
  readonly count: number;
  /** Offset of each steady column's bins, one byte a run; by column of the model. */
  readonly bins: ReadonlyMap<number, number>;
  /** Offset of every run number in order. */
  readonly order: number;
  /** Per row, the offset of its run's entry within `entries`. */
  readonly ofRow: number;
  /** The offset of each run's first gradient within the gradients, and where the last one ends. */
  readonly starts: number;
  /** Room for an entry per run. */
  readonly entries: number;
  /** Offsets of the bins of the steady columns in use, padded to whole groups. */
  readonly binTable: MemoryBlock<Int32Array>;
  readonly packed: number;
  readonly groupBytes: number;
}

export interface MemoryBlock<A> {
  readonly offset: number;
  readonly view: A;
}

/** Lays out and fills the memory for trees of up to `maxLeaves` leaves over up to `columnsPerTree` columns. */
export function createTreeMemory(binned: BinnedColumns, maxLeaves: number, columnsPerTree: number): TreeMemory {
  const rows = binned.rowCount;
  const paddedRows = wholeRowBlocks(rows);
  const { steady } = binned;
  const runs = steady.starts.length - 1;
  const paddedRuns = wholeRowBlocks(runs);
  const steadyGroups = groupsOf(binned.bins.length - steady.first);
  // Row-wise and steady columns are padded to whole groups each.
  const groups = groupsOf(columnsPerTree) + 1;
  const paddedColumns = groups * GROUP_COLUMNS;
  const groupBytes = paddedRows * GROUP_COLUMNS;
  let end = SCRATCH_BYTES;
  const reserve = (byteLength: number): number => {
    const offset = end;
    end += Math.ceil(byteLength / BIN_BYTES) * BIN_BYTES;
    return offset;
  };
  const offsets = {
    target: reserve(rows * 8),
    fitted: reserve(rows * 8),
    gradient: reserve(rows * 8),
    entries: reserve(rows * BIN_BYTES),
    residuals: reserve(2 * 8),
    order: reserve(rows * 4),
    spill: reserve(rows * 4),
    binTable: reserve(paddedColumns * 4),
    countTable: reserve(paddedColumns * 4),
    lastBins: reserve(paddedColumns * 4),
    searches: reserve(2 * SEARCH_FIELDS * 8),
    packed: reserve(groups * groupBytes),
    emptyColumn: reserve(Math.max(paddedRows, COLUMN_BYTES)),
    runOrder: reserve(runs * 4),
    runOfRow: reserve(rows * 4),
    runStarts: reserve((runs + 1) * 4),
    runEntries: reserve(runs * BIN_BYTES),
    runTable: reserve(steadyGroups * GROUP_COLUMNS * 4),
    packedRuns: reserve(steadyGroups * paddedRuns * GROUP_COLUMNS),
  };
  const histograms = Array.from({ length: maxLeaves }, () => reserve(paddedColumns * COLUMN_BYTES));
  const counts = binned.bins.map(() => reserve(COLUMN_BYTES));
  const bins = binned.bins.map(() => reserve(paddedRows));
  const runBins = new Map<number, number>();
  for (let column = steady.first; column < binned.bins.length; column++) runBins.set(column, reserve(paddedRuns));
  const { kernels, buffer } = instantiateKernels(end);
  binned.bins.forEach((column, j) => {
    new Uint8Array(buffer, bins[j]!, rows).set(column);
    countBins(column, new Float64Array(buffer, counts[j]!, COLUMN_BYTES / 8));
  });
  const floats = (offset: number, length: number) => ({ offset, view: new Float64Array(buffer, offset, length) });
  for (const [column, offset] of runBins) {
    const bins = new Uint8Array(buffer, offset, runs);
    for (let run = 0; run < runs; run++) bins[run] = binned.bins[column]![steady.starts[run]!]!;
  }
  writeRuns(steady.starts, new Int32Array(buffer, offsets.runOrder, runs), new Int32Array(buffer, offsets.runOfRow, rows));
  new Int32Array(buffer, offsets.runStarts, runs + 1).set(steady.starts.map((row) => row * 8));
  const integers = (offset: number, length: number) => ({ offset, view: new Int32Array(buffer, offset, length) });
  return {
    kernels,
    rowCount: rows,
    bins,
    runs: {
      count: runs,
      bins: runBins,
      order: offsets.runOrder,
      ofRow: offsets.runOfRow,
      starts: offsets.runStarts,
      entries: offsets.runEntries,
      binTable: integers(offsets.runTable, steadyGroups * GROUP_COLUMNS),
      packed: offsets.packedRuns,
      groupBytes: paddedRuns * GROUP_COLUMNS,
    },
    emptyColumn: offsets.emptyColumn,
    counts,
    histograms,
    target: floats(offsets.target, rows),
    fitted: floats(offsets.fitted, rows),
    gradient: offsets.gradient,
    entries: offsets.entries,
    residuals: floats(offsets.residuals, 2),
    order: integers(offsets.order, rows),
    allRows: rowRange(0, rows),
    spill: offsets.spill,
    binTable: integers(offsets.binTable, paddedColumns),
    countTable: integers(offsets.countTable, paddedColumns),
    packed: offsets.packed,
    groupBytes,
    lastBins: integers(offsets.lastBins, paddedColumns),
    searches: floats(offsets.searches, 2 * SEARCH_FIELDS),
  };
}

/** How many groups hold `columns` columns. */
export function groupsOf(columns: number): number {
  return Math.ceil(columns / GROUP_COLUMNS);
}

/** `rows` rounded up to whole blocks. */
export function wholeRowBlocks(rows: number): number {
  return Math.ceil(rows / ROW_BLOCK) * ROW_BLOCK;
}

/** Adds the rows per bin to a histogram of one column. */
function countBins(column: Uint8Array, histogram: Float64Array): void {
  for (let i = 0; i < column.length; i++) histogram[2 * column[i]! + 1]!++;
}

/** Writes every run number in order and, per row, the offset of its run's entry. */
function writeRuns(starts: Int32Array, order: Int32Array, ofRow: Int32Array): void {
  for (let run = 0; run < order.length; run++) {
    order[run] = run;
    ofRow.fill(run * BIN_BYTES, starts[run], starts[run + 1]);
  }
}
