import { z } from 'zod';
import { canonicalSymbolText } from './instrument-spec.ts';
import { epochMs } from './market-events/event-envelope.ts';
import { metricValueSchema, quantStripSchema, quantSummaryRowSchema } from './quant-rows.ts';
import { regimeName } from './regime-params.ts';

const value = z.number().nullable();

/** A threshold that was crossed (quant spec §9.1). `key` = rule and symbol: one alert of a key is open at a time. */
export const quantAlertSchema = z.strictObject({
  id: z.string(),
  key: z.string(),
  rule: z.string(),
  symbol: canonicalSymbolText,
  severity: z.enum(['low', 'medium', 'high']),
  value,
  threshold: value,
  raised_at: epochMs,
  cleared_at: epochMs.nullable(),
  /** Row that shows it: `tick_ts/symbol/timeframe/revision`. */
  evidence: z.string(),
});

/** Changed rows of a committed tick. */
export const quantUpdateSchema = z.strictObject({
  data: z.array(quantSummaryRowSchema),
  ts: epochMs,
  tick_ts: epochMs,
  skipped: z.number().int().nonnegative(),
});

/** Light rows between ticks. */
export const quantLightRowSchema = z.strictObject({
  symbol: canonicalSymbolText,
  price: value,
  mid: value,
  imbalance: value,
  depth_usd: value,
  spread_bps: value,
  taker_buy_sell_ratio: value,
});

/** What the worker says about itself, as `/health` does. */
export const healthEventSchema = z.strictObject({
  /** `OK`, `OK degraded:…` or `FAIL …` (operations spec §12). */
  line: z.string(),
  status: z.enum(['ok', 'degraded', 'fail']),
  /** Share of passed probes, percent as text with two decimals; null before the first. */
  availability_pct: z.string().nullable(),
  /** State of each component by its name. */
  components: z.record(z.string(), z.string()),
});

/** One step of a recovery (quant spec §9.2). */
export const recoveryEventSchema = z.strictObject({
  id: z.string(),
  component: z.string(),
  venue: z.string().nullable(),
  step: z.string(),
  status: z.string(),
});

/** A regime that took the place of another one; `confidence` is that of the boundary's own votes. */
export const regimeTransitionSchema = z.strictObject({
  /** The regime is of the whole market (data platform spec §3). */
  symbol: z.literal('global'),
  from: regimeName,
  to: regimeName,
  confidence: z.number().min(0).max(1),
  /** The boundary from which it is in force. */
  ts: epochMs,
});

/** Data of each event of the stream, by its name. */
export const STREAM_DATA = {
  quant_update: quantUpdateSchema,
  quant_update_5s: z.strictObject({ data: z.array(quantLightRowSchema), ts: epochMs }),
  quant_summary: quantStripSchema,
  regime_transition: regimeTransitionSchema,
  metrics_update: z.strictObject({ data: z.array(metricValueSchema) }),
  alert: quantAlertSchema,
  alert_cleared: quantAlertSchema,
  health: healthEventSchema,
  recovery: recoveryEventSchema,
} as const;

export type StreamEventName = keyof typeof STREAM_DATA;

/** One message of `/stream` and `/events` (quant spec §9.1). `seq` rises by one per connection and topic. */
export const streamMessageSchema = z.discriminatedUnion('event', [
  message('quant_update'),
  message('quant_update_5s'),
  message('quant_summary'),
  message('regime_transition'),
  message('metrics_update'),
  message('alert'),
  message('alert_cleared'),
  message('health'),
  message('recovery'),
]);

/** Sign of life of a quiet connection, every ten seconds; it belongs to no topic and has no number. */
export const streamHeartbeatSchema = z.strictObject({
  schema: z.literal('stream/1'),
  event: z.literal('heartbeat'),
  ts: epochMs,
});

export type QuantAlert = z.infer<typeof quantAlertSchema>;
export type QuantUpdate = z.infer<typeof quantUpdateSchema>;
export type QuantLightRow = z.infer<typeof quantLightRowSchema>;
export type RegimeTransition = z.infer<typeof regimeTransitionSchema>;
export type HealthEvent = z.infer<typeof healthEventSchema>;
export type RecoveryEvent = z.infer<typeof recoveryEventSchema>;
export type StreamMessage = z.infer<typeof streamMessageSchema>;

function message<Name extends StreamEventName>(event: Name) {
  return z.strictObject({
    schema: z.literal('stream/1'),
    event: z.literal(event),
    seq: z.number().int().positive(),
    kind: z.enum(['snapshot', 'delta']),
    ts: epochMs,
    data: STREAM_DATA[event],
  });
}
