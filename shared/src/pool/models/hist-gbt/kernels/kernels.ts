import { instantiateWasm } from '../../../../core/web-assembly.ts';
import { KERNELS_BASE64 } from './kernels-binary.ts';

/** Bytes of one bin in a histogram, and of an entry: gradient sum and row count, both float64. */
export const BIN_BYTES = 16;
/** Bytes of one column in a histogram: 256 bins. */
export const COLUMN_BYTES = 256 * BIN_BYTES;
/** Columns go in groups of this many, the last one padded. */
export const GROUP_COLUMNS = 4;
/** Bytes at address 0 that the kernels keep for themselves: the histogram of one group. */
export const SCRATCH_BYTES = GROUP_COLUMNS * COLUMN_BYTES;
/** f64 of one search record: sum, rows, G²/n, gain, column position, bin, left sum, left rows. */
export const SEARCH_FIELDS = 8;
/** Rows of a packed group are padded to a multiple of this. */
export const ROW_BLOCK = 16;

/** Inner loops of the trees, compiled from `kernels.wat`, which documents them. Pointers are byte offsets into the memory. */
export interface TreeKernels {
  packColumns(table: number, groups: number, rows: number, packed: number): void;
  writeResiduals(target: number, fitted: number, gradient: number, rows: number, result: number): void;
  addStep(order: number, rows: number, step: number, fitted: number): void;
  fillRoot(
    packed: number,
    groupBytes: number,
    groups: number,
    counts: number,
    gradient: number,
    rows: number,
    histogram: number,
  ): void;
  findSplit(histogram: number, lastBins: number, columns: number, search: number, minRows: number): void;
  gatherEntries(order: number, rows: number, gradient: number, entries: number): void;
  sumRunEntries(order: number, rows: number, entries: number, runOf: number, sums: number, runs: number): void;
  sumRuns(gradient: number, starts: number, runs: number, sums: number): void;
  splitSiblings(
    packed: number,
    groupBytes: number,
    groups: number,
    lastBins: number,
    position: number,
    order: number,
    rows: number,
    entries: number,
    small: number,
    large: number,
    searches: number,
    minRows: number,
  ): void;
  partition(order: number, rows: number, bins: number, bin: number, spill: number): void;
}

/** Kernels over a fresh memory of at least `byteLength` bytes, which never grows. */
export function instantiateKernels(byteLength: number): { readonly kernels: TreeKernels; readonly buffer: ArrayBuffer } {
  const { exports, buffer } = instantiateWasm<TreeKernels>(KERNELS_BASE64, byteLength);
  return { kernels: exports, buffer };
}
