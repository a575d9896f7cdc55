import { gunzipSync, gzipSync } from 'node:zlib';
import { checkedRows } from '../../cold/check-rows.ts';
import { formatTableCsv, parseTableCsv } from '../../cold/csv-form.ts';
import { readPartitions } from '../../cold/manifests.ts';
import type { PartEntry } from '../../contracts/cold-manifest.ts';
import type { TableSchema } from '../../contracts/table-schema.ts';
import { LivepoolError } from '../../core/errors.ts';
import { sha256Hex } from '../../core/sha256.ts';
import { fromUtf8, utf8 } from '../../core/text-bytes.ts';
import type { ColdRow, ColdStore, ReadOptions, ReadStats, RowBatch, TimeRange } from '../../ports/cold-store.ts';
import { ABSENT, type ObjectStore } from '../../ports/object-store.ts';
import { encodeParquet } from './encode-parquet.ts';
import { columnsToRead, filterBatch } from './filter-batch.ts';
import { corrupt, objectBuffer } from './object-buffer.ts';
import { readParquetFile } from './read-parquet-file.ts';

export interface ColdStoreOptions {
  /** Prefix of every table, for example `cold`. */
  readonly root: string;
}

type Form = 'parquet' | 'csv';

/** A ColdStore of Parquet and CSV files over any ObjectStore. */
export function coldStore(objects: ObjectStore, { root }: ColdStoreOptions): ColdStore {
  const read =
    (form: Form) =>
    (schema: TableSchema, range: TimeRange, columns: readonly string[], options: ReadOptions = {}) =>
      readTable(objects, root, form, schema, range, columns, options);
  return {
    writeParquet: (schema, rows, options) => {
      checkEnding(options.name, /\.parquet$/);
      const checked = checkedRows(schema, rows);
      return store(objects, options.name, checked, encodeParquet(schema, checked, options), schema);
    },
    writeCsv: (schema, rows, options) => {
      checkEnding(options.name, /\.csv(\.gz)?$/);
      const checked = checkedRows(schema, rows);
      const names = schema.columns.map((column) => column.name);
      const text = utf8(formatTableCsv(names, checked));
      return store(objects, options.name, checked, options.name.endsWith('.gz') ? gzipSync(text) : text, schema);
    },
    readParquet: read('parquet'),
    readCsv: read('csv'),
    partitions: (schema, range) => readPartitions(objects, root, schema, range),
  };
}

function checkEnding(name: string, ending: RegExp): void {
  if (ending.test(name)) return;
  throw new LivepoolError('INVARIANT', 'bug', `${name} does not end in ${ending.source}; a format is never guessed`);
}

/** Writes a file once, reads it back and compares: what the manifest will vouch for is what is stored. */
async function store(
  objects: ObjectStore,
  name: string,
  rows: readonly ColdRow[],
  bytes: Uint8Array,
  schema: TableSchema,
): Promise<PartEntry> {
  const sha256 = sha256Hex(bytes);
  await objects.put(name, bytes, {
    ifGenerationMatch: ABSENT,
    contentType: name.endsWith('.parquet') ? 'application/vnd.apache.parquet' : 'text/csv',
    metadata: { sha256, schema_id: schema.id },
  });
  const stored = await objects.get(name);
  if (stored === null || sha256Hex(stored.bytes) !== sha256) {
    const message = `${name} exists with other content; one writer per table: read the table again and repeat`;
    throw new LivepoolError('COLD_CONFLICT', 'terminal', message, { name });
  }
  const times = [Number(rows[0]!.ts), Number(rows.at(-1)!.ts)] as const;
  return { name, rows: rows.length, bytes: bytes.byteLength, min_ts: times[0], max_ts: times[1], sha256 };
}

async function* readTable(
  objects: ObjectStore,
  root: string,
  form: Form,
  schema: TableSchema,
  range: TimeRange,
  columns: readonly string[],
  options: ReadOptions,
): AsyncGenerator<RowBatch> {
  const stats = options.stats ?? { requests: 0, bytes: 0, rowGroups: 0, rowGroupsSkipped: 0 };
  for (const { manifest } of await readPartitions(objects, root, schema, range)) {
    if (manifest.state === 'quarantined' && options.force !== true) continue;
    for (const entry of manifest.files) {
      if (entry.max_ts < range.from || entry.min_ts >= range.to || formOf(entry.name) !== form) continue;
      if (options.validate === true) await checkDigest(objects, entry, stats);
      const batches =
        form === 'parquet'
          ? readParquetFile(objects, schema, entry, range, columnsToRead(columns, options), stats)
          : readCsvFile(objects, schema, entry, stats);
      for await (const batch of batches) {
        const kept = filterBatch(batch, range, columns, options);
        if (kept !== undefined) yield kept;
      }
    }
  }
}

function formOf(name: string): Form {
  return name.endsWith('.parquet') ? 'parquet' : 'csv';
}

async function checkDigest(objects: ObjectStore, entry: PartEntry, stats: ReadStats): Promise<void> {
  const bytes = new Uint8Array(await objectBuffer(objects, entry.name, entry.bytes, stats).slice(0, entry.bytes));
  if (sha256Hex(bytes) !== entry.sha256) throw corrupt(entry.name, 'its SHA-256 is not the one in the manifest');
}

async function* readCsvFile(
  objects: ObjectStore,
  schema: TableSchema,
  entry: PartEntry,
  stats: ReadStats,
): AsyncGenerator<RowBatch> {
  const stored = new Uint8Array(await objectBuffer(objects, entry.name, entry.bytes, stats).slice(0, entry.bytes));
  const text = fromUtf8(entry.name.endsWith('.gz') ? unpack(entry.name, stored) : stored);
  if (text === undefined) throw corrupt(entry.name, 'it is not UTF-8');
  const rows = parseTableCsv(schema, text, entry.name);
  const column = (name: string) => rows.map((row) => row[name] ?? null);
  yield { rows: rows.length, columns: Object.fromEntries(schema.columns.map(({ name }) => [name, column(name)])) };
}

function unpack(name: string, bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes);
  } catch (error) {
    throw corrupt(name, 'its gzip stream is damaged', error);
  }
}
