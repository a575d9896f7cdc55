import type { MetricValue, QuantFeatureRow } from '../../contracts/quant-rows.ts';
import { DERIVATIVE_INPUTS, SPOT_INPUTS } from '../rows/input-slots.ts';
import { inputsHash } from '../rows/inputs-hash.ts';

/** The values that a row's `inputs_hash` is over, in its order (quant spec §6). */
export function rowInputs(row: QuantFeatureRow): readonly MetricValue[] {
  return row.metrics
    .filter(({ metric, instrument }) => {
      if (instrument === null) return false;
      const inputs: readonly string[] = instrument.includes('.spot@') ? SPOT_INPUTS : DERIVATIVE_INPUTS;
      return inputs.includes(metric);
    })
    .toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

/** The hash again, out of the stored values: another one than the row's means that row or values were changed. */
export function rowInputsHash(row: QuantFeatureRow): string {
  const values = rowInputs(row).map(({ instrument, metric, ts_event, venue, value }) => {
    return { instrument, metric, ts_event, value: value === null ? null : String(value), venue };
  });
  const { tick_ts: tickTs, symbol, timeframe, params_hash: paramsHash } = row;
  return inputsHash({ tickTs, symbol, timeframe, paramsHash, valuesText: JSON.stringify(values) });
}

function orderOf({ metric, venue, instrument }: MetricValue): string {
  return `${metric} ${venue} ${instrument}`;
}
