import { instantiateOver, type WasmMemory, wasmMemory } from '../../../core/web-assembly.ts';
import { CHECKSUM_KERNEL_BASE64 } from './checksum-kernel-binary.ts';
import { crcTables } from './crc-tables.ts';

/** Functions of `checksum-kernel.wat`; sides are given by their place in its memory. */
export interface ChecksumKernel {
  readonly memory: ArrayBuffer;
  /** Levels `from` to `count` of a side were written anew: reads their digits and brings its CRCs up to date. */
  readonly read: (side: number, from: number, count: number, zeros: number) => void;
  /**
   * The best ten levels of a window in the same memory become those of a side. Returns 16 times how many these are, plus the first
   * that was read; with fewer than ten, what is behind the window and `read` are left to the caller.
   */
  readonly take: (
    side: number,
    words: number,
    width: number,
    lowWord: number,
    best: number,
    count: number,
    out: number,
  ) => number;
  /** Signed 32-bit checksum of the best levels of two sides, one behind the other. */
  readonly joined: (asks: number, askCount: number, bids: number, bidCount: number) => number;
}

/** Where the tables lie. */
const TABLES_AT = 524_288;
/** Where sides begin in a memory that is only for them. */
const FIRST_SIDE = TABLES_AT + 360_448;
const SIDE_BYTES = 2048;
/** Sides that such a memory holds. */
export const KERNEL_SIDES = 1024;

/** The functions over a memory of their own, with room for `KERNEL_SIDES` sides. */
export function checksumKernel(): ChecksumKernel {
  return checksumKernelOver(wasmMemory(FIRST_SIDE + KERNEL_SIDES * SIDE_BYTES));
}

/** The functions over a memory whose half megabyte from `TABLES_AT` on is theirs. */
export function checksumKernelOver(memory: WasmMemory): ChecksumKernel {
  const { read, take, joined } = instantiateOver<Omit<ChecksumKernel, 'memory'>>(CHECKSUM_KERNEL_BASE64, memory);
  writeTables(memory.buffer);
  return { memory: memory.buffer, read, take, joined };
}

/** Place of a side in a memory that is only for sides. */
export function sideAt(index: number): number {
  return FIRST_SIDE + index * SIDE_BYTES;
}

/** One behind the other, as the source of the kernel knows them. */
function writeTables(memory: ArrayBuffer): void {
  const { digits, begun, advance, advanceFar } = crcTables();
  const words = new Int32Array(memory);
  let at = TABLES_AT / 4;
  for (const table of [digits, begun, advance, advanceFar]) {
    words.set(table, at);
    at += table.length;
  }
}
