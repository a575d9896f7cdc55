import { type FileMetaData, parquetMetadataAsync, parquetRead, type RowGroup } from 'hyparquet';
import type { PartEntry } from '../../contracts/cold-manifest.ts';
import type { TableSchema } from '../../contracts/table-schema.ts';
import { LivepoolError } from '../../core/errors.ts';
import type { ColdValue, ReadStats, RowBatch, TimeRange } from '../../ports/cold-store.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import { DECOMPRESSORS } from './codecs.ts';
import { corrupt, type ObjectBuffer, objectBuffer } from './object-buffer.ts';
import { checkFooter } from './parquet-schema.ts';

/** Enough for the footer of every file we write; a longer one costs a second, exact read. */
const FOOTER_BYTES = 64 * 1024;

/** Row groups of a file that can hold rows of the range, decoded one at a time, only the asked columns, rows not yet filtered. */
export async function* readParquetFile(
  objects: Pick<ObjectStore, 'getRange'>,
  schema: TableSchema,
  entry: PartEntry,
  range: TimeRange,
  columns: readonly string[],
  stats: ReadStats,
): AsyncGenerator<RowBatch> {
  const file = objectBuffer(objects, entry.name, entry.bytes, stats);
  try {
    const metadata = await parquetMetadataAsync(file, { initialFetchSize: FOOTER_BYTES });
    checkFooter(schema, metadata, entry.name);
    let rowStart = 0;
    for (const group of metadata.row_groups) {
      const rowEnd = rowStart + Number(group.num_rows);
      if (overlaps(group, range)) {
        stats.rowGroups++;
        yield await readGroup(file, metadata, group, columns, rowStart, rowEnd);
      } else stats.rowGroupsSkipped++;
      rowStart = rowEnd;
    }
  } catch (error) {
    if (error instanceof LivepoolError) throw error;
    throw corrupt(entry.name, error instanceof Error ? error.message : String(error), error);
  }
}

/** False only when the statistics of `ts` prove that the group lies outside [from, to). */
function overlaps(group: RowGroup, range: TimeRange): boolean {
  const statistics = group.columns.find((column) => column.meta_data?.path_in_schema[0] === 'ts')?.meta_data?.statistics;
  const [min, max] = [toMs(statistics?.min_value), toMs(statistics?.max_value)];
  return !((min !== undefined && min >= range.to) || (max !== undefined && max < range.from));
}

function toMs(value: unknown): number | undefined {
  if (value instanceof Date) return value.getTime();
  return typeof value === 'bigint' || typeof value === 'number' ? Number(value) : undefined;
}

async function readGroup(
  file: ObjectBuffer,
  metadata: FileMetaData,
  group: RowGroup,
  columns: readonly string[],
  rowStart: number,
  rowEnd: number,
): Promise<RowBatch> {
  await file.prefetch(byteRanges(group, columns));
  const found: Record<string, ArrayLike<ColdValue>> = {};
  await parquetRead({
    file,
    metadata,
    columns: [...columns],
    rowStart,
    rowEnd,
    compressors: DECOMPRESSORS,
    parsers: { timestampFromMilliseconds: Number },
    onChunk: ({ columnName, columnData }) => {
      const values = columnValues(columnData);
      const earlier = found[columnName];
      found[columnName] = earlier === undefined ? values : [...Array.from(earlier), ...Array.from(values)];
    },
  });
  return { rows: rowEnd - rowStart, columns: found };
}

function byteRanges(group: RowGroup, columns: readonly string[]): readonly { start: number; end: number }[] {
  return group.columns.flatMap(({ meta_data }) => {
    if (meta_data === undefined || !columns.includes(meta_data.path_in_schema[0] ?? '')) return [];
    const start = Number(meta_data.dictionary_page_offset ?? meta_data.data_page_offset);
    return [{ start, end: start + Number(meta_data.total_compressed_size) }];
  });
}

/** Decoded values with whole numbers as `number`: every int64 of ours is a safe integer. */
function columnValues(data: ArrayLike<unknown>): ArrayLike<ColdValue> {
  if (data instanceof Float64Array) return data;
  return Array.from(data, (value) => (typeof value === 'bigint' ? Number(value) : ((value ?? null) as ColdValue)));
}
