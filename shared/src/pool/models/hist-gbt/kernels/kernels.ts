import { KERNELS_BASE64 } from './kernels-binary.ts';

/** Bytes of one bin in a histogram: gradient sum and row count, both float64. */
export const BIN_BYTES = 16;
/** Bytes of one column in a histogram: 256 bins. */
export const COLUMN_BYTES = 256 * BIN_BYTES;
/** Column tables are padded to a multiple of this. */
export const COLUMNS_PER_PASS = 3;

/** Inner loops of the trees, compiled from `kernels.wat`, which documents them. Pointers are byte offsets into the memory. */
export interface TreeKernels {
  addAllRows(table: number, columns: number, gradient: number, rows: number, histogram: number): void;
  fillHistogram(table: number, columns: number, order: number, gathered: number, rows: number, histogram: number): void;
  subtractHistogram(parent: number, child: number, columns: number): void;
  findSplit(
    histogram: number,
    lastBins: number,
    columns: number,
    total: number,
    rows: number,
    minRows: number,
    best: number,
  ): void;
  partition(order: number, rows: number, bins: number, bin: number, spill: number): void;
}

/** Kernels and the zeroed memory that they work on. */
export interface KernelMemory {
  readonly kernels: TreeKernels;
  readonly buffer: ArrayBuffer;
}

/** The part of WebAssembly used here: TypeScript declares it only together with the browser's library. */
declare const WebAssembly: {
  readonly Memory: new (descriptor: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

const PAGE_BYTES = 65_536;

/** Kernels over a fresh memory of at least `byteLength` bytes, which never grows. */
export function instantiateKernels(byteLength: number): KernelMemory {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(byteLength / PAGE_BYTES) });
  const module = new WebAssembly.Module(Buffer.from(KERNELS_BASE64, 'base64'));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  // The binary is ours and a test holds it to its source, so its exports are known.
  return { kernels: exports as TreeKernels, buffer: memory.buffer };
}
