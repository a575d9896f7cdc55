import { parquetWriteBuffer } from 'hyparquet-writer';
import type { ColumnSchema, TableSchema } from '../../contracts/table-schema.ts';
import type { ColdRow, ParquetOptions } from '../../ports/cold-store.ts';
import { CODEC_NAMES, COMPRESSORS } from './codecs.ts';
import { parquetSchemaOf } from './parquet-schema.ts';

/** Changes whenever the same rows would give other bytes. */
const WRITER_VERSION = 'livepool-cold-1';

/**
 * Parquet bytes of checked rows. Nothing in them depends on the clock or the machine: same rows, options and writer version, same
 * bytes (gzip excepted, whose compressor differs between processor families).
 */
export function encodeParquet(
  schema: TableSchema,
  rows: readonly ColdRow[],
  options: Pick<ParquetOptions, 'compression' | 'rowGroupRows'>,
): Uint8Array {
  const buffer = parquetWriteBuffer({
    columnData: schema.columns.map((column) => ({
      name: column.name,
      data: rows.map((row) => cell(column, row)),
      ...(column.name === 'symbol' && { bloomFilter: true }),
    })),
    schema: parquetSchemaOf(schema),
    codec: CODEC_NAMES[options.compression],
    compressors: COMPRESSORS,
    rowGroupSize: options.rowGroupRows,
    createdBy: WRITER_VERSION,
    kvMetadata: [
      { key: 'schema_id', value: schema.id },
      { key: 'writer_version', value: WRITER_VERSION },
    ],
  });
  return new Uint8Array(buffer);
}

function cell(column: ColumnSchema, row: ColdRow): string | number | bigint | null {
  const value = row[column.name] ?? null;
  const isInteger = column.type === 'int64' || column.type === 'timestamp_ms';
  return isInteger && typeof value === 'number' ? BigInt(value) : value;
}
