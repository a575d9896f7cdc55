import type { TableSchema } from '../contracts/table-schema.ts';
import type { ColdRow, RowBatch } from '../ports/cold-store.ts';

/** Text that is equal for two versions of the same row. */
export function rowKey(schema: TableSchema, row: ColdRow): string {
  return schema.key.map((column) => String(row[column])).join('\u0000');
}

/** True when two versions say the same, whenever they became available. */
export function sameContent(schema: TableSchema, a: ColdRow, b: ColdRow): boolean {
  return schema.columns.every(({ name }) => name === 'available_at' || Object.is(a[name] ?? null, b[name] ?? null));
}

/** Newest version of every row, by key: the one with the latest `available_at`, of equals the later one. */
export function newestVersions(schema: TableSchema, rows: Iterable<ColdRow>): Map<string, ColdRow> {
  const newest = new Map<string, ColdRow>();
  for (const row of rows) {
    const key = rowKey(schema, row);
    const known = newest.get(key);
    if (known === undefined || Number(row.available_at) >= Number(known.available_at)) newest.set(key, row);
  }
  return newest;
}

/** Rows of a batch as objects. */
export function* batchRows(batch: RowBatch): Generator<ColdRow> {
  const columns = Object.entries(batch.columns);
  for (let row = 0; row < batch.rows; row++)
    yield Object.fromEntries(columns.map(([name, values]) => [name, values[row] ?? null]));
}
