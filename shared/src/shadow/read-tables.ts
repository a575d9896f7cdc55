import { z } from 'zod';
import { checkContract } from '../contracts/decode.ts';
import { RELEASE_INDEX_COLUMNS, TRACK_SUMMARY_COLUMNS } from '../contracts/shadow-release.ts';
import { parseCsv } from '../core/csv.ts';
import { err, ok, type Refusal, type Result } from '../core/result.ts';

const count = z.string().regex(/^\d+$/).transform(Number);
const share = z
  .string()
  .regex(/^(?:[01]\.\d+)?$/)
  .transform((text) => (text === '' ? null : Number(text)));

const summaryRow = z.object({
  track_id: z.string().min(1),
  profile_name: z.string(),
  target_mode: z.string(),
  source_track: z.string(),
  candidate_status: z.string(),
  release_count: count,
  first_as_of_date: z.string(),
  last_as_of_date: z.string(),
  release_index_path: z.string().min(1),
});

const indexRow = z.object({
  version: z.string().min(1),
  as_of_date: z.string(),
  activation_date: z.string(),
  mode: z.string(),
  pool_size: count,
  symbols: z.string().transform((text) => text.split('|')),
  regime: z.string(),
  pool_stability: share,
  pool_churn: share,
  live_pool_path: z.string(),
});

/** A row of track_summary.csv. */
export type TrackSummaryRow = z.infer<typeof summaryRow>;
/** What readers of release_index.csv need of a row. */
export type ReleaseIndexRow = z.infer<typeof indexRow>;

/** Rows of a track_summary.csv; DOCUMENT_UNREADABLE names line and column of what is wrong. */
export function readTrackSummary(bytes: Uint8Array, name: string): Result<TrackSummaryRow[], Refusal> {
  return readTable(summaryRow, TRACK_SUMMARY_COLUMNS, bytes, name);
}

/** Rows of a release_index.csv; DOCUMENT_UNREADABLE names line and column of what is wrong. */
export function readReleaseIndex(bytes: Uint8Array, name: string): Result<ReleaseIndexRow[], Refusal> {
  return readTable(indexRow, RELEASE_INDEX_COLUMNS, bytes, name);
}

function readTable<T>(row: z.ZodType<T>, columns: readonly string[], bytes: Uint8Array, name: string): Result<T[], Refusal> {
  const table = parseCsv(bytes, { columns });
  if (!table.ok) {
    const { line, column, message } = table.error;
    return err({ code: 'DOCUMENT_UNREADABLE', message: `${name}, line ${line}, column ${column}: ${message}` });
  }
  const { header, rows, lines } = table.value;
  const read: T[] = [];
  for (const [k, cells] of rows.entries()) {
    const named = Object.fromEntries(header.map((column, j) => [column, cells[j]]));
    const checked = checkContract(row, named, `${name}, line ${lines[k]}`);
    if (!checked.ok) return checked;
    read.push(checked.value);
  }
  return ok(read);
}
