import type { ColdManifest, PartEntry } from '../contracts/cold-manifest.ts';
import type { TableSchema } from '../contracts/table-schema.ts';
import { LivepoolError } from '../core/errors.ts';
import { sha256Hex } from '../core/sha256.ts';
import type { ColdRow, ColdStore, StoredPartition, TimeRange } from '../ports/cold-store.ts';
import { rowFault } from './check-rows.ts';
import { partitionRange } from './partition.ts';
import { batchRows, rowKey } from './row-versions.ts';

/** One thing that is wrong with a stored partition. */
export interface ColdFinding {
  readonly table: string;
  readonly dt: string;
  readonly message: string;
}

export interface VerifiedTable {
  readonly partitions: number;
  readonly files: number;
  readonly rows: number;
  readonly findings: readonly ColdFinding[];
}

/**
 * Reads every file of a table's partitions in a window and compares it with its manifest: digests, schema, counts, times, the rules
 * of rows, and that no version of a row is there twice. All findings are returned; a partition that cannot be read is one.
 */
export async function verifyTable(cold: ColdStore, schema: TableSchema, range: TimeRange): Promise<VerifiedTable> {
  const partitions = await cold.partitions(schema, range);
  const findings: ColdFinding[] = [];
  let rows = 0;
  for (const partition of partitions) {
    const { dt, manifest } = partition;
    const say = (message: string): void => void findings.push({ table: schema.table, dt, message });
    for (const message of manifestFaults(schema, manifest)) say(message);
    rows += await checkContent(cold, schema, partition, say);
  }
  const files = partitions.reduce((sum, { manifest }) => sum + manifest.files.length, 0);
  return { partitions: partitions.length, files, rows, findings };
}

function manifestFaults(schema: TableSchema, manifest: ColdManifest): readonly string[] {
  const { files, rows, inputs_hash, table, dt } = manifest;
  const { from, to } = partitionRange(schema.grain, dt);
  const sum = files.reduce((total, file) => total + file.rows, 0);
  const outside = files.filter(({ min_ts, max_ts }) => min_ts < from || max_ts >= to);
  return [
    ...(table === schema.table ? [] : [`the manifest is of table ${table}`]),
    ...(sum === rows ? [] : [`the manifest counts ${rows} rows, its files ${sum}`]),
    ...(inputs_hash === sha256Hex(files.map(({ sha256 }) => sha256).join('\n')) ? [] : ['inputs_hash is not that of the files']),
    ...outside.map(({ name }) => `${name} holds times outside its partition`),
  ];
}

async function checkContent(
  cold: ColdStore,
  schema: TableSchema,
  { dt, manifest }: StoredPartition,
  say: (message: string) => void,
): Promise<number> {
  const versions = new Set<string>();
  let rows = 0;
  try {
    for await (const row of partitionRows(cold, schema, dt, manifest.files)) {
      rows += 1;
      const version = `${rowKey(schema, row)}\u0000${row.available_at}`;
      if (versions.has(version)) say(`a row is there twice: ${JSON.stringify(row)}`);
      versions.add(version);
      const fault = rowFault(schema, row);
      if (fault !== undefined) say(`${fault.column}: expected ${fault.expected}, found ${fault.found}: ${JSON.stringify(row)}`);
    }
  } catch (error) {
    if (!(error instanceof LivepoolError)) throw error;
    say(`${error.code}: ${error.message}`);
    return rows;
  }
  if (rows !== manifest.rows) say(`the manifest counts ${manifest.rows} rows, the files hold ${rows}`);
  return rows;
}

async function* partitionRows(
  cold: ColdStore,
  schema: TableSchema,
  dt: string,
  files: readonly PartEntry[],
): AsyncGenerator<ColdRow> {
  const columns = schema.columns.map(({ name }) => name);
  const range = partitionRange(schema.grain, dt);
  const options = { validate: true, force: true };
  const forms = new Set(files.map(({ name }) => name.endsWith('.parquet')));
  if (forms.has(true)) for await (const batch of cold.readParquet(schema, range, columns, options)) yield* batchRows(batch);
  if (forms.has(false)) for await (const batch of cold.readCsv(schema, range, columns, options)) yield* batchRows(batch);
}
