import { z } from 'zod';

const nullableNumber = z.number().nullable();
const day = z.number().int();

const instrument = z.strictObject({
  symbol: z.string(),
  status: z.string(),
  baseAsset: z.string(),
  quoteAsset: z.string(),
  isSpotTradingAllowed: z.boolean(),
});

/** Staged pages of a collection run: internal to one archive, kept only until the run is committed. */
export const stagedPagesSchema = z.strictObject({
  schema: z.literal('collected_pages.v1'),
  pages: z.array(
    z.strictObject({
      instrument,
      from: day,
      next: day.nullable(),
      candles: z.array(
        z.strictObject({
          day,
          open: z.number(),
          high: z.number(),
          low: z.number(),
          close: z.number(),
          volume: z.number(),
          quoteVolume: z.number(),
          tradeCount: nullableNumber,
        }),
      ),
      rejected: z.array(z.strictObject({ reason: z.string(), field: z.string().nullable(), row: z.string() })),
    }),
  ),
});

/** `collections/<source>/<run>.json`: what a collection did. */
export const collectionReportSchema = z.strictObject({
  schema: z.literal('collection_report.v1'),
  source: z.string(),
  as_of: z.iso.date(),
  now: z.string(),
  symbols: z.array(z.strictObject({ symbol: z.string(), state: z.enum(['ok', 'fetch_failed']), reason: z.string().nullable() })),
  revisions: z.array(
    z.strictObject({ symbol: z.string(), date: z.iso.date(), field: z.string(), old: nullableNumber, new: nullableNumber }),
  ),
  candles: z.number().int().nonnegative(),
  quarantined: z.number().int().nonnegative(),
});

/** `instruments/<source>/<date>.json`: a venue's list as it was on one day (pool spec §5 PT4). */
export const instrumentSnapshotSchema = z.strictObject({
  schema: z.literal('instrument_snapshot.v1'),
  source: z.string(),
  fetched_at_ms: z.number().int(),
  instruments: z.array(instrument),
});
