import { z } from 'zod';
import { EVENT_ENVELOPE, epochMs } from './event-envelope.ts';

/** One print. `qty` is in the event's unit: contracts are turned into base or quote by the instrument's contract size. */
export const tradeEventSchema = z.strictObject({
  ...EVENT_ENVELOPE,
  type: z.literal('trade'),
  unit: z.enum(['base', 'contracts']),
  trade_id: z.string(),
  price: z.number().positive(),
  qty: z.number().positive(),
  /** The taker's side. */
  side: z.enum(['buy', 'sell']),
});

/** Prints were lost: running sums over trades of this instrument are flagged until they start anew. */
export const tradeGapEventSchema = z.strictObject({
  ...EVENT_ENVELOPE,
  type: z.literal('trade_gap'),
  unit: z.literal('state'),
  reason: z.string(),
});

/** One closed bar. `ts_event` is its close; it is available two seconds later at the earliest. */
export const klineEventSchema = z.strictObject({
  ...EVENT_ENVELOPE,
  type: z.literal('kline'),
  unit: z.enum(['base', 'contracts']),
  interval_ms: z.number().int().positive(),
  open: z.number().positive(),
  high: z.number().positive(),
  low: z.number().positive(),
  close: z.number().positive(),
  /** In the event's unit. */
  volume: z.number().nonnegative(),
  /** In quote units, null where the venue does not say. */
  quote_volume: z.number().nonnegative().nullable(),
});

/** What a venue says about taker flow of one of its own windows ending at `window_end`; a cross-check of our own trades. */
export const takerVolumeEventSchema = z.strictObject({
  ...EVENT_ENVELOPE,
  type: z.literal('taker_volume'),
  unit: z.enum(['base', 'contracts', 'usd']),
  window_ms: z.number().int().positive(),
  window_end: epochMs,
  buy: z.number().nonnegative().nullable(),
  sell: z.number().nonnegative().nullable(),
});

export type TradeEvent = z.infer<typeof tradeEventSchema>;
export type TradeGapEvent = z.infer<typeof tradeGapEventSchema>;
export type KlineEvent = z.infer<typeof klineEventSchema>;
export type TakerVolumeEvent = z.infer<typeof takerVolumeEventSchema>;
