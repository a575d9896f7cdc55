import { z } from 'zod';
import { canonicalSymbolText, instrumentIdText } from './instrument-spec.ts';
import { epochMs } from './market-events/event-envelope.ts';
import { envelopeSource } from './stream-envelope.ts';
import { barSchema, microSampleSchema } from './stream-payloads.ts';

/**
 * The newest of one book for readers in other processes, document `hot/<venue>_<symbol>` (data platform spec §8): overwritten every few
 * seconds, never by an older one. How old it is, `ts` says; a document that stands still is not fresh.
 */
export const hotDocumentSchema = z.strictObject({
  schema: z.literal('hot/1'),
  /** As in envelopes and the cold tier: venue, with product where it has several. */
  venue: envelopeSource,
  symbol: canonicalSymbolText,
  instrument: instrumentIdText,
  /** That of the sample. */
  ts: epochMs,
  sample: microSampleSchema,
  /** The last closed one-minute bars of our own prints, oldest first; only those that are whole. */
  bars: z.array(barSchema),
  lease_epoch: z.number().int().nonnegative(),
});

export type HotDocument = z.infer<typeof hotDocumentSchema>;
