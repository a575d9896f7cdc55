import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { z } from 'zod';
import type { TableSchema } from '../contracts/table-schema.ts';
import { LivepoolError } from '../core/errors.ts';
import { fromUtf8, utf8 } from '../core/text-bytes.ts';
import type { ColdRow } from '../ports/cold-store.ts';

/** Rows that one writer staged for one partition at one time. */
export interface StagedSegment {
  readonly schemaId: string;
  readonly rows: readonly ColdRow[];
}

/** What the name of a segment says. */
export interface SegmentName {
  readonly dt: string;
  readonly writer: string;
  /** When it was staged, ms since the epoch. */
  readonly stagedMs: number;
}

const headerSchema = z.strictObject({
  staged: z.literal('livepool.staged.v1'),
  table: z.string(),
  schema_id: z.string(),
  rows: z.number().int().positive(),
});

/** Largest segment in plain text; a compressed bomb is refused here. */
const MOST_BYTES = 1024 * 1024 * 1024;

const NAME = /\/dt=(\d{4}-\d{2}-\d{2}(?:\/hour=\d{2})?)\/([a-z0-9-]+)-(\d{13})-\d{6}\.ndjson\.zst$/;

/** Folder of what is staged for a table (data platform spec §1.4): `staging/<table>/dt=`. */
export function stagingPrefix(table: string): string {
  return `staging/${table}/dt=`;
}

/** Name of a segment: no two writers and no two segments of one writer have the same, so that it can be created once. */
export function segmentName(schema: TableSchema, dt: string, writer: string, stagedMs: number, seq: number): string {
  return `${stagingPrefix(schema.table)}${dt}/${writer}-${String(stagedMs).padStart(13, '0')}-${String(seq).padStart(6, '0')}.ndjson.zst`;
}

/** What a name says, undefined for a name of something else. */
export function parseSegmentName(name: string): SegmentName | undefined {
  const [, dt, writer = '', stagedMs] = NAME.exec(name) ?? [];
  return dt === undefined ? undefined : { dt, writer, stagedMs: Number(stagedMs) };
}

/** Bytes of a segment: a header line that counts its rows, then one row a line, all of it compressed with a checksum. */
export function encodeSegment(schema: TableSchema, rows: readonly ColdRow[]): Uint8Array {
  const header = { staged: 'livepool.staged.v1', table: schema.table, schema_id: schema.id, rows: rows.length };
  const text = `${[header, ...rows].map((line) => JSON.stringify(line)).join('\n')}\n`;
  // Without it a changed bit of the content goes unnoticed.
  return zstdCompressSync(utf8(text), { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
}

/** Rows of a stored segment, not yet checked against the table; COLD_OBJECT_CORRUPT for anything but a whole segment of the table. */
export function decodeSegment(schema: TableSchema, bytes: Uint8Array, name: string): StagedSegment {
  const [first = '', ...lines] = textOf(bytes, name).split('\n').slice(0, -1);
  const header = headerSchema.safeParse(parsed(first));
  if (!header.success || header.data.table !== schema.table || header.data.rows !== lines.length) {
    throw damaged(name, `it is no whole segment of table ${schema.table}`);
  }
  const rows = lines.map((line, at) => {
    const row = parsed(line);
    // What its values may be is its table's affair.
    if (row !== null && typeof row === 'object' && !Array.isArray(row)) return row as ColdRow;
    throw damaged(name, `line ${at + 2} is no row`);
  });
  return { schemaId: header.data.schema_id, rows };
}

function textOf(bytes: Uint8Array, name: string): string {
  try {
    const text = fromUtf8(zstdDecompressSync(bytes, { maxOutputLength: MOST_BYTES }));
    if (text !== undefined) return text;
  } catch (error) {
    throw damaged(name, error instanceof Error ? error.message : String(error));
  }
  throw damaged(name, 'it is not UTF-8');
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function damaged(name: string, reason: string): LivepoolError {
  const message = `staged segment ${name} cannot be read: ${reason}; restore it from a copy, or move it away to seal the rest`;
  return new LivepoolError('COLD_OBJECT_CORRUPT', 'terminal', message, { name });
}
