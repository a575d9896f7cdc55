import { z } from 'zod';
import { canonicalSymbolText, instrumentIdText } from './instrument-spec.ts';
import { epochMs, valueQuality } from './market-events/event-envelope.ts';
import { timeframeNames } from './quant-params.ts';
import { sha256Text } from './text-forms.ts';

/** A number or null, never NaN: null in, null out, and null is never 0 (quant spec §1). */
const value = z.number().nullable();

export const biasLabels = z.enum(['neutral', 'long', 'short', 'unknown']);

/** One value as it leaves the engine. `venue` and `instrument` are null for an aggregate, whose `venues` say what is in it. */
export const metricValueSchema = z.strictObject({
  metric: z.string(),
  venue: z.string().nullable(),
  instrument: instrumentIdText.nullable(),
  value,
  unit: z.string(),
  ts_event: epochMs.nullable(),
  ts_recv: epochMs.nullable(),
  available_at: epochMs.nullable(),
  quality: valueQuality,
  venues: z.array(z.string()),
  /** `truncated`, `low_variance`, `gap`, `frozen`: what a reader must know beside the number. */
  flags: z.array(z.string()),
});

/** Row of `quant_summary`: the latest of one symbol and timeframe (quant spec §7). */
export const quantSummaryRowSchema = z.strictObject({
  symbol: canonicalSymbolText,
  timeframe: timeframeNames,
  tick_ts: epochMs,
  revision: z.number().int().nonnegative(),
  oi_z: value,
  oi_z_24h: value,
  ls_delta_pct: value,
  imbalance: value,
  funding_8h: value,
  confluence_score: value,
  coverage: z.number().min(0).max(1),
  bias: biasLabels,
  volatility: value,
  oi_usd: value,
  /** Best bid and ask of the primary venue. */
  top_levels: z
    .strictObject({ venue: z.string(), bid: z.number(), bid_size: z.number(), ask: z.number(), ask_size: z.number() })
    .nullable(),
  /** Venues with a usable value of any metric. */
  venues: z.array(z.string()),
  quality: z.record(z.string(), valueQuality),
  /** The engine has not seen enough ticks since its start for every window. */
  warming: z.boolean(),
  inputs_hash: sha256Text,
  params_hash: sha256Text,
  engine_version: z.string(),
  updated_at: epochMs,
});

/** Row of `quant_features`: every metric of one symbol and timeframe at one tick (quant spec §7). */
export const quantFeatureRowSchema = z.strictObject({
  tick_ts: epochMs,
  symbol: canonicalSymbolText,
  timeframe: timeframeNames,
  revision: z.number().int().nonnegative(),
  metrics: z.array(metricValueSchema),
  /** Part of each input in the score, null where it was not available. */
  contributions: z.record(z.string(), value),
  coverage: z.number().min(0).max(1),
  bias: biasLabels,
  warming: z.boolean(),
  inputs_hash: sha256Text,
  params_hash: sha256Text,
  engine_version: z.string(),
});

/** The board's headline over all symbols of a timeframe (quant spec §9.1, event `quant_summary`). */
export const quantStripSchema = z.strictObject({
  total_oi_usd: value,
  avg_z: value,
  strongest_symbol: canonicalSymbolText.nullable(),
  bias: biasLabels.nullable(),
});

export type BiasLabel = z.infer<typeof biasLabels>;
export type MetricValue = z.infer<typeof metricValueSchema>;
export type QuantSummaryRow = z.infer<typeof quantSummaryRowSchema>;
export type QuantFeatureRow = z.infer<typeof quantFeatureRowSchema>;
export type QuantStrip = z.infer<typeof quantStripSchema>;
