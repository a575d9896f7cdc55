import { z } from 'zod';
import { EVENT_ENVELOPE, epochMs } from './event-envelope.ts';

const price = z.number().positive();
const rate = z.number().nullable();

/** Mark and index price of a derivative as the venue publishes them; null where it does not. */
export const markEventSchema = z.strictObject({
  ...EVENT_ENVELOPE,
  type: z.literal('mark'),
  unit: z.literal('quote'),
  mark_price: price.nullable(),
  index_price: price.nullable(),
});

/** Mark and spot of one venue polled together; without it the engine pairs `mark` with the venue's own spot book. */
export const basisEventSchema = z.strictObject({
  ...EVENT_ENVELOPE,
  type: z.literal('basis'),
  unit: z.literal('quote'),
  mark_price: price.nullable(),
  spot_price: price.nullable(),
  /** Instrument of the spot price: its quote currency decides whether a conversion is needed. */
  spot_instrument: z.string(),
});

const funding = {
  /** As published. `fraction`: of notional per interval; `quote_per_contract`, `base_per_contract`: Kraken's absolute rates. */
  unit: z.enum(['fraction', 'quote_per_contract', 'base_per_contract']),
  rate,
  /** Null when the venue does not say: the rate is then of no use. */
  interval_ms: z.number().int().positive().nullable(),
} as const;

/** The rate of the running period. */
export const fundingEventSchema = z.strictObject({
  ...EVENT_ENVELOPE,
  ...funding,
  type: z.literal('funding'),
  predicted_rate: rate,
  next_settlement: epochMs.nullable(),
});

/** A rate that was settled at `ts_event`, from the stream or from history. */
export const fundingSettledEventSchema = z.strictObject({ ...EVENT_ENVELOPE, ...funding, type: z.literal('funding_settled') });

/** Open interest as published; `sides` 2 when the venue counts longs and shorts (market data spec §7.2, Gate). */
export const openInterestEventSchema = z.strictObject({
  ...EVENT_ENVELOPE,
  type: z.literal('open_interest'),
  unit: z.enum(['contracts', 'base', 'usd']),
  amount: z.number().nonnegative().nullable(),
  sides: z.union([z.literal(1), z.literal(2)]),
  /** Mark price published in the same answer, null when there is none: the newest mark is used then. */
  mark_price: price.nullable(),
});

/** Longs ÷ shorts of a population as the venue publishes it. Where it also gives both sides they must fit the ratio. */
export const longShortEventSchema = z.strictObject({
  ...EVENT_ENVELOPE,
  type: z.literal('long_short'),
  unit: z.literal('ratio'),
  /** `accounts`: all users by account; `top_accounts`, `top_positions`: top traders by account, by position size. */
  population: z.enum(['accounts', 'top_accounts', 'top_positions']),
  ratio: z.number().nonnegative().nullable(),
  longs: z.number().nonnegative().nullable(),
  shorts: z.number().nonnegative().nullable(),
});

/** One forced order. `liquidated` is the side that was closed: `long` means a forced sell. */
export const liquidationEventSchema = z.strictObject({
  ...EVENT_ENVELOPE,
  type: z.literal('liquidation'),
  unit: z.enum(['base', 'contracts', 'usd']),
  liquidated: z.enum(['long', 'short']),
  price,
  qty: z.number().positive(),
});

/** Liquidations of one finished window [`ts_event`, `ts_event` + `window_ms`), USD. A venue that sends these is read by them alone. */
export const liquidationStatsEventSchema = z.strictObject({
  ...EVENT_ENVELOPE,
  type: z.literal('liquidation_stats'),
  unit: z.literal('usd'),
  window_ms: z.number().int().positive(),
  long_usd: z.number().nonnegative().nullable(),
  short_usd: z.number().nonnegative().nullable(),
});

export type MarkEvent = z.infer<typeof markEventSchema>;
export type BasisEvent = z.infer<typeof basisEventSchema>;
export type FundingEvent = z.infer<typeof fundingEventSchema>;
export type FundingSettledEvent = z.infer<typeof fundingSettledEventSchema>;
export type OpenInterestEvent = z.infer<typeof openInterestEventSchema>;
export type LongShortEvent = z.infer<typeof longShortEventSchema>;
export type LiquidationEvent = z.infer<typeof liquidationEventSchema>;
export type LiquidationStatsEvent = z.infer<typeof liquidationStatsEventSchema>;

/** What only derivatives have. */
export type DerivativeEvent =
  | MarkEvent
  | BasisEvent
  | FundingEvent
  | FundingSettledEvent
  | OpenInterestEvent
  | LongShortEvent
  | LiquidationEvent
  | LiquidationStatsEvent;
