import { instantiateWasm } from '../../../core/web-assembly.ts';
import { GRAM_BASE64 } from './gram-binary.ts';

/** Rows of one tile: the same stretch of every column, which stays in the cache while all pairs are multiplied. A multiple of four. */
const TILE_ROWS = 1024;
const COLUMN_BYTES = TILE_ROWS * Float64Array.BYTES_PER_ELEMENT;
/** Partial sums of a pair: of the rows 0, 4, 8 …, 1, 5, 9 …, and so on. */
const PARTIAL_SUMS = 4;

/** A column x that enters as (x − centre)/scale. */
export interface StandardisedColumn {
  readonly values: Float64Array;
  readonly centre: number;
  readonly scale: number;
}

/** Compiled from `gram.wat`, which documents it. Pointers are byte offsets into the memory. */
interface Exports {
  addProducts(tile: number, columns: number, columnBytes: number, rows: number, sums: number): void;
}

/** Sum of the products of columns i and j ≤ i of equal length. Each sum is taken in the same order whatever the other columns are. */
export function crossProducts(columns: readonly StandardisedColumn[]): (i: number, j: number) => number {
  const rowCount = columns[0]?.values.length ?? 0;
  const width = columns.length + (columns.length % 2);
  const sumsAt = width * COLUMN_BYTES;
  const { exports, buffer } = instantiateWasm<Exports>(GRAM_BASE64, sumsAt + width * width * PARTIAL_SUMS * 8);
  const tile = new Float64Array(buffer, 0, width * TILE_ROWS);
  const sums = new Float64Array(buffer, sumsAt, width * width * PARTIAL_SUMS);
  for (let start = 0; start < rowCount; start += TILE_ROWS) {
    const rows = Math.min(TILE_ROWS, rowCount - start);
    const whole = rows - (rows % PARTIAL_SUMS);
    for (const [j, column] of columns.entries()) writeStandardised(column, start, rows, tile, j * TILE_ROWS);
    if (whole > 0) exports.addProducts(0, width, COLUMN_BYTES, whole, sumsAt);
    for (let row = whole; row < rows; row++) addRow(tile, row, columns.length, width, sums);
  }
  return (i, j) => {
    const at = PARTIAL_SUMS * (i * width + j);
    return sums[at]! + sums[at + 1]! + (sums[at + 2]! + sums[at + 3]!);
  };
}

function writeStandardised(
  { values, centre, scale }: StandardisedColumn,
  start: number,
  rows: number,
  tile: Float64Array,
  at: number,
): void {
  for (let r = 0; r < rows; r++) tile[at + r] = (values[start + r]! - centre) / scale;
}

/** Adds the products of a row of an incomplete four to the first partial sums. */
function addRow(tile: Float64Array, row: number, columns: number, width: number, sums: Float64Array): void {
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j <= i; j++) {
      sums[PARTIAL_SUMS * (i * width + j)]! += tile[i * TILE_ROWS + row]! * tile[j * TILE_ROWS + row]!;
    }
  }
}
