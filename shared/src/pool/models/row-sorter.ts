const DIGIT_BITS = 8;
const BUCKETS = 2 ** DIGIT_BITS;
const DIGIT_MASK = BUCKETS - 1;
const PASSES = 4;
/** What an insertion sort may move in one run before the library's sort is cheaper. */
const MOST_MOVES = 256;

/** Returns the rows of a column that hold a number, ascending by value, equal values by row. */
export type RowSorter = (column: Float64Array) => Uint32Array;

/**
 * A sorter for columns of up to `rowCount` rows: a radix sort on the upper half of the numbers' bits, eight at a time from the lowest,
 * then a sort of the few rows that share them. A comparison sort of every column was a tenth of a build's time. −0 comes before 0.
 */
export function createRowSorter(rowCount: number): RowSorter {
  let keys = emptyKeys(rowCount);
  let moved = emptyKeys(rowCount);
  return (column) => {
    const count = readKeys(column, keys);
    for (let pass = 0; pass < PASSES; pass++) {
      if (!movePass(keys, moved, count, pass * DIGIT_BITS)) continue;
      [keys, moved] = [moved, keys];
    }
    const rows = keys.row.slice(0, count);
    sortAlike(keys.upper, rows, column);
    return rows;
  };
}

/** Sort keys, and the rows they came from. */
interface Keys {
  readonly upper: Uint32Array;
  readonly row: Uint32Array;
}

function emptyKeys(length: number): Keys {
  return { upper: new Uint32Array(length), row: new Uint32Array(length) };
}

/** The upper 32 bits of each number, mapped so that they order like the numbers: all flipped below zero, else the sign alone. */
function readKeys(column: Float64Array, { upper, row }: Keys): number {
  const words = new Uint32Array(column.buffer, column.byteOffset, 2 * column.length);
  let count = 0;
  for (let i = 0; i < column.length; i++) {
    if (Number.isNaN(column[i]!)) continue;
    const word = words[2 * i + UPPER_WORD]!;
    upper[count] = word ^ (word >>> 31 === 1 ? 0xffff_ffff : 0x8000_0000);
    row[count++] = i;
  }
  return count;
}

/** Which of the two words of a float64 holds the sign and the exponent on this machine. */
const UPPER_WORD = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;

/** Moves the keys into the order of the digit at `shift`; false when all share that digit and nothing was moved. */
function movePass(from: Keys, to: Keys, count: number, shift: number): boolean {
  const next = new Uint32Array(BUCKETS);
  for (let k = 0; k < count; k++) next[(from.upper[k]! >>> shift) & DIGIT_MASK]!++;
  if (count === 0 || next[(from.upper[0]! >>> shift) & DIGIT_MASK] === count) return false;
  startPositions(next);
  for (let k = 0; k < count; k++) {
    const key = from.upper[k]!;
    const at = next[(key >>> shift) & DIGIT_MASK]!++;
    to.upper[at] = key;
    to.row[at] = from.row[k]!;
  }
  return true;
}

/** Turns counts per bucket into where each bucket starts. */
function startPositions(counts: Uint32Array): void {
  let start = 0;
  for (let b = 0; b < counts.length; b++) {
    const count = counts[b]!;
    counts[b] = start;
    start += count;
  }
}

/** Sorts each run of rows with equal keys by value. −0 and 0 differ in their keys, so `<` tells all that is left apart. */
function sortAlike(upper: Uint32Array, rows: Uint32Array, column: Float64Array): void {
  let start = 0;
  for (let end = 1; end <= rows.length; end++) {
    if (end < rows.length && upper[end] === upper[end - 1]) continue;
    if (end - start > 1) sortRun(rows, start, end, column);
    start = end;
  }
}

/** By insertion, which costs nothing where the values are equal too; a long run in disorder is left to the library. */
function sortRun(rows: Uint32Array, start: number, end: number, column: Float64Array): void {
  let moves = 0;
  for (let k = start + 1; k < end; k++) {
    const row = rows[k]!;
    const value = column[row]!;
    let at = k;
    for (; at > start && column[rows[at - 1]!]! > value; at--) rows[at] = rows[at - 1]!;
    rows[at] = row;
    moves += k - at;
    if (moves > MOST_MOVES) {
      rows.subarray(start, end).sort((a, b) => column[a]! - column[b]! || a - b);
      return;
    }
  }
}
