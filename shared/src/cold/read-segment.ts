import type { TableSchema } from '../contracts/table-schema.ts';
import type { ColdRow, TimeRange } from '../ports/cold-store.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { type Mismatch, rowFault } from './check-rows.ts';
import { partitionRange } from './partition.ts';
import { quarantineRow } from './rejected-row.ts';
import { decodeSegment, parseSegmentName, stagingPrefix } from './staged-segment.ts';

/** What a segment holds: rows that their table takes, and rows of `quarantine` for those that it does not. */
export interface CheckedSegment {
  readonly rows: readonly ColdRow[];
  readonly rejected: readonly ColdRow[];
}

/** Largest staged object that is read. */
const MOST_SEGMENT_BYTES = 512 * 1024 * 1024;

/** A stored segment, every row checked; empty when it was deleted meanwhile. COLD_OBJECT_CORRUPT for a damaged one. */
export async function readSegment(objects: Pick<ObjectStore, 'get'>, schema: TableSchema, name: string): Promise<CheckedSegment> {
  const stored = await objects.get(name, { maxBytes: MOST_SEGMENT_BYTES });
  const rows: ColdRow[] = [];
  const rejected: ColdRow[] = [];
  for (const row of stored === null ? [] : decodeSegment(schema, stored.bytes, name).rows) {
    const fault = rowFault(schema, row);
    if (fault === undefined) rows.push(row);
    else rejected.push(rejection(schema, row, fault, parseSegmentName(name)?.stagedMs ?? 0));
  }
  return { rows, rejected };
}

/** Rows that are staged for the partitions that a range touches, by partition; what their table does not take is left out. */
export async function readStaged(
  objects: Pick<ObjectStore, 'get' | 'list'>,
  schema: TableSchema,
  range: TimeRange,
): Promise<ReadonlyMap<string, readonly ColdRow[]>> {
  const staged = new Map<string, ColdRow[]>();
  for (const { name } of await objects.list(stagingPrefix(schema.table))) {
    const dt = parseSegmentName(name)?.dt;
    if (dt === undefined) continue;
    const { from, to } = partitionRange(schema.grain, dt);
    if (to <= range.from || from >= range.to) continue;
    const rows = staged.get(dt) ?? [];
    staged.set(dt, rows);
    for (const row of (await readSegment(objects, schema, name)).rows) rows.push(row);
  }
  return staged;
}

function rejection(schema: TableSchema, row: ColdRow, { column, expected, found }: Mismatch, rejectedMs: number): ColdRow {
  const { symbol, venue } = row;
  const names = { table: schema.table, symbol: String(symbol ?? ''), venue: String(venue ?? '') };
  const reason = `${column}: expected ${expected}, found ${found}`;
  return quarantineRow({ ...names, reason, field: column, text: JSON.stringify(row) }, rejectedMs);
}
