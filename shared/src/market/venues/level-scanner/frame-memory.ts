import { POWERS_OF_TEN } from '../../book/decimal-units.ts';
import type { LevelList } from '../../book/level-list.ts';
import type { BookDigits } from '../../book/order-book.ts';
import { NOT_HERE } from '../scan-bytes.ts';
import { LEVEL_SCANNER_BASE64 } from './level-scanner-binary.ts';

/** Levels of one side that the scanners take; longer snapshots go the JSON route. */
const CAPACITY = 4096;
const COLUMN_BYTES = CAPACITY * 8;
const COUNT_AT = 512;
const COLUMNS_AT = 1024;
const FRAME_AT = COLUMNS_AT + 4 * COLUMN_BYTES;
/** Longest frame that is scanned. */
const FRAME_BYTES = 262_144;
const ROOM_BEHIND = 64;
const PAGE_BYTES = 65_536;
const MOST_DECIMALS = 15;

type Scan = (at: number, priceDecimals: number, sizeDecimals: number, prices: number, sizes: number, capacity: number) => number;

interface Scans {
  readonly quotedPairs: Scan;
  readonly priceQtyObjects: Scan;
}

/** The part of WebAssembly used here: TypeScript declares it only together with the browser's library. */
declare const WebAssembly: {
  readonly Memory: new (descriptor: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

let compiled: object | undefined;

/**
 * The memory that a connection's frames are scanned in: a frame's bytes, and columns for the levels of its two sides. The scans
 * append to nothing: they point a list at the columns, whose content is valid until the next frame.
 */
export class FrameMemory {
  /** The frame's bytes, from 0 on; what lies behind its length is left over from others. */
  readonly bytes: Uint8Array;
  readonly #scans: Scans;
  readonly #count: Int32Array;
  readonly #columns: readonly Float64Array[];

  constructor() {
    const pages = Math.ceil((FRAME_AT + FRAME_BYTES + ROOM_BEHIND) / PAGE_BYTES);
    const memory = new WebAssembly.Memory({ initial: pages });
    compiled ??= new WebAssembly.Module(Buffer.from(LEVEL_SCANNER_BASE64, 'base64'));
    // The binary is ours and a test holds it to its source, so its exports are known.
    this.#scans = new WebAssembly.Instance(compiled, { env: { memory } }).exports as Scans;
    this.bytes = new Uint8Array(memory.buffer, FRAME_AT, FRAME_BYTES);
    this.#count = new Int32Array(memory.buffer, COUNT_AT, 1);
    this.#columns = [0, 1, 2, 3].map((n) => new Float64Array(memory.buffer, COLUMNS_AT + n * COLUMN_BYTES, CAPACITY));
    new Float64Array(memory.buffer, 0, MOST_DECIMALS + 1).set(POWERS_OF_TEN.slice(0, MOST_DECIMALS + 1));
  }

  /** Takes a frame in; false when it is too long to be scanned. */
  hold(bytes: Uint8Array, length: number): boolean {
    if (length > FRAME_BYTES) return false;
    this.bytes.set(length === bytes.length ? bytes : bytes.subarray(0, length));
    return true;
  }

  /** A list `[["price","size"],…]` at `from`; returns the offset behind it or `NOT_HERE`. */
  quotedPairs(from: number, digits: BookDigits, side: 'bids' | 'asks', levels: LevelList): number {
    return this.#scan(this.#scans.quotedPairs, from, digits, side, levels);
  }

  /**
   * A list `[{"price":1.5,"qty":0.20},…]` at `from`. Every number must show every digit of the instrument, as Kraken's do: what
   * was re-encoded is left to the JSON route, which notices it.
   */
  priceQtyObjects(from: number, digits: BookDigits, side: 'bids' | 'asks', levels: LevelList): number {
    return this.#scan(this.#scans.priceQtyObjects, from, digits, side, levels);
  }

  #scan(scan: Scan, from: number, digits: BookDigits, side: 'bids' | 'asks', levels: LevelList): number {
    if (from < 0 || digits.priceDecimals > MOST_DECIMALS || digits.sizeDecimals > MOST_DECIMALS) return NOT_HERE;
    const column = side === 'bids' ? 0 : 2;
    const prices = COLUMNS_AT + column * COLUMN_BYTES;
    const at = scan(FRAME_AT + from, digits.priceDecimals, digits.sizeDecimals, prices, prices + COLUMN_BYTES, CAPACITY);
    if (at < 0) return NOT_HERE;
    levels.prices = this.#columns[column]!;
    levels.sizes = this.#columns[column + 1]!;
    levels.count = this.#count[0]!;
    return at - FRAME_AT;
  }
}
