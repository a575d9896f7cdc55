import type { QuantSummaryRow } from '../../contracts/quant-rows.ts';
import type { QuantUpdate } from '../../contracts/quant-stream.ts';
import type { QuantTick } from '../engine.ts';

/** Fields that differ at every tick and say nothing. */
const ALWAYS_NEW: ReadonlySet<string> = new Set(['tick_ts', 'updated_at', 'inputs_hash', 'revision']);

/** Data of `quant_update`: the rows that changed since the last committed tick, all of them when there was none. */
export function quantUpdate(tick: QuantTick, rows: readonly QuantSummaryRow[], before: readonly QuantSummaryRow[]): QuantUpdate {
  const known = new Map(before.map((row) => [`${row.symbol} ${row.timeframe}`, contentOf(row)]));
  const changed = rows.filter((row) => known.get(`${row.symbol} ${row.timeframe}`) !== contentOf(row));
  return { data: changed, ts: tick.tickTs, tick_ts: tick.tickTs, skipped: tick.skipped };
}

function contentOf(row: QuantSummaryRow): string {
  return JSON.stringify(row, (key, value: unknown) => (ALWAYS_NEW.has(key) ? undefined : value));
}
