import { instantiateWasm } from '../../../core/web-assembly.ts';
import { ROW_SORTER_BASE64 } from './row-sorter-binary.ts';

const KEY_BYTES = 8;
const ROW_BYTES = 4;
/** Three digits of eleven bits. */
const COUNTS_BYTES = 3 * 2 ** 11 * 4;
/** What the insertion sort at the end may move per row before the library's sort is cheaper. */
const MOST_MOVES_PER_ROW = 8;

/** Returns the rows of a column that hold a number, ascending by value, equal values by row. */
export type RowSorter = (column: Float64Array) => Uint32Array;

/** Compiled from `row-sorter.wat`, which documents it. Pointers are byte offsets into the memory. */
interface Exports {
  sortRows(
    column: number,
    rows: number,
    rowBits: bigint,
    keys: number,
    moved: number,
    counts: number,
    sorted: number,
    moves: number,
  ): number;
}

/**
 * A sorter for columns of up to `rowCount` rows (at most 2^30): a radix sort on the upper 33 bits of the numbers, then an insertion
 * sort. A comparison sort of every column was a tenth of a build's time. −0 comes before 0.
 */
export function createRowSorter(rowCount: number): RowSorter {
  const keys = COUNTS_BYTES;
  const moved = keys + rowCount * KEY_BYTES;
  const copy = moved + rowCount * KEY_BYTES;
  const sorted = copy + rowCount * Float64Array.BYTES_PER_ELEMENT;
  const { exports, buffer } = instantiateWasm<Exports>(ROW_SORTER_BASE64, sorted + rowCount * ROW_BYTES);
  const rowBits = BigInt(32 - Math.clz32(rowCount));
  return (column) => {
    new Float64Array(buffer, copy, column.length).set(column);
    const moves = MOST_MOVES_PER_ROW * column.length;
    const count = exports.sortRows(copy, column.length, rowBits, keys, moved, 0, sorted, moves);
    return count < 0 ? sortedByLibrary(column) : new Uint32Array(buffer, sorted, count).slice();
  };
}

function sortedByLibrary(column: Float64Array): Uint32Array {
  const rows = Uint32Array.from(column.keys()).filter((row) => !Number.isNaN(column[row]!));
  return rows.sort((a, b) => column[a]! - column[b]! || zeroSign(column[a]!) - zeroSign(column[b]!) || a - b);
}

/** −1 for −0, else 0. */
function zeroSign(value: number): number {
  return Object.is(value, -0) ? -1 : 0;
}
