import { z } from 'zod';
import { epochMs } from './market-events/event-envelope.ts';

const table = z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be the name of a table');
const checks = z.array(z.string().regex(/^[a-z_]+$/));
const verdict = z.enum(['pass', 'flag', 'fail']);

/** The worst of what a pair's records of one table were since the last message, which is another than before. */
export const verdictMessageSchema = z.strictObject({
  kind: z.literal('verdict'),
  table,
  ts: epochMs,
  verdict,
  before: verdict.nullable(),
  /** Of the worst record, 0 to 100. */
  score: z.number().min(0).max(100),
  grade: z.enum(['excellent', 'good', 'acceptable', 'poor', 'unusable']),
  checks,
});

/** A (venue, symbol) was quarantined for a table after five failures in a row, or released after three passes. */
export const quarantineMessageSchema = z.strictObject({
  kind: z.literal('quarantine'),
  table,
  ts: epochMs,
  state: z.enum(['quarantined', 'released']),
  /** What the last record failed at; empty for a release. */
  checks,
});

/** A record that no table takes and no payload can hold, such as one with a number that is none. */
export const refusalMessageSchema = z.strictObject({
  kind: z.literal('refusal'),
  table,
  ts: epochMs,
  checks,
  field: z.string().nullable(),
  /** The record as text; numbers that are none by name. */
  text: z.string(),
});

/** Payload of the topic `data-quality` (data platform spec §3); venue and symbol stand in the envelope, its key is the table. */
export const dataQualitySchema = z.discriminatedUnion('kind', [
  verdictMessageSchema,
  quarantineMessageSchema,
  refusalMessageSchema,
]);

/** `quarantine/{venue}_{symbol}`: whether a pair is believed, over all processes there ever were (data platform spec §8). */
export const quarantineFlagSchema = z.strictObject({
  schema: z.literal('quarantine_flag.v1'),
  venue: z.string(),
  symbol: z.string(),
  state: z.enum(['quarantined', 'released']),
  /** Tables that it is held for; empty when it is released. */
  tables: z.array(table),
  checks,
  /** When it last became what it is, ms. */
  since: epochMs,
  /** How often it was quarantined. */
  quarantined_total: z.number().int().nonnegative(),
  updated_at: epochMs,
  /** Process that wrote it. */
  instance_id: z.string(),
});

export type DataQualityMessage = z.infer<typeof dataQualitySchema>;
export type QuarantineMessage = z.infer<typeof quarantineMessageSchema>;
export type QuarantineFlag = z.infer<typeof quarantineFlagSchema>;
