import { z } from 'zod';
import { epochMs } from './market-events/event-envelope.ts';
import { sha256Text } from './text-forms.ts';

/** Components that can be recovered by name, in the order in which `all` takes them (quant spec §9.2). */
export const RECOVERABLE = ['db_writer', 'rest_collector', 'ws_manager', 'quant_engine'] as const;

export type RecoverableName = (typeof RECOVERABLE)[number];

/** Components whose connections are of one venue each. */
const BY_VENUE: readonly string[] = ['ws_manager', 'rest_collector'];

/** Body of `POST /admin/recover`. */
const recoveryRequest = z.strictObject({
  component: z.enum([...RECOVERABLE, 'all']),
  /** Whose connections it is about; for `ws_manager`, which recovers those alone, and `rest_collector`. */
  venue: z
    .string()
    .regex(/^[a-z]{1,30}$/, 'must be a venue id')
    .optional(),
  reason: z.string().trim().min(1).max(500),
  /** Names this wish for an hour: the same key is answered with the same recovery. */
  idempotency_key: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, dashes or underscores'),
});

export const recoveryRequestSchema = recoveryRequest.refine(
  ({ component, venue }) => venue === undefined || BY_VENUE.includes(component),
  { path: ['venue'], message: `only ${BY_VENUE.join(' and ')} can be recovered for one venue` },
);

export type RecoveryRequest = z.infer<typeof recoveryRequestSchema>;

export const recoverySteps = z.enum([
  'requested',
  'drain',
  'stop',
  'reconnect',
  'resnapshot',
  'verify',
  'recovered',
  'failed',
  'applied',
]);

export type RecoveryStepName = z.infer<typeof recoverySteps>;

/** A line of the recovery log, which also tells every accepted reload of the configuration: append-only, each with the hash of the one before (quant spec §7). */
export const recoveryStepSchema = z.strictObject({
  schema: z.literal('recovery/1'),
  seq: z.number().int().positive(),
  ts: epochMs,
  id: z.string(),
  component: z.enum([...RECOVERABLE, 'configuration']),
  venue: z.string().nullable(),
  step: recoverySteps,
  /** Who asked and why at the first step, what went wrong at the last; else empty. */
  detail: z.string(),
  prev_hash: sha256Text,
  hash: sha256Text,
});

export type RecoveryStep = z.infer<typeof recoveryStepSchema>;
