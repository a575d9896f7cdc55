import type { ColumnSchema, TableSchema } from '../contracts/table-schema.ts';
import { LivepoolError } from '../core/errors.ts';
import type { ColdRow, ColdValue } from '../ports/cold-store.ts';

export interface Mismatch {
  readonly column: string;
  readonly expected: string;
  readonly found: string;
}

/**
 * Rows in the table's order (its key, then `available_at`), after every one of them was checked: exactly the columns, in order, of
 * the right types, required ones present, numbers finite, and for bars the price rules. Fails with SCHEMA_MISMATCH before anything
 * is written.
 */
export function checkedRows(schema: TableSchema, rows: readonly ColdRow[]): readonly ColdRow[] {
  if (rows.length === 0) throw mismatch(schema, 0, { column: '', expected: 'at least one row', found: 'none' }, undefined);
  rows.forEach((row, at) => {
    const fault = rowMismatch(schema, row);
    if (fault !== undefined) throw mismatch(schema, at, fault, row);
  });
  return inTableOrder(schema, rows);
}

/** Rows by the table's key, then by when they became available. */
export function inTableOrder(schema: TableSchema, rows: readonly ColdRow[]): readonly ColdRow[] {
  const order = [...schema.key, 'available_at'];
  return rows.toSorted((a, b) => compareBy(order, a, b));
}

/** What keeps a row out of its table, undefined when nothing does. */
export function rowFault(schema: TableSchema, row: ColdRow): Mismatch | undefined {
  return rowMismatch(schema, row);
}

function compareBy(columns: readonly string[], a: ColdRow, b: ColdRow): number {
  for (const column of columns) {
    const [x, y] = [a[column] ?? '', b[column] ?? ''];
    if (x < y) return -1;
    if (x > y) return 1;
  }
  return 0;
}

function rowMismatch(schema: TableSchema, row: ColdRow): Mismatch | undefined {
  const names = Object.keys(row);
  for (const [at, column] of schema.columns.entries()) {
    if (names[at] !== column.name) {
      return { column: column.name, expected: `column ${at + 1} ${column.name}`, found: names[at] ?? 'no column' };
    }
    const fault = valueMismatch(column, row[column.name]);
    if (fault !== undefined) return fault;
  }
  const extra = names[schema.columns.length];
  if (extra !== undefined) return { column: extra, expected: 'no such column', found: extra };
  return ruleMismatch(schema, row);
}

function valueMismatch(column: ColumnSchema, value: ColdValue | undefined): Mismatch | undefined {
  if (value === null || value === undefined) {
    return column.required ? { column: column.name, expected: 'a value', found: 'null' } : undefined;
  }
  return hasType(column, value) ? undefined : { column: column.name, expected: column.type, found: `${typeof value} ${value}` };
}

function hasType(column: ColumnSchema, value: string | number): boolean {
  switch (column.type) {
    case 'utf8':
      return typeof value === 'string' && value.isWellFormed();
    case 'double':
      return typeof value === 'number' && Number.isFinite(value);
    case 'int64':
    case 'timestamp_ms':
      return typeof value === 'number' && Number.isSafeInteger(value);
  }
}

/** Rules between columns: a row is available no earlier than its time; bars keep their prices in order. */
function ruleMismatch(schema: TableSchema, row: ColdRow): Mismatch | undefined {
  const number = (column: string): number => Number(row[column]);
  if (number('available_at') < number('ts')) {
    return { column: 'available_at', expected: `at least ts ${row.ts}`, found: String(row.available_at) };
  }
  if (schema.id !== 'ohlcv.v1') return undefined;
  const [open, high, low, close] = [number('open'), number('high'), number('low'), number('close')];
  if (!(low > 0)) return { column: 'low', expected: 'a price > 0', found: String(low) };
  if (high < Math.max(open, close, low)) return { column: 'high', expected: 'at least open, low and close', found: String(high) };
  if (low > Math.min(open, close)) return { column: 'low', expected: 'at most open and close', found: String(low) };
  if (number('volume') < 0) return { column: 'volume', expected: 'at least 0', found: String(row.volume) };
  return undefined;
}

function mismatch(schema: TableSchema, at: number, fault: Mismatch, row: ColdRow | undefined): LivepoolError {
  const message = `table ${schema.table} row ${at}, ${fault.column}: expected ${fault.expected}, found ${fault.found}`;
  return new LivepoolError('SCHEMA_MISMATCH', 'terminal', message, { table: schema.table, row: at, ...fault, sample: row });
}
