import type { Completeness } from '../contracts/cold-manifest.ts';
import type { TableSchema } from '../contracts/table-schema.ts';
import type { ColdRow, StoredPartition } from '../ports/cold-store.ts';
import { partitionRange } from './partition.ts';

/** How often a pair has a row in tables of which rows come at a fixed pace; of the others no count can be expected. */
const PACE_MS: Readonly<Record<string, number>> = { ohlcv_1m: 60_000, micro_1s: 1_000 };

/** Days that a count is compared with, and how many of them must be known. */
const DAYS = 7;
const LEAST_DAYS = 3;

/** Further from the middle of those days than this share of it is a failure (data platform spec §6). */
const MOST_OFF = 0.3;

const DAY_MS = 86_400_000;

/** How far back partitions are compared. */
export const DAYS_BEFORE_MS = DAYS * DAY_MS;

export function hasPace({ table }: TableSchema): boolean {
  return Object.hasOwn(PACE_MS, table);
}

/**
 * Whether the rows of a partition are all there: what is missing between the first and the last of each pair, for people, and the
 * row count against the same hours of the seven days before, which fails it. Rows that more pairs bring are no fault; fewer are, until
 * they have become usual.
 */
export function completenessOf(
  schema: TableSchema,
  dt: string,
  rows: readonly ColdRow[],
  known: readonly StoredPartition[],
): Completeness {
  const keys = new Set(rows.map(({ ts, symbol, venue }) => `${venue} ${symbol} ${ts}`));
  const pairs = Map.groupBy(rows, ({ venue, symbol }) => `${venue} ${symbol}`);
  const expected = [...pairs.values()].reduce((sum, own) => sum + paceCount(schema, own), 0);
  const before = partitionsBefore(schema, dt, known);
  const median = before.length < LEAST_DAYS ? null : medianOf(before.map(({ manifest }) => rowCount(manifest)));
  const grown = Math.max(
    1,
    pairs.size / medianOf(before.map(({ manifest }) => manifest.checks.completeness?.pairs ?? pairs.size)),
  );
  const isOff = median !== null && (keys.size < (1 - MOST_OFF) * median || keys.size > (1 + MOST_OFF) * median * grown);
  return {
    pairs: pairs.size,
    expected_rows: expected,
    missing_rows: Math.max(0, expected - keys.size),
    median_rows: median,
    failed: isOff ? ['row_count'] : [],
  };
}

/** Rows from the first to the last of a pair at the table's pace. */
function paceCount({ table }: TableSchema, rows: readonly ColdRow[]): number {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { ts } of rows) {
    first = Math.min(first, Number(ts));
    last = Math.max(last, Number(ts));
  }
  return Math.round((last - first) / PACE_MS[table]!) + 1;
}

/** Those of the same hours of the days before; quarantined ones, too: what is so day after day has become usual. */
function partitionsBefore(schema: TableSchema, dt: string, known: readonly StoredPartition[]): readonly StoredPartition[] {
  const { from } = partitionRange(schema.grain, dt);
  return known.filter((partition) => {
    const daysBefore = (from - partitionRange(schema.grain, partition.dt).from) / DAY_MS;
    return Number.isInteger(daysBefore) && daysBefore >= 1 && daysBefore <= DAYS;
  });
}

function rowCount({ rows, checks: { completeness } }: StoredPartition['manifest']): number {
  return completeness === undefined ? rows : completeness.expected_rows - completeness.missing_rows;
}

/** NaN for none. */
function medianOf(values: readonly number[]): number {
  const ordered = values.toSorted((a, b) => a - b);
  const upper = ordered.length >> 1;
  return ordered.length % 2 === 1 ? ordered[upper]! : (ordered[upper - 1]! + ordered[upper]!) / 2;
}
