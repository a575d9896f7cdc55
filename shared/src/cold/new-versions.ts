import type { TableSchema } from '../contracts/table-schema.ts';
import type { ColdRow } from '../ports/cold-store.ts';
import { rowKey, sameContent } from './row-versions.ts';

/** What rows add to those that are stored. */
export interface NewVersions {
  /** The first versions of rows that are not stored. */
  readonly fresh: readonly ColdRow[];
  /** Further versions of rows. */
  readonly corrected: readonly ColdRow[];
}

/**
 * Rows that are not stored yet, and versions of known rows with other content. A version is known when one of its time is stored,
 * or when the one before it, or else the one after it, says the same; the one after it may be a new one, so that the same rows given
 * again add nothing. Of two new ones of one time the later given counts. `rows` come in the table's order.
 */
export function newVersions(schema: TableSchema, stored: readonly ColdRow[], rows: readonly ColdRow[]): NewVersions {
  const known = Map.groupBy(stored, (row) => rowKey(schema, row));
  const fresh: ColdRow[] = [];
  const corrected: ColdRow[] = [];
  for (const [key, given] of Map.groupBy(lastOfEachTime(schema, rows), (row) => rowKey(schema, row))) {
    const versions = known.get(key) ?? [];
    for (const [at, row] of given.entries()) {
      const isFirst = versions.length === 0;
      if (!isFirst && isKnown(schema, versions, row, given[at + 1])) continue;
      versions.push(row);
      (isFirst ? fresh : corrected).push(row);
    }
  }
  return { fresh, corrected };
}

/** Versions ascending by key and time; of equal times the one that was given last. */
function lastOfEachTime(schema: TableSchema, rows: readonly ColdRow[]): readonly ColdRow[] {
  return rows.filter((row, at) => {
    const next = rows[at + 1];
    return next === undefined || next.available_at !== row.available_at || rowKey(schema, next) !== rowKey(schema, row);
  });
}

/** `next` is the new version after the row, which counts where no known one lies between. */
function isKnown(schema: TableSchema, versions: readonly ColdRow[], row: ColdRow, next: ColdRow | undefined): boolean {
  const at = Number(row.available_at);
  let before: ColdRow | undefined;
  let after: ColdRow | undefined = next;
  for (const version of versions) {
    const time = Number(version.available_at);
    if (time === at) return true;
    if (time < at && (before === undefined || time > Number(before.available_at))) before = version;
    if (time > at && (after === undefined || time <= Number(after.available_at))) after = version;
  }
  const inForce = before ?? after;
  return inForce !== undefined && sameContent(schema, inForce, row);
}
