import { instantiateOver, type WasmMemory, wasmMemory } from '../../../core/web-assembly.ts';
import { BOOK_KERNEL_BASE64 } from './book-kernel-binary.ts';

/** Function of `book-kernel.wat`; places are in the memory's bytes. */
interface BookKernel {
  readonly apply: (
    room: number,
    width: number,
    best: number,
    lowWord: number,
    prices: number,
    from: number,
    count: number,
    out: number,
  ) => number;
}

/** Ticks of the widest window that a room holds. */
export const WIDEST_WINDOW = 4096;
export const BANDS = 4;
/** What stands in a room before the bits of the window: keys and sums of the bands. */
const BANDS_BYTES = BANDS * 16;
const WINDOW_BYTES = WIDEST_WINDOW / 8 + WIDEST_WINDOW * 8;
/** Changes of one side that a message may have. */
const MOST_CHANGES = 4096;
/** Where the kernel of the checksum has its tables, behind what reads frames. */
const TABLES_AT = 524_288;
const TABLES_BYTES = 360_448;
/** What the checksum knows of a side. */
export const CHECKSUM_SIDE_BYTES = 2048;
const ROOM_BYTES = BANDS_BYTES + WINDOW_BYTES + CHECKSUM_SIDE_BYTES;
const OUT_BYTES = 64 + MOST_CHANGES * 4;

/** Where one side of a book keeps what the kernel works on. */
export interface BookRoom {
  readonly memory: BookMemory | null;
  readonly buffer: ArrayBuffer;
  /** Its place in that memory. */
  readonly at: number;
  readonly wordsAt: number;
  readonly checksumAt: number;
  readonly bandKeys: Float64Array;
  readonly bandCents: Float64Array;
  readonly words: Int32Array;
  readonly sizes: Float64Array;
}

/**
 * The memory of one connection: what reads its frames has the first part, the windows of its books the rest. So the changes of a
 * message go from bytes to books without leaving it.
 */
export class BookMemory {
  readonly buffer: ArrayBuffer;
  /** Results of `apply`: best offset, growth, absent deletions, lowest word, length of the list. */
  readonly out: Int32Array;
  /** Handed over: highest changed key, in and out; base and sign of the keys; outermost key of a band; units in a cent. */
  readonly keys: Float64Array;
  /** Changes below the window. */
  readonly outFar: Int32Array;
  readonly outAt: number;
  readonly apply: BookKernel['apply'];
  /** For other modules over it. */
  readonly memory: WasmMemory;
  #nextRoom: number;

  /** What reads frames has the first half megabyte. */
  constructor(sides: number) {
    const at = TABLES_AT + TABLES_BYTES;
    this.memory = wasmMemory(at + OUT_BYTES + sides * ROOM_BYTES);
    const { buffer } = this.memory;
    this.buffer = buffer;
    this.apply = instantiateOver<BookKernel>(BOOK_KERNEL_BASE64, this.memory).apply;
    this.outAt = at;
    this.out = new Int32Array(buffer, at, 5);
    this.keys = new Float64Array(buffer, at + 24, 5);
    this.outFar = new Int32Array(buffer, at + 64, MOST_CHANGES);
    this.#nextRoom = at + OUT_BYTES;
    // The pages of what reads frames are there before the first frame is.
    new Uint8Array(buffer, 0, TABLES_AT).fill(0);
  }

  /** A room for a window of so many ticks, null when all are taken. */
  takeRoom(width: number): BookRoom | null {
    const at = this.#nextRoom;
    if (width > WIDEST_WINDOW || at + ROOM_BYTES > this.buffer.byteLength) return null;
    this.#nextRoom += ROOM_BYTES;
    new Uint8Array(this.buffer, at, ROOM_BYTES).fill(0);
    return roomOf(this, this.buffer, at, width);
  }
}

/** A room in a memory of its own, which no kernel works on. */
export function ownRoom(width: number): BookRoom {
  return roomOf(null, new ArrayBuffer(BANDS_BYTES + width / 8 + width * 8), 0, width);
}

function roomOf(memory: BookMemory | null, buffer: ArrayBuffer, at: number, width: number): BookRoom {
  return {
    memory,
    buffer,
    at,
    wordsAt: at + BANDS_BYTES,
    checksumAt: at + BANDS_BYTES + WINDOW_BYTES,
    bandKeys: new Float64Array(buffer, at, BANDS),
    bandCents: new Float64Array(buffer, at + BANDS * 8, BANDS),
    words: new Int32Array(buffer, at + BANDS_BYTES, width / 32),
    sizes: new Float64Array(buffer, at + BANDS_BYTES + width / 8, width),
  };
}
