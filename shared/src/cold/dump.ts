import type { TableSchema } from '../contracts/table-schema.ts';
import { LivepoolError } from '../core/errors.ts';
import { err, ok, type Refusal, type Result } from '../core/result.ts';
import type { ColdRow, ColdStore, ReadOptions, ReadStats, StoredPartition, TimeRange } from '../ports/cold-store.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { inTableOrder } from './check-rows.ts';
import { newVersions } from './new-versions.ts';
import { partitionRange, partitionsIn } from './partition.ts';
import { readStaged } from './read-segment.ts';
import { batchRows, newestVersions, rowKey } from './row-versions.ts';
import { tableByName } from './tables.ts';

export interface DumpInput {
  /** Table name or alias. */
  readonly table: string;
  readonly range: TimeRange;
  readonly columns: readonly string[];
  /** Stored form to read. */
  readonly format: 'parquet' | 'csv';
  /** Of each row the newest version that was available then; without it every stored version. */
  readonly asOfMs?: number;
  readonly limit?: number;
  /** Canonical symbol, `BTC-USDT`. */
  readonly symbol?: string;
  /** Checks file digests and that no row occurs twice within its versions. */
  readonly validate?: boolean;
  readonly allowGaps?: boolean;
  readonly force?: boolean;
}

/** Where staged segments are. */
export type Staging = Pick<ObjectStore, 'get' | 'list'>;

/** Rows that are not sealed, or not known to be, by partition. */
type Staged = ReadonlyMap<string, readonly ColdRow[]>;

interface Found {
  readonly present: ReadonlySet<string>;
  readonly staged: Staged;
}

export interface Dump {
  readonly schema: TableSchema;
  /** Partitions of the window with their manifests: files, rows, times, digests, codec. */
  readonly partitions: readonly StoredPartition[];
  /** Rows with exactly the asked columns, in that order, partition by partition. Streams; may fail half way on a damaged file. */
  readonly rows: AsyncIterable<ColdRow>;
  /** Counts up while `rows` is read. */
  readonly stats: ReadStats;
}

/**
 * `cold dump` of data-platform spec §1.7. Refused with USAGE for an unknown column or an empty window, and with
 * COLD_PARTITION_ABSENT when a partition of the window does not exist, unless gaps are allowed. With `staging`, rows that are not
 * sealed yet are among the others (§1.4).
 */
export async function coldDump(cold: ColdStore, input: DumpInput, staging?: Staging): Promise<Result<Dump, Refusal>> {
  const schema = tableByName(input.table);
  const unknown = input.columns.filter((column) => !schema.columns.some(({ name }) => name === column));
  if (unknown.length > 0 || input.columns.length === 0) {
    const known = schema.columns.map(({ name }) => name).join(',');
    return err({
      code: 'USAGE',
      message: `table ${schema.table} has no column ${unknown.join(', ') || '(none)'}; it has ${known}`,
    });
  }
  if (input.range.from >= input.range.to) return err({ code: 'USAGE', message: 'the window is empty: from must be before to' });
  const partitions = await cold.partitions(schema, input.range);
  const staged: Staged = staging === undefined ? new Map() : await readStaged(staging, schema, input.range);
  const present = new Set([...partitions.map(({ dt }) => dt), ...staged.keys()]);
  const absent = partitionsIn(schema.grain, input.range).filter((dt) => !present.has(dt));
  if (absent.length > 0 && input.allowGaps !== true) {
    const message = `table ${schema.table} has no data for ${listed(absent)}; collect it, narrow the window, or pass --allow-gaps`;
    return err({
      code: 'COLD_PARTITION_ABSENT',
      message,
      details: { absent: absent.length <= 20 ? absent : [...absent.slice(0, 20), '…'] },
    });
  }
  const stats: ReadStats = { requests: 0, bytes: 0, rowGroups: 0, rowGroupsSkipped: 0 };
  return ok({ schema, partitions, rows: dumpRows(cold, schema, input, stats, { present, staged }), stats });
}

function listed(dts: readonly string[]): string {
  return dts.length <= 3 ? dts.join(', ') : `${dts.slice(0, 3).join(', ')} and ${dts.length - 3} more`;
}

async function* dumpRows(
  cold: ColdStore,
  schema: TableSchema,
  input: DumpInput,
  stats: ReadStats,
  found: Found,
): AsyncGenerator<ColdRow> {
  let left = input.limit ?? Number.POSITIVE_INFINITY;
  if (left <= 0) return;
  for await (const row of foundRows(cold, schema, input, stats, found)) {
    yield Object.fromEntries(input.columns.map((column) => [column, row[column] ?? null]));
    if (--left <= 0) return;
  }
}

/** Partition by partition where rows are staged, so that only one of these is in memory at a time. */
async function* foundRows(
  cold: ColdStore,
  schema: TableSchema,
  input: DumpInput,
  stats: ReadStats,
  { present, staged }: Found,
): AsyncGenerator<ColdRow> {
  if (staged.size === 0) {
    yield* selectedRows(cold, schema, input, stats);
    return;
  }
  for (const dt of [...present].sort()) {
    const { from, to } = partitionRange(schema.grain, dt);
    const piece = { ...input, range: { from: Math.max(from, input.range.from), to: Math.min(to, input.range.to) } };
    const rows = staged.get(dt);
    yield* rows === undefined ? selectedRows(cold, schema, piece, stats) : mergedRows(cold, schema, piece, stats, rows);
  }
}

/** Sealed rows of one partition and those that are only staged, in the table's order. */
async function* mergedRows(
  cold: ColdStore,
  schema: TableSchema,
  input: DumpInput,
  stats: ReadStats,
  staged: readonly ColdRow[],
): AsyncGenerator<ColdRow> {
  const { asOfMs = Number.POSITIVE_INFINITY, ...ever } = input;
  const isAsked = ({ ts, symbol }: ColdRow): boolean =>
    Number(ts) >= ever.range.from && Number(ts) < ever.range.to && (ever.symbol === undefined || symbol === ever.symbol);
  const sealed: ColdRow[] = [];
  const columns = schema.columns.map(({ name }) => name);
  // The cut comes last: what is sealed, and when, decides which staged rows say something new.
  for await (const row of streamed(cold, schema, ever, columns, readOptions(ever, stats))) sealed.push(row);
  const { fresh, corrected } = newVersions(schema, sealed, inTableOrder(schema, staged.filter(isAsked)));
  const rows = inTableOrder(schema, [...sealed, ...fresh, ...corrected]).filter((row) => Number(row.available_at) <= asOfMs);
  if (input.validate === true) checkVersions(schema, rows);
  yield* input.asOfMs === undefined ? rows : newestVersions(schema, rows).values();
}

async function* selectedRows(cold: ColdStore, schema: TableSchema, input: DumpInput, stats: ReadStats): AsyncGenerator<ColdRow> {
  const needsVersions = input.asOfMs !== undefined || input.validate === true;
  const columns = needsVersions ? [...new Set([...input.columns, ...schema.key, 'available_at'])] : input.columns;
  const options = readOptions(input, stats);
  if (!needsVersions) {
    yield* streamed(cold, schema, input, columns, options);
    return;
  }
  const rows: ColdRow[] = [];
  for await (const row of streamed(cold, schema, input, columns, options)) rows.push(row);
  if (input.validate === true) checkVersions(schema, rows);
  yield* input.asOfMs === undefined ? rows : newestVersions(schema, rows).values();
}

function readOptions(input: DumpInput, stats: ReadStats): ReadOptions {
  return {
    stats,
    ...(input.asOfMs !== undefined && { asOfMs: input.asOfMs }),
    ...(input.symbol !== undefined && { symbols: new Set([input.symbol]) }),
    ...(input.force !== undefined && { force: input.force }),
    ...(input.validate !== undefined && { validate: input.validate }),
  };
}

async function* streamed(
  cold: ColdStore,
  schema: TableSchema,
  input: DumpInput,
  columns: readonly string[],
  options: ReadOptions,
): AsyncGenerator<ColdRow> {
  const batches =
    input.format === 'parquet'
      ? cold.readParquet(schema, input.range, columns, options)
      : cold.readCsv(schema, input.range, columns, options);
  for await (const batch of batches) yield* batchRows(batch);
}

/** Two versions of a row that became available at the same time contradict each other: nobody could say which one counts. */
function checkVersions(schema: TableSchema, rows: readonly ColdRow[]): void {
  const seen = new Set<string>();
  for (const row of rows) {
    const version = `${rowKey(schema, row)}\u0000${row.available_at}`;
    if (seen.has(version)) {
      const what = schema.key.map((column) => `${column} ${row[column]}`).join(', ');
      const message = `table ${schema.table} holds the row ${what} twice; the files were not written by one writer`;
      throw new LivepoolError('SCHEMA_MISMATCH', 'terminal', message, { table: schema.table, row });
    }
    seen.add(version);
  }
}
