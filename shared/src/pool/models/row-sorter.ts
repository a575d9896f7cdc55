const DIGIT_BITS = 11;
const BUCKETS = 2 ** DIGIT_BITS;
const DIGIT_MASK = BUCKETS - 1;
const PASSES = 6;

/** Returns the rows of a column that hold a number, ascending by value, equal values by row. */
export type RowSorter = (column: Float64Array) => Uint32Array;

/**
 * A sorter for columns of up to `rowCount` rows. Radix sort on the bits of the numbers, eleven at a time from the lowest: a
 * comparison sort of every column was a tenth of a build's time. −0 comes before 0.
 */
export function createRowSorter(rowCount: number): RowSorter {
  let keys = emptyKeys(rowCount);
  let moved = emptyKeys(rowCount);
  return (column) => {
    const count = readKeys(column, keys);
    for (let pass = 0; pass < PASSES; pass++) {
      if (!movePass(keys, moved, count, pass)) continue;
      [keys, moved] = [moved, keys];
    }
    return keys.row.slice(0, count);
  };
}

/** Sort keys as two words, and the rows they came from. */
interface Keys {
  readonly low: Uint32Array;
  readonly high: Uint32Array;
  readonly row: Uint32Array;
}

function emptyKeys(length: number): Keys {
  return { low: new Uint32Array(length), high: new Uint32Array(length), row: new Uint32Array(length) };
}

/** The bits of each number, mapped so that they order like the numbers: all flipped below zero, else the sign alone. */
function readKeys(column: Float64Array, { low, high, row }: Keys): number {
  const words = new Uint32Array(column.buffer, column.byteOffset, 2 * column.length);
  const [first, second] = LITTLE_ENDIAN ? [0, 1] : [1, 0];
  let count = 0;
  for (let i = 0; i < column.length; i++) {
    if (Number.isNaN(column[i]!)) continue;
    const upper = words[2 * i + second]!;
    const flipped = upper >>> 31 === 1 ? 0xffff_ffff : 0;
    low[count] = words[2 * i + first]! ^ flipped;
    high[count] = upper ^ (flipped | 0x8000_0000);
    row[count++] = i;
  }
  return count;
}

const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** Moves the keys into the order of one digit; false when all share that digit and nothing was moved. */
function movePass(from: Keys, to: Keys, count: number, pass: number): boolean {
  const next = new Uint32Array(BUCKETS);
  for (let k = 0; k < count; k++) next[digit(from, k, pass)]!++;
  if (count === 0 || next[digit(from, 0, pass)] === count) return false;
  startPositions(next);
  for (let k = 0; k < count; k++) {
    const at = next[digit(from, k, pass)]!++;
    to.low[at] = from.low[k]!;
    to.high[at] = from.high[k]!;
    to.row[at] = from.row[k]!;
  }
  return true;
}

/** Bits 11·pass … 11·pass + 10 of the 64. */
function digit({ low, high }: Keys, k: number, pass: number): number {
  const shift = DIGIT_BITS * pass;
  if (shift >= 32) return (high[k]! >>> (shift - 32)) & DIGIT_MASK;
  if (shift + DIGIT_BITS <= 32) return (low[k]! >>> shift) & DIGIT_MASK;
  return ((low[k]! >>> shift) | (high[k]! << (32 - shift))) & DIGIT_MASK;
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
