import { z } from 'zod';
import { canonicalSymbolText } from './instrument-spec.ts';
import { epochMs } from './market-events/event-envelope.ts';
import { timeframeNames } from './quant-params.ts';

const value = z.number().nullable();
const names = z.array(z.string());

const place = {
  symbol: canonicalSymbolText,
  timeframe: timeframeNames,
  tick_ts: epochMs,
  /** What a former dashboard would have said; nothing of it feeds a score. */
  legacy: z.literal(true),
};

/** Row of `/api/context/latest` (quant spec §5): the legacy figures of one symbol and timeframe. */
export const legacyContextSchema = z.strictObject({
  ...place,
  context: value,
  regime: z.enum(['accumulation', 'expansion', 'distribution', 'exhaustion', 'neutral']).nullable(),
  regime_confidence: value,
  family: value,
  signal_conf: value,
  flags: names,
  /** Flags of which an input is null: they do not fire, and nobody knows whether they would. */
  unknown_flags: names,
  confluence: value,
  bias_a: z.enum(['BULL', 'BEAR']).nullable(),
  bias_b: z.enum(['bullish', 'bearish', 'neutral']).nullable(),
  blueprint: value,
  blueprint_alert: z.boolean().nullable(),
  tiers: z.array(z.number().int().min(1).max(5)),
  zsc: value,
  zsc_old: value,
  /** Need counts of trades, volumes and single levels of the book, which are not stored: always null. */
  obi: z.null(),
  vpi: z.null(),
  vpi_oi: z.null(),
  alerts: z.array(z.strictObject({ rule: z.enum(['z', 'ls', 'imbalance']), severity: z.enum(['high', 'medium', 'low']) })),
  /** Inputs that are null. */
  missing: names,
});

const trend = z.enum(['rising', 'falling', 'flat']).nullable();

/** Row of `/api/context/trends`: changes over rows of the legacy series, percent. */
export const legacyTrendSchema = z.strictObject({
  ...place,
  price_trend: trend,
  oi_trend: trend,
  px1: value,
  px5: value,
  px10: value,
  oi1: value,
  oi5: value,
  oi10: value,
  /** Population σ of the last five one-row returns. */
  atr5: value,
  bid_depth_pct: value,
});

export type LegacyContextRow = z.infer<typeof legacyContextSchema>;
export type LegacyTrendRow = z.infer<typeof legacyTrendSchema>;
