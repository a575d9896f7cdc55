import { sha256Hex } from '../core/sha256.ts';
import type { ColdRow } from '../ports/cold-store.ts';

/** A row that its table does not take. */
export interface RejectedRow {
  readonly table: string;
  readonly symbol: string;
  readonly venue: string;
  readonly reason: string;
  readonly field: string | null;
  /** The row as it was, as text. */
  readonly text: string;
}

/** Row of `quarantine`, dated by when it was rejected. */
export function quarantineRow({ table, symbol, venue, reason, field, text }: RejectedRow, rejectedMs: number): ColdRow {
  const row_hash = sha256Hex(`${table} ${reason} ${text}`);
  return { ts: rejectedMs, table, row_hash, symbol, venue, reason, field, row: text, available_at: rejectedMs };
}
