import type { MetricValue, QuantSummaryRow } from '../../contracts/quant-rows.ts';
import type { StreamEventName, StreamMessage } from '../../contracts/quant-stream.ts';
import type { AlertChanges } from '../alerts/alert-board.ts';
import { quantUpdate } from '../api/tick-events.ts';
import type { QuantTick } from '../engine.ts';
import { featureSlots, metricValueAt } from '../rows/metric-values.ts';
import { quantStrip } from '../rows/quant-rows.ts';

/** A change on its way to the stream. */
export type StreamChange = {
  [Name in StreamEventName]: { readonly event: Name; readonly data: Extract<StreamMessage, { event: Name }>['data'] };
}[StreamEventName];

/** Metrics that a venue is asked for, as against those that its streams carry. */
const POLLED: ReadonlySet<string> = new Set([
  'funding_rate_raw',
  'funding_interval_h',
  'basis',
  'oi_base',
  'oi_usd',
  'global_ls_ratio',
  'top_pos_ls_ratio',
  'top_acc_ls_ratio',
  'taker_ratio_venue',
]);

/** What a committed tick tells the world, in this order (quant spec §9.1). `before` are the last tick's rows and frame. */
export function tickMessages(
  tick: QuantTick,
  summary: readonly QuantSummaryRow[],
  before: { readonly summary: readonly QuantSummaryRow[]; readonly tick: QuantTick | null },
  alerts: AlertChanges,
): readonly StreamChange[] {
  const samples = before.tick === null ? [] : newSamples(tick, before.tick);
  return [
    { event: 'quant_update', data: quantUpdate(tick, summary, before.summary) },
    { event: 'quant_summary', data: quantStrip(tick, 0) },
    ...(samples.length === 0 ? [] : [{ event: 'metrics_update', data: { data: samples } } as const]),
    ...alerts.raised.map((data) => ({ event: 'alert', data }) as const),
    ...alerts.cleared.map((data) => ({ event: 'alert_cleared', data }) as const),
  ];
}

/** Polled values that came between two ticks of one engine. */
function newSamples(tick: QuantTick, before: QuantTick): MetricValue[] {
  return tick.symbols.flatMap((_, index) => {
    return featureSlots(tick, index)
      .filter(({ metric, place }) => place >= 0 && POLLED.has(metric.id))
      .filter(({ slot }) => tick.frame.tsEvent(slot) > before.frame.tsEvent(slot))
      .map((slot) => metricValueAt(tick, index, slot));
  });
}
