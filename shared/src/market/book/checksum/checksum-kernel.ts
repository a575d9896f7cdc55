import { instantiateOver, wasmMemory } from '../../../core/web-assembly.ts';
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

/** Where the tables end and the sides begin. */
const FIRST_SIDE = 393_216;
const SIDE_BYTES = 2048;
/** Sides that one memory holds; what is never used takes no room. */
export const KERNEL_SIDES = 1024;

/** A memory with the tables and room for `KERNEL_SIDES` sides, and the functions over it. */
export function checksumKernel(): ChecksumKernel {
  const memory = wasmMemory(FIRST_SIDE + KERNEL_SIDES * SIDE_BYTES);
  const { read, joined } = instantiateOver<Omit<ChecksumKernel, 'memory'>>(CHECKSUM_KERNEL_BASE64, memory);
  writeTables(memory.buffer);
  return { memory: memory.buffer, read, joined };
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
