import type { RegimeSnapshot } from '../contracts/regime-snapshot.ts';
import type { ColumnSchema, ColumnType, TableSchema } from '../contracts/table-schema.ts';
import { parseInstant } from '../core/instant.ts';
import type { ColdRow } from '../ports/cold-store.ts';

/** Regimes of 4h boundaries (data-platform spec §8). `ts` is the boundary; `is_stable` 1 or 0; weights and limits follow from `params_hash`. */
export const REGIME: TableSchema = {
  table: 'regime',
  id: 'regime.v1',
  grain: 'year',
  key: ['ts'],
  columns: [
    column('ts', 'timestamp_ms'),
    column('venue', 'utf8'),
    column('regime', 'utf8'),
    column('since', 'timestamp_ms'),
    column('is_stable', 'int64'),
    column('method', 'utf8'),
    column('raw_regime', 'utf8'),
    column('confidence', 'double'),
    column('votes_trending', 'int64'),
    column('votes_highvol', 'int64'),
    column('votes_choppy', 'int64'),
    column('realized_vol_7d', 'double', false),
    column('pct_above_20ma', 'double', false),
    column('breadth_thrust', 'double', false),
    column('inputs_hash', 'utf8'),
    column('params_hash', 'utf8'),
    column('available_at', 'timestamp_ms'),
  ],
};

/** Row of a snapshot. */
export function regimeRow(snapshot: RegimeSnapshot): ColdRow {
  return {
    ts: msOf(snapshot.boundary),
    venue: snapshot.venue,
    regime: snapshot.regime,
    since: msOf(snapshot.since),
    is_stable: snapshot.is_stable ? 1 : 0,
    method: snapshot.method,
    raw_regime: snapshot.raw_regime,
    confidence: snapshot.confidence,
    votes_trending: snapshot.votes.trending,
    votes_highvol: snapshot.votes.highvol,
    votes_choppy: snapshot.votes.choppy,
    realized_vol_7d: snapshot.realized_vol_7d,
    pct_above_20ma: snapshot.pct_above_20ma,
    breadth_thrust: snapshot.breadth_thrust,
    inputs_hash: snapshot.inputs_hash,
    params_hash: snapshot.params_hash,
    available_at: msOf(snapshot.available_at),
  };
}

function column(name: string, type: ColumnType, required = true): ColumnSchema {
  return { name, type, required };
}

/** The contract has checked the form; what it let through is a bug of ours, which NaN turns into SCHEMA_MISMATCH. */
function msOf(text: string): number {
  return parseInstant(text) ?? Number.NaN;
}
