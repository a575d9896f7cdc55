import { z } from 'zod';
import { parseInstant } from '../core/instant.ts';
import { factorWeightsSchema, regimeLimitsSchema, regimeName } from './regime-params.ts';
import { instantText, sha256Text } from './text-forms.ts';

const count = z.int().nonnegative();
const share = z.number().min(0).max(1);

/** `YYYY-MM-DDTHH:00:00Z` with HH one of 00, 04, … 20. */
export const boundaryText = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T(00|04|08|12|16|20):00:00Z$/, 'must be a 4h boundary')
  .refine((text) => parseInstant(text) !== undefined, 'must be a day that exists');

/** What an earlier boundary said before stability: all that a later one needs of it. */
const saidBefore = z.strictObject({ boundary: boundaryText, raw_regime: regimeName, confidence: share });

/** How the active regime came about. */
export const REGIME_METHODS = ['first', 'held', 'lead', 'fast_highvol'] as const;

/**
 * `regime/<boundary>` of the pipeline database, and `regime/latest`: the regime of one 4h boundary with all that it follows from
 * (signals spec §6, data-platform spec §8). Written once; a null indicator had fewer valid symbols than it needs.
 */
export const regimeSnapshotSchema = z.strictObject({
  schema: z.literal('regime_snapshot.v1'),
  boundary: boundaryText,
  valid_until: boundaryText,
  /** When the snapshot could first be read. */
  available_at: instantText,
  /** Name of the candle source. */
  venue: z.string().min(1),
  /** The active regime. */
  regime: regimeName,
  /** Boundary from which it is active. */
  since: boundaryText,
  is_stable: z.boolean(),
  method: z.enum(REGIME_METHODS),
  /** What the votes of this boundary alone say, and their share. */
  raw_regime: regimeName,
  confidence: share,
  votes: z.strictObject({ trending: count, highvol: count, choppy: count }),
  /** Annualised volatility as a fraction. */
  realized_vol_7d: z.number().nonnegative().nullable(),
  pct_above_20ma: share.nullable(),
  breadth_thrust: z.number().min(-1).max(1).nullable(),
  /** Symbols that each indicator could use. */
  valid_symbols: z.strictObject({ realized_vol_7d: count, pct_above_20ma: count, breadth_thrust: count }),
  /** Of the active regime, in percent. */
  weights: factorWeightsSchema,
  limits: regimeLimitsSchema,
  universe: z.strictObject({
    /** Instruments that the metadata lets in; those that were read; those that have an average daily volume. */
    eligible: count,
    read: count,
    ranked: count,
    /** The regime universe by average daily quote volume, the largest first. */
    symbols: z.array(z.string().min(1)),
    /** Symbols that could not be read, with the reason. */
    failed: z.array(z.strictObject({ symbol: z.string().min(1), reason: z.string().min(1) })),
    /** Delivered rows that were refused, by reason. */
    rejected_rows: z.record(z.string(), count),
  }),
  /** Earlier boundaries that stability counted, oldest first; one that was never evaluated is not there. */
  history: z.array(saidBefore),
  /** SHA-256 over the bars of every symbol of the universe. */
  inputs_hash: sha256Text,
  params_hash: sha256Text,
  /** Digest of the bundle that judged; null where it ran from its sources. */
  bundle_sha256: sha256Text.nullable(),
});

/**
 * What a snapshot says to those who may not read the pipeline database: all but the symbols that it was judged from, and what follows
 * from its parameters.
 */
export const regimeStateSchema = regimeSnapshotSchema
  .pick({
    boundary: true,
    valid_until: true,
    available_at: true,
    venue: true,
    regime: true,
    since: true,
    is_stable: true,
    method: true,
    raw_regime: true,
    confidence: true,
    votes: true,
    realized_vol_7d: true,
    pct_above_20ma: true,
    breadth_thrust: true,
    inputs_hash: true,
    params_hash: true,
  })
  .strict();

/** `regimes/<boundary>` of the exec database: a state as the worker heard of it. */
export const heardRegimeSchema = z.strictObject({
  schema: z.literal('heard_regime.v1'),
  /** The boundary, and when the worker heard of it; ms. */
  at: z.int().positive(),
  heard_at: z.int().positive(),
  state: regimeStateSchema,
});

/** What one symbol's bars came to; null = they do not say. */
const symbolReading = z.strictObject({
  symbol: z.string().min(1),
  average_daily_volume: z.number().nonnegative().nullable(),
  realized_vol_7d: z.number().nonnegative().nullable(),
  above_20ma: z.boolean().nullable(),
  /** `+`, `-` or `0` a 4h bar, oldest first. */
  moves: z
    .string()
    .regex(/^[-+0]+$/)
    .nullable(),
  bars_sha256: sha256Text,
  rejected_rows: z.record(z.string(), count),
});

/**
 * `regime_progress/<boundary>` of the pipeline database: the symbols of a boundary that were read already, so that a job that ran out
 * of time goes on from there. It is removed once the snapshot is announced: while it is there, that is still to be done.
 */
export const regimeProgressSchema = z.strictObject({
  schema: z.literal('regime_progress.v1'),
  boundary: boundaryText,
  venue: z.string().min(1),
  params_hash: sha256Text,
  eligible: count,
  /** Symbols to read, in the order in which they are. */
  shortlist: z.array(z.string().min(1)),
  readings: z.array(symbolReading),
});

/** Topic `regime`: that there is a snapshot, where, and what it says. Who may read the document trusts only that; the worker may not. */
export const regimeMessageSchema = z.strictObject({
  run_key: z.string().min(1),
  trace: z.string().min(1).max(200),
  boundary: boundaryText,
  /** Path of the document in the pipeline database. */
  snapshot: z.string().min(1),
  regime: regimeName,
  valid_until: boundaryText,
  /** A `regime state` as JSON text. */
  state: z.string().min(1),
});

export type RegimeSnapshot = z.infer<typeof regimeSnapshotSchema>;
export type RegimeProgress = z.infer<typeof regimeProgressSchema>;
export type RegimeState = z.infer<typeof regimeStateSchema>;
export type HeardRegime = z.infer<typeof heardRegimeSchema>;
export type RegimeMessage = z.infer<typeof regimeMessageSchema>;
