import type { ColdManifest, PartEntry } from '../contracts/cold-manifest.ts';
import type { TableSchema } from '../contracts/table-schema.ts';

export type ColdValue = string | number | null;
export type ColdRow = Readonly<Record<string, ColdValue>>;

/** Half-open [from, to) in ms since the epoch. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** Rows as columns of equal length, in the order asked for. */
export interface RowBatch {
  readonly rows: number;
  readonly columns: Readonly<Record<string, ArrayLike<ColdValue>>>;
}

export type ParquetCodec = 'zstd' | 'gzip' | 'snappy' | 'none';

export interface ParquetOptions {
  /** Object name, ends in `.parquet`. */
  readonly name: string;
  readonly compression: ParquetCodec;
  readonly rowGroupRows: number;
}

export interface CsvOptions {
  /** Object name, ends in `.csv` or `.csv.gz`; the ending decides the packing. */
  readonly name: string;
}

/** What a read cost; counted up by the store. */
export interface ReadStats {
  requests: number;
  bytes: number;
  rowGroups: number;
  rowGroupsSkipped: number;
}

export interface ReadOptions {
  /** Only rows with `available_at` ≤ this, in ms. */
  readonly asOfMs?: number;
  /** Only rows of these canonical symbols. */
  readonly symbols?: ReadonlySet<string>;
  /** Reads quarantined partitions too. */
  readonly force?: boolean;
  /** Checks every file against the digest in its manifest first; reads whole files. */
  readonly validate?: boolean;
  readonly stats?: ReadStats;
}

export interface StoredPartition {
  readonly dt: string;
  /** Number of the manifest in force. */
  readonly number: number;
  readonly manifest: ColdManifest;
}

/**
 * Tables of history in files of an object store. Laws: rows are checked against the schema before the first byte leaves
 * (SCHEMA_MISMATCH), nothing partial is written · the same rows give the same bytes · a name is written once; the same bytes again
 * are a no-op, others are COLD_CONFLICT · a read touches only files and row groups that can hold rows of the range, and only the
 * asked columns · every version of a row is returned; which one counts is the reader's rule · the same window gives the same rows
 * through Parquet and CSV · a damaged or missing file is COLD_OBJECT_CORRUPT with its name.
 */
export interface ColdStore {
  /** Rows of one partition, in any order. */
  writeParquet(schema: TableSchema, rows: readonly ColdRow[], options: ParquetOptions): Promise<PartEntry>;
  writeCsv(schema: TableSchema, rows: readonly ColdRow[], options: CsvOptions): Promise<PartEntry>;
  /** Parquet files of the table; one batch a row group. */
  readParquet(schema: TableSchema, range: TimeRange, columns: readonly string[], options?: ReadOptions): AsyncIterable<RowBatch>;
  /** CSV files of the table; one batch a file. */
  readCsv(schema: TableSchema, range: TimeRange, columns: readonly string[], options?: ReadOptions): AsyncIterable<RowBatch>;
  /** Partitions of a table that a range touches, ascending by dt. */
  partitions(schema: TableSchema, range: TimeRange): Promise<readonly StoredPartition[]>;
}
