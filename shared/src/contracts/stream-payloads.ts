import { z } from 'zod';
import { dataQualitySchema } from './data-quality.ts';
import {
  basisEventSchema,
  fundingEventSchema,
  fundingSettledEventSchema,
  liquidationEventSchema,
  liquidationStatsEventSchema,
  longShortEventSchema,
  markEventSchema,
  openInterestEventSchema,
} from './market-events/derivative-events.ts';
import { epochMs } from './market-events/event-envelope.ts';
import { klineEventSchema, takerVolumeEventSchema, tradeEventSchema, tradeGapEventSchema } from './market-events/trade-events.ts';
import type { EnvelopeType } from './stream-envelope.ts';

const amount = z.number().nonnegative().nullable();
const price = z.number().positive();

/**
 * What one book was at a whole second `ts` (market data spec §8.1): best levels, sums of the best ten and of the closed bands around
 * mid, in quote units. Numbers are null where the book was not live or its newest value was older than the hot tier allows.
 */
export const microSampleSchema = z.strictObject({
  ts: epochMs,
  bid: price.nullable(),
  bid_size: amount,
  ask: price.nullable(),
  ask_size: amount,
  /** 10⁴ · (ask − bid) ÷ mid; null for a crossed or locked book. */
  spread_bps: amount,
  best10_bid: amount,
  best10_ask: amount,
  depth_10bps_bid: amount,
  depth_10bps_ask: amount,
  depth_25bps_bid: amount,
  depth_25bps_ask: amount,
  depth_100bps_bid: amount,
  depth_100bps_ask: amount,
  depth_200bps_bid: amount,
  depth_200bps_ask: amount,
  /** Narrowest band that reaches beyond the kept levels, in bps; null when all are whole. */
  truncated_bid_bps: amount,
  truncated_ask_bps: amount,
  /** `live`, or why there are no numbers: `gap`, `checksum`, `stale`, … */
  book_state: z.string().min(1),
});

/** A top of a book, as it changed during the second before a sample. */
export const topChangeSchema = z.strictObject({
  ts_event: epochMs,
  ts_recv: epochMs,
  bid: price,
  bid_size: price,
  ask: price,
  ask_size: price,
});

/** Checks that found something when the record was validated (data platform spec §6), absent when none did. */
const reasons = z.array(z.string().regex(/^[a-z_]+$/)).exactOptional();

/** A closed bar of our own prints; `ts` is its close, volume in base units. */
export const barSchema = z.strictObject({
  ts: epochMs,
  interval_ms: z.number().int().positive(),
  open: price,
  high: price,
  low: price,
  close: price,
  volume: z.number().nonnegative(),
  quote_volume: z.number().nonnegative(),
  trades: z.number().int().positive(),
  available_at: epochMs,
  /** `suspect`: rejected, or of a (venue, symbol) that is quarantined; nobody may take it for live. Absent when it is. */
  quality: z.literal('suspect').exactOptional(),
  reasons,
});

/** What the payload of each type of envelope holds. Its symbol and source stand in the envelope. */
export const STREAM_PAYLOADS = {
  micro_sample: z.strictObject({ sample: microSampleSchema, tops: z.array(topChangeSchema) }),
  /** Prints and gaps between them, in the order in which they came. */
  trades: z.strictObject({
    events: z.array(z.discriminatedUnion('type', [tradeEventSchema.extend({ reasons }), tradeGapEventSchema])).min(1),
  }),
  kline: klineEventSchema.extend({ reasons }),
  bar: barSchema,
  mark: markEventSchema.extend({ reasons }),
  basis: basisEventSchema.extend({ reasons }),
  funding: fundingEventSchema.extend({ reasons }),
  funding_settled: fundingSettledEventSchema.extend({ reasons }),
  open_interest: openInterestEventSchema.extend({ reasons }),
  long_short: longShortEventSchema.extend({ reasons }),
  liquidation: liquidationEventSchema.extend({ reasons }),
  liquidation_stats: liquidationStatsEventSchema.extend({ reasons }),
  taker_volume: takerVolumeEventSchema.extend({ reasons }),
  data_quality: dataQualitySchema,
} as const satisfies Readonly<Record<EnvelopeType, z.ZodType>>;

export type MicroSample = z.infer<typeof microSampleSchema>;
export type TopChange = z.infer<typeof topChangeSchema>;
export type Bar = z.infer<typeof barSchema>;
