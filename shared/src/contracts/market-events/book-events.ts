import { z } from 'zod';
import { EVENT_ENVELOPE } from './event-envelope.ts';

const notional = z.number().nonnegative();

/**
 * Best bid and ask of a live book, in quote and base units. Sent when the top changes and at least once a second while the book
 * is live, so that silence means something; never for a book that is not live.
 */
export const bookTopEventSchema = z.strictObject({
  ...EVENT_ENVELOPE,
  type: z.literal('book_top'),
  unit: z.literal('quote'),
  bid: z.number().positive(),
  bid_size: z.number().positive(),
  ask: z.number().positive(),
  ask_size: z.number().positive(),
});

/** Notional in the closed band of `bps` basis points around mid; truncated when the outermost kept level is inside it. */
export const bandDepthSchema = z.strictObject({
  bps: z.number().int().positive(),
  bid: notional,
  ask: notional,
  bid_truncated: z.boolean(),
  ask_truncated: z.boolean(),
});

/**
 * Sums over a live book, about once a second, notional in quote units (market data spec §8.1). `best_bid` and `best_ask` sum the
 * best ten levels of a side, fewer where there are fewer, 0 for an empty side; `bands` hold 10, 25, 100 and 200 bps.
 */
export const bookDepthEventSchema = z.strictObject({
  ...EVENT_ENVELOPE,
  type: z.literal('book_depth'),
  unit: z.literal('quote'),
  best_bid: notional,
  best_ask: notional,
  bands: z.array(bandDepthSchema),
});

/** A book stopped being live, or is live again: every metric of a book that is not live is missing from here on. */
export const bookStateEventSchema = z.strictObject({
  ...EVENT_ENVELOPE,
  type: z.literal('book_state'),
  unit: z.literal('state'),
  live: z.boolean(),
  /** `gap`, `checksum`, `crossed`, `stale`, …: why it is not live; null when it is. */
  reason: z.string().nullable(),
});

export type BookTopEvent = z.infer<typeof bookTopEventSchema>;
export type BookDepthEvent = z.infer<typeof bookDepthEventSchema>;
export type BookStateEvent = z.infer<typeof bookStateEventSchema>;
export type BandDepthValue = z.infer<typeof bandDepthSchema>;
