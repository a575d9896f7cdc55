import type { QuantFeatureRow } from '../contracts/quant-rows.ts';
import type { ColdRow } from '../ports/cold-store.ts';

/** Row of `quant_features` of one row of the engine; it is available from its tick on. */
export function quantFeatureRow(row: QuantFeatureRow): ColdRow {
  return {
    ts: row.tick_ts,
    symbol: row.symbol,
    timeframe: row.timeframe,
    revision: row.revision,
    metrics: JSON.stringify(row.metrics),
    contributions: JSON.stringify(row.contributions),
    coverage: row.coverage,
    bias: row.bias,
    warming: row.warming ? 1 : 0,
    inputs_hash: row.inputs_hash,
    params_hash: row.params_hash,
    engine_version: row.engine_version,
    available_at: row.tick_ts,
  };
}
