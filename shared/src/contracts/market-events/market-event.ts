import { z } from 'zod';
import { bookDepthEventSchema, bookStateEventSchema, bookTopEventSchema } from './book-events.ts';
import {
  basisEventSchema,
  fundingEventSchema,
  fundingSettledEventSchema,
  liquidationEventSchema,
  liquidationStatsEventSchema,
  longShortEventSchema,
  markEventSchema,
  openInterestEventSchema,
} from './derivative-events.ts';
import { EVENT_ENVELOPE } from './event-envelope.ts';
import { klineEventSchema, takerVolumeEventSchema, tradeEventSchema, tradeGapEventSchema } from './trade-events.ts';

/** What a venue's client measured about itself over its last window (market data spec §8.2); `instrument` is any of the venue. */
export const venueHealthEventSchema = z.strictObject({
  ...EVENT_ENVELOPE,
  type: z.literal('venue_health'),
  unit: z.literal('count'),
  window_ms: z.number().int().positive(),
  samples: z.number().int().nonnegative(),
  rejects: z.number().int().nonnegative(),
  errors: z.number().int().nonnegative(),
  latency_p99_ms: z.number().nonnegative().nullable(),
  heartbeat_gap_ms: z.number().nonnegative().nullable(),
});

/** Everything that WebSocket clients and REST pollers tell the quant engine, in one closed union by `type`. */
export const marketEventSchema = z.discriminatedUnion('type', [
  tradeEventSchema,
  tradeGapEventSchema,
  klineEventSchema,
  takerVolumeEventSchema,
  bookTopEventSchema,
  bookDepthEventSchema,
  bookStateEventSchema,
  markEventSchema,
  basisEventSchema,
  fundingEventSchema,
  fundingSettledEventSchema,
  openInterestEventSchema,
  longShortEventSchema,
  liquidationEventSchema,
  liquidationStatsEventSchema,
  venueHealthEventSchema,
]);

export type VenueHealthEvent = z.infer<typeof venueHealthEventSchema>;
export type MarketEvent = z.infer<typeof marketEventSchema>;
export type MarketEventType = MarketEvent['type'];
