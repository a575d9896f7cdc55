import type { ColdManifest, Completeness, PartEntry } from '../contracts/cold-manifest.ts';
import type { TableSchema } from '../contracts/table-schema.ts';
import { sha256Hex } from '../core/sha256.ts';
import type { ColdRow, ColdStore, ParquetCodec, StoredPartition } from '../ports/cold-store.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { checkedRows } from './check-rows.ts';
import { partitionPrefix, writeManifest } from './manifests.ts';
import { newVersions } from './new-versions.ts';
import { partitionOf, partitionRange } from './partition.ts';
import { batchRows } from './row-versions.ts';

export interface ColdDeps {
  readonly objects: ObjectStore;
  readonly cold: ColdStore;
}

/** How a table is written (data-platform spec §1.1). */
export interface ColdLayout {
  /** Prefix of every table. */
  readonly root: string;
  readonly form: 'parquet' | 'csv';
  readonly compression: ParquetCodec;
  readonly rowGroupRows: number;
}

/**
 * The layout of a local cold tier. zstd because its bytes do not depend on the processor, unlike zlib's, so that digests in a
 * release are the same on every machine.
 */
export const DEFAULT_LAYOUT: ColdLayout = { root: 'cold', form: 'parquet', compression: 'zstd', rowGroupRows: 20_000 };

export interface AppendSummary {
  readonly written: number;
  readonly duplicates: number;
  readonly corrections: number;
}

/** First part of the names of a partition's files: the writer's, and of later versions of stored rows, normally `x`. */
export interface PartNames {
  readonly rows: string;
  readonly corrections: string;
}

/** Says whether a partition with these rows is all there; undefined where nobody can say. */
export type JudgeCompleteness = (dt: string, rows: readonly ColdRow[]) => Completeness | undefined;

/** Partitions with more files than this are merged into one file with the next append, so that reading them stays cheap. */
const MAX_FILES = 16;

/**
 * Adds rows to a table: rows that are stored already with the same content are dropped, new ones go to `part-<writer>-<seq>`, new
 * versions of stored ones to `part-x<seq>`, and a manifest with the next number makes both visible, partition by partition.
 * Repeating it after an interruption ends in the same bytes. Fails with SCHEMA_MISMATCH before anything is written. A partition that
 * `judge` finds not to be all there is written and quarantined: readers leave it out (data platform spec §1.4).
 */
export async function appendRows(
  deps: ColdDeps,
  schema: TableSchema,
  rows: readonly ColdRow[],
  writer: string | PartNames,
  layout: ColdLayout,
  judge: JudgeCompleteness = () => undefined,
): Promise<AppendSummary> {
  const names = typeof writer === 'string' ? { rows: writer, corrections: 'x' } : writer;
  const byPartition = groupByPartition(schema, rows.length === 0 ? rows : checkedRows(schema, rows));
  const total = { written: 0, duplicates: 0, corrections: 0 };
  for (const [dt, content] of byPartition) {
    const summary = await appendToPartition(deps, schema, dt, content, names, layout, judge);
    total.written += summary.written;
    total.duplicates += summary.duplicates;
    total.corrections += summary.corrections;
  }
  return total;
}

/** Rows of each partition, ascending by dt; the rows come ascending by time, so a partition is one run of them. */
function groupByPartition(schema: TableSchema, rows: readonly ColdRow[]): ReadonlyMap<string, readonly ColdRow[]> {
  const groups = new Map<string, ColdRow[]>();
  let group: ColdRow[] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    if (Number(row.ts) >= end) {
      const dt = partitionOf(schema.grain, Number(row.ts));
      end = partitionRange(schema.grain, dt).to;
      group = [];
      groups.set(dt, group);
    }
    group.push(row);
  }
  return groups;
}

async function appendToPartition(
  deps: ColdDeps,
  schema: TableSchema,
  dt: string,
  rows: readonly ColdRow[],
  names: PartNames,
  layout: ColdLayout,
  judge: JudgeCompleteness,
): Promise<AppendSummary> {
  const [partition] = await deps.cold.partitions(schema, partitionRange(schema.grain, dt));
  const stored = partition === undefined ? [] : await storedRows(deps, schema, dt, layout);
  const { fresh, corrected } = newVersions(schema, stored, rows);
  const checks = {
    rows_in: rows.length,
    duplicates: rows.length - fresh.length - corrected.length,
    corrections: corrected.length,
  };
  if (fresh.length + corrected.length > 0) {
    const files = await writeParts(deps, schema, dt, partition, { stored, fresh, corrected }, names, layout);
    // A correction is another version of a row that is there.
    const completeness = judge(dt, [...stored, ...fresh]);
    const judged = completeness === undefined ? checks : { ...checks, completeness };
    const manifest = manifestOf(schema, dt, files, judged, layout);
    await writeManifest(deps.objects, layout.root, schema, (partition?.number ?? 0) + 1, manifest);
  }
  return { written: fresh.length + corrected.length, duplicates: checks.duplicates, corrections: corrected.length };
}

async function storedRows(deps: ColdDeps, schema: TableSchema, dt: string, layout: ColdLayout): Promise<readonly ColdRow[]> {
  const columns = schema.columns.map((column) => column.name);
  const rows: ColdRow[] = [];
  const range = partitionRange(schema.grain, dt);
  const batches =
    layout.form === 'parquet'
      ? deps.cold.readParquet(schema, range, columns, { force: true })
      : deps.cold.readCsv(schema, range, columns, { force: true });
  for await (const batch of batches) rows.push(...batchRows(batch));
  return rows;
}

async function writeParts(
  deps: ColdDeps,
  schema: TableSchema,
  dt: string,
  partition: StoredPartition | undefined,
  rows: { readonly stored: readonly ColdRow[]; readonly fresh: readonly ColdRow[]; readonly corrected: readonly ColdRow[] },
  names: PartNames,
  layout: ColdLayout,
): Promise<readonly PartEntry[]> {
  const before = partition?.manifest.files ?? [];
  // The number of the coming manifest names its files, so that no name is ever used twice.
  const number = String((partition?.number ?? 0) + 1).padStart(4, '0');
  const write = (label: string, content: readonly ColdRow[]): Promise<PartEntry> => {
    const name = `${partitionPrefix(layout.root, schema, dt)}/part-${label}`;
    const { compression, rowGroupRows } = layout;
    return layout.form === 'parquet'
      ? deps.cold.writeParquet(schema, content, { name: `${name}.parquet`, compression, rowGroupRows })
      : deps.cold.writeCsv(schema, content, { name: `${name}.csv${compression === 'gzip' ? '.gz' : ''}` });
  };
  if (before.length >= MAX_FILES)
    return [await write(`${names.rows}-m${number}`, [...rows.stored, ...rows.fresh, ...rows.corrected])];
  const files = [...before];
  if (rows.fresh.length > 0) files.push(await write(`${names.rows}-${number}`, rows.fresh));
  if (rows.corrected.length > 0) files.push(await write(`${names.corrections}${number}`, rows.corrected));
  return files;
}

function manifestOf(
  schema: TableSchema,
  dt: string,
  files: readonly PartEntry[],
  checks: ColdManifest['checks'],
  layout: ColdLayout,
): ColdManifest {
  return {
    table: schema.table,
    dt,
    state: (checks.completeness?.failed.length ?? 0) > 0 ? 'quarantined' : 'sealed',
    schema_id: schema.id,
    codec: layout.compression,
    files: [...files],
    rows: files.reduce((sum, file) => sum + file.rows, 0),
    checks,
    inputs_hash: sha256Hex(files.map((file) => file.sha256).join('\n')),
  };
}
