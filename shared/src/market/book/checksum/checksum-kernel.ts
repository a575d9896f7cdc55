import { CHECKSUM_KERNEL_BASE64 } from './checksum-kernel-binary.ts';
import { crcTables } from './crc-tables.ts';

/** Functions of `checksum-kernel.wat`; sides are given by their place in its memory. */
export interface ChecksumKernel {
  readonly memory: ArrayBuffer;
  /** Levels `from` to `count` of a side were written anew: reads their digits and brings its CRCs up to date. */
  readonly read: (side: number, from: number, count: number, zeros: number) => void;
  /** Signed 32-bit checksum of the best levels of two sides, one behind the other. */
  readonly joined: (asks: number, askCount: number, bids: number, bidCount: number) => number;
}

const PAGE_BYTES = 65_536;
/** Where the tables end and the sides begin. */
const FIRST_SIDE = 393_216;
const SIDE_BYTES = 2048;
/** Sides that one memory holds; what is never used takes no room. */
export const KERNEL_SIDES = 1024;

/** The part of WebAssembly used here: TypeScript declares it only together with the browser's library. */
declare const WebAssembly: {
  readonly Memory: new (descriptor: { readonly initial: number; readonly maximum: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

let compiled: object | undefined;

/** A memory with the tables and room for `KERNEL_SIDES` sides, and the functions over it. */
export function checksumKernel(): ChecksumKernel {
  const pages = (FIRST_SIDE + KERNEL_SIDES * SIDE_BYTES) / PAGE_BYTES;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  compiled ??= new WebAssembly.Module(Buffer.from(CHECKSUM_KERNEL_BASE64, 'base64'));
  // The binary is ours and a test holds it to its source, so its exports are known.
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } }) as {
    readonly exports: Omit<ChecksumKernel, 'memory'>;
  };
  writeTables(memory.buffer);
  return { memory: memory.buffer, read: exports.read, joined: exports.joined };
}

/** Place of a side in the memory. */
export function sideAt(index: number): number {
  return FIRST_SIDE + index * SIDE_BYTES;
}

/** One behind the other, as the source of the kernel knows them. */
function writeTables(memory: ArrayBuffer): void {
  const { digits, begun, advance, advanceFar } = crcTables();
  const words = new Int32Array(memory);
  let at = 0;
  for (const table of [digits, begun, advance, advanceFar]) {
    words.set(table, at);
    at += table.length;
  }
}
