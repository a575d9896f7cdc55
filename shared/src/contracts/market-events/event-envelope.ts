import { z } from 'zod';
import { instrumentIdText } from '../instrument-spec.ts';

/** Milliseconds since the epoch, UTC. */
export const epochMs = z.number().int().nonnegative();

/**
 * What the layer that read the wire says about a value (quant spec §1). `missing`: the source answered "no data"; the numbers are
 * null then. `suspect`: a sanity check of the source failed. Age is judged later, by the tick that uses the value.
 */
export const sourceQuality = z.enum(['live', 'converted', 'suspect', 'missing']);

/** The same with what age adds: the quality under which a value leaves the engine. */
export const valueQuality = z.enum(['live', 'converted', 'carried', 'stale', 'missing', 'suspect']);

/**
 * Fields of every market event (market data spec conventions); `StreamEnvelope` carries events to other processes. `ts_event` is
 * the venue's time, `ts_recv` ours, `available_at = max(ts_recv, publication time)`: no tick before it may see the event.
 * `raw_ref` names the frame or reply the event was read from (`recorded` for a recorded file), null when nobody keeps it.
 */
export const EVENT_ENVELOPE = {
  venue: z.string().regex(/^[a-z]+$/),
  instrument: instrumentIdText,
  ts_event: epochMs,
  ts_recv: epochMs,
  available_at: epochMs,
  quality: sourceQuality,
  raw_ref: z.string().nullable(),
} as const;

/** The common fields of a market event inside the process. */
export type EventEnvelope = Readonly<z.infer<z.ZodObject<typeof EVENT_ENVELOPE>>>;

export type SourceQuality = z.infer<typeof sourceQuality>;
export type ValueQuality = z.infer<typeof valueQuality>;
