import type { BinnedColumns } from './bin-columns.ts';
import type { TreeKernels } from './kernels/kernels.ts';
import { BIN_BYTES, COLUMN_BYTES, COLUMNS_PER_PASS, instantiateKernels } from './kernels/kernels.ts';

/**
 * The memory of one training run: bins and buffers as the kernels see them (byte offsets) and as typed arrays where the
 * calling code reads or writes them. Allocated once, used for every tree.
 */
export interface TreeMemory {
  readonly kernels: TreeKernels;
  readonly rowCount: number;
  /** Offset of each column's bins. */
  readonly bins: readonly number[];
  /** Offset of a column whose bins are all 0: fills up the column table. */
  readonly emptyColumn: number;
  /** Rows per bin of each column, in histogram layout with sums 0. */
  readonly counts: readonly Uint8Array[];
  /** Offset of a histogram per leaf. */
  readonly histograms: readonly number[];
  readonly bytes: Uint8Array;
  readonly gradient: MemoryBlock<Float64Array>;
  readonly gathered: MemoryBlock<Float64Array>;
  /** Row numbers grouped by leaf, ascending within a leaf. */
  readonly order: MemoryBlock<Int32Array>;
  /** Every row number in order: what a tree starts from. */
  readonly allRows: Int32Array;
  readonly spill: number;
  /** Offsets of the bins of the columns in use, padded to whole passes. */
  readonly table: MemoryBlock<Int32Array>;
  /** Byte offset of the last bin of each column in use. */
  readonly lastBins: MemoryBlock<Int32Array>;
  /** Result of `findSplit`. */
  readonly best: MemoryBlock<Float64Array>;
}

export interface MemoryBlock<A> {
  readonly offset: number;
  readonly view: A;
}

/** Lays out and fills the memory for trees of up to `maxLeaves` leaves over up to `columnsPerTree` columns. */
export function createTreeMemory(binned: BinnedColumns, maxLeaves: number, columnsPerTree: number): TreeMemory {
  const rows = binned.rowCount;
  const paddedColumns = wholePasses(columnsPerTree);
  let end = 0;
  const reserve = (byteLength: number): number => {
    const offset = end;
    end += Math.ceil(byteLength / BIN_BYTES) * BIN_BYTES;
    return offset;
  };
  const histograms = Array.from({ length: maxLeaves }, () => reserve(paddedColumns * COLUMN_BYTES));
  const offsets = {
    gradient: reserve(rows * 8),
    gathered: reserve(rows * 8),
    order: reserve(rows * 4),
    spill: reserve(rows * 4),
    table: reserve(paddedColumns * 4),
    lastBins: reserve(paddedColumns * 4),
    best: reserve(5 * 8),
    emptyColumn: reserve(rows),
  };
  const bins = binned.bins.map(() => reserve(rows));
  const { kernels, buffer } = instantiateKernels(end);
  const bytes = new Uint8Array(buffer);
  binned.bins.forEach((column, j) => {
    bytes.set(column, bins[j]!);
  });
  const floats = (offset: number, length: number) => ({ offset, view: new Float64Array(buffer, offset, length) });
  const integers = (offset: number, length: number) => ({ offset, view: new Int32Array(buffer, offset, length) });
  return {
    kernels,
    rowCount: rows,
    bins,
    emptyColumn: offsets.emptyColumn,
    counts: binned.bins.map(countBins),
    histograms,
    bytes,
    gradient: floats(offsets.gradient, rows),
    gathered: floats(offsets.gathered, rows),
    order: integers(offsets.order, rows),
    allRows: Int32Array.from({ length: rows }, (_, row) => row),
    spill: offsets.spill,
    table: integers(offsets.table, paddedColumns),
    lastBins: integers(offsets.lastBins, paddedColumns),
    best: floats(offsets.best, 5),
  };
}

/** `columns` rounded up to what the kernels take in whole passes. */
export function wholePasses(columns: number): number {
  return Math.ceil(columns / COLUMNS_PER_PASS) * COLUMNS_PER_PASS;
}

/** Histogram of one column with sums 0, as bytes. */
function countBins(column: Uint8Array): Uint8Array {
  const pairs = new Float64Array(COLUMN_BYTES / 8);
  for (let i = 0; i < column.length; i++) pairs[2 * column[i]! + 1]!++;
  return new Uint8Array(pairs.buffer);
}
