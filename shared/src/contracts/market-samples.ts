import { z } from 'zod';
import { instrumentIdText } from './instrument-spec.ts';
import { epochMs, sourceQuality, valueQuality } from './market-events/event-envelope.ts';

const value = z.number().nullable();
const amount = z.number().nonnegative().nullable();
const price = z.number().positive().nullable();

/** Name of what was measured: `oi`, `global_ls_ratio`, `taker_buy_300s`. */
export const sampleMetric = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, 'must be a snake_case name');

/**
 * One value that a venue was asked for (market data spec, conventions), a row of `rest_samples`. Its key is metric, venue, instrument
 * and `ts_event`; `unit` is the venue's, as published.
 */
export const marketSampleSchema = z.strictObject({
  metric: sampleMetric,
  venue: z.string().regex(/^[a-z]+$/),
  instrument: instrumentIdText,
  value,
  unit: z.string().min(1),
  ts_event: epochMs,
  ts_recv: epochMs,
  available_at: epochMs,
  quality: sourceQuality,
  /** Names the recorded reply it was read from; null when nobody keeps replies. */
  raw_ref: z.string().nullable(),
});

/**
 * One instrument over the minute [`minute`, `minute` + 60 s), a row of `ws_bars_1m`; key instrument and minute. Prices and volumes of
 * prints are null for a minute without prints, and for one of which a print may be missing. Mid and what stands of the book are of
 * the samples of its whole seconds in which the book was live; marks are of those that the venue stamped within the minute.
 */
export const minuteBarSchema = z.strictObject({
  instrument: instrumentIdText,
  minute: epochMs,
  open: price,
  high: price,
  low: price,
  close: price,
  /** Base units. */
  volume: amount,
  quote_volume: amount,
  trades: z.number().int().positive().nullable(),
  taker_buy: amount,
  taker_sell: amount,
  mid_open: price,
  mid_high: price,
  mid_low: price,
  mid_close: price,
  mark_open: price,
  mark_high: price,
  mark_low: price,
  mark_close: price,
  /** Means over the seconds with a live book; null without any. Depths are notional in quote units. */
  spread_bps: amount,
  imbalance: z.number().min(-1).max(1).nullable(),
  depth_10bps_bid: amount,
  depth_10bps_ask: amount,
  depth_25bps_bid: amount,
  depth_25bps_ask: amount,
  depth_100bps_bid: amount,
  depth_100bps_ask: amount,
  /** How much of the minute had a live book: what the means stand on. */
  book_live_ms: z.number().int().min(0).max(60_000),
  available_at: epochMs,
});

/** How a venue does on a metric over all its instruments now, a row of `source_health` (quant spec §7, §13). */
export const sourceHealthSchema = z.strictObject({
  metric: z.string().min(1),
  venue: z.string().regex(/^[a-z]+$/),
  /** Tick that saw it. */
  ts: epochMs,
  /** Age of the oldest value that is there; null when none is. */
  age_ms: z.number().int().nonnegative().nullable(),
  /** The worst quality of an instrument. */
  quality: valueQuality,
  instruments: z.number().int().positive(),
  /** Those of them whose value may be used. */
  usable: z.number().int().nonnegative(),
  /** Ticks in a row, up to this one, that saw no usable value of any of them. */
  errors: z.number().int().nonnegative(),
  /** Newest tick of this process that saw a usable one; null before the first. */
  last_success: epochMs.nullable(),
});

export type MarketSample = z.infer<typeof marketSampleSchema>;
export type MinuteBar = z.infer<typeof minuteBarSchema>;
export type SourceHealth = z.infer<typeof sourceHealthSchema>;
