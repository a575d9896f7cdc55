import { z } from 'zod';
import { sha256Text } from './text-forms.ts';

/** Preimage and algorithm of the checksum: 1 = BLAKE3-256. 2 is reserved for SHA-256 (data platform spec §2). */
export const ENVELOPE_VERSION = 1;

/** RFC 3339 in UTC with nine digits of the second. */
export const nanosText = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{9}Z$/, 'must be RFC 3339 with nine fraction digits');

export const envelopeSymbol = z.string().regex(/^[A-Z0-9./-]+$/, 'must be a canonical symbol');

/** Venue, with product where a venue has several (`kraken`, `gate.perp`), or pipe name; also the value of a `venue` column. */
export const envelopeSource = z.string().regex(/^[a-z0-9_.:-]+$/, 'must be a venue or pipe name');

/** What is sent, by type; each payload is a JSON object in UTF-8. */
export const ENVELOPE_TYPES = [
  'micro_sample',
  'trades',
  'kline',
  'bar',
  'mark',
  'basis',
  'funding',
  'funding_settled',
  'open_interest',
  'long_short',
  'liquidation',
  'liquidation_stats',
  'taker_volume',
  'data_quality',
] as const;

/** Attributes outside the preimage: who sends what, in which order. */
const ATTRIBUTES = {
  type: z.string().regex(/^[a-z0-9_.]{1,40}$/, 'must be a snake_case name'),
  schema_id: z.string().regex(/^[a-z0-9_]+\.v[1-9]\d*$/, 'must be <name>.v<number>'),
  /** Counts the envelopes of a source and symbol on their topic from 1 on; a gap tells of lost ones. */
  seq: z.number().int().positive(),
  /** When the newest of what is in the payload reached us. */
  recv_ts: nanosText,
  region: z.string().regex(/^[a-z0-9-]{1,40}$/, 'must be a region'),
  lease_epoch: z.number().int().nonnegative(),
  /** Names a replay; absent on live envelopes. */
  replay_id: z.string().min(1).optional(),
} as const;

export const envelopeAttributesSchema = z.strictObject(ATTRIBUTES);

/** The form of an envelope as one line of JSON: `payload` is a text, never an object, since encoding anew would change bytes. */
export const envelopeLineSchema = z.strictObject({
  ts: nanosText,
  symbol: envelopeSymbol,
  source: envelopeSource,
  payload: z.string(),
  payload_encoding: z.enum(['utf8', 'base64']),
  checksum: sha256Text,
  version: z.number().int().positive(),
  ...ATTRIBUTES,
});

export type EnvelopeType = (typeof ENVELOPE_TYPES)[number];
export type EnvelopeAttributes = Readonly<z.infer<typeof envelopeAttributesSchema>>;

/** A piece of market data on its way to other processes (data platform spec §2). */
export interface StreamEnvelope {
  /** Event time, ns since the epoch. */
  readonly tsNs: bigint;
  readonly symbol: string;
  readonly source: string;
  /** Hashed as transmitted, never encoded anew. */
  readonly payload: Uint8Array;
  /** 64 lower-case hex digits over payload, time, symbol and source. */
  readonly checksum: string;
  readonly version: number;
  readonly attributes: EnvelopeAttributes;
}
