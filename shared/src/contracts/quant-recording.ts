import { z } from 'zod';
import { canonicalSymbolText, instrumentIdText } from './instrument-spec.ts';
import { epochMs } from './market-events/event-envelope.ts';
import { marketEventSchema } from './market-events/market-event.ts';
import { quantParamsSchema } from './quant-params.ts';

const instrument = z.strictObject({
  id: instrumentIdText,
  kind: z.enum(['spot', 'perp', 'future']),
  settle: z.enum(['linear', 'inverse']),
  contract_size: z.number().positive(),
  expiry: epochMs.nullable(),
});

/** First line: the engine that heard the rest, as it was when the file began. */
export const recordingHeadSchema = z.strictObject({
  t: z.literal('head'),
  schema: z.literal('quant_recording/1'),
  engine_key: z.string(),
  engine_version: z.string(),
  params: quantParamsSchema,
  symbols: z.array(z.strictObject({ symbol: canonicalSymbolText, instruments: z.array(instrument) })),
  stablecoins: z.array(instrument),
  /** Its memory: base64 of the zstd-packed bytes; null for a new engine. */
  state: z.string().nullable(),
  /** Rolling hash of the ticks before; '' before the first. */
  commit_id: z.string(),
});

/** A line of a recording of the engine's input, NDJSON: what it heard and when it ticked, in that order. */
export const recordingLineSchema = z.discriminatedUnion('t', [
  recordingHeadSchema,
  z.strictObject({ t: z.literal('event'), event: marketEventSchema }),
  /** An event that had come before the file began and was not yet available. */
  z.strictObject({ t: z.literal('early'), event: marketEventSchema }),
  /** A tick and the rolling hash up to and with it. */
  z.strictObject({ t: z.literal('tick'), tick_ts: epochMs, commit_id: z.string() }),
  /** Lines were lost here: what follows is not the whole. */
  z.strictObject({ t: z.literal('gap'), lost: z.number().int().positive() }),
]);

export type RecordingHead = z.infer<typeof recordingHeadSchema>;
export type RecordingLine = z.infer<typeof recordingLineSchema>;
