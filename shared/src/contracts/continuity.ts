import { z } from 'zod';
import { epochMs, valueQuality } from './market-events/event-envelope.ts';
import { sha256Text } from './text-forms.ts';

const count = z.number().int().nonnegative();

/** What a component measured, under the names of quant spec §10: `ws.last_msg_age_ms`, `db.queue`, `quant.last_tick`. */
const componentState = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

/** How the worker was at one instant, chained to the record before (quant spec §10). */
export const continuitySchema = z.strictObject({
  schema: z.literal('continuity/1'),
  ts: epochMs,
  phase: z.string().min(1),
  build: z.strictObject({ version: z.string(), git_sha: z.string(), image_digest: z.string() }),
  instance_id: z.string().min(1),
  lease_epoch: count,
  status: z.enum(['active', 'degraded', 'recovering', 'shutdown']),
  started_at: epochMs,
  uptime_s: count,
  availability: z.strictObject({
    window_h: count,
    /** Passed ÷ expected probes as a percentage with two decimals. */
    pct: z.string().regex(/^\d{1,3}\.\d{2}$/),
    ok_probes: count,
    total_probes: count,
  }),
  components: z.record(z.string(), componentState),
  sources: z.array(
    z.strictObject({ venue: z.string(), metric: z.string(), age_s: z.number().nullable(), quality: valueQuality }),
  ),
  config_hash: z.string(),
  schema_hash: z.string(),
  prev_hash: sha256Text,
  hash: sha256Text,
});

export type ContinuityRecord = z.infer<typeof continuitySchema>;
