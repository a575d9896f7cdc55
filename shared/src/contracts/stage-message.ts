import { z } from 'zod';
import { STAGES } from './names.ts';
import { runKeyText } from './run-record.ts';
import { sha256Text } from './text-forms.ts';
import { versionText } from './version-text.ts';

/** What one stage tells the next: where to look and how to know that it is the right thing; never data (operations spec §2). */
export const stageMessageSchema = z.strictObject({
  run_key: runKeyText,
  /** The stage that is done. */
  stage: z.enum(STAGES),
  /** SHA-256 of that stage's manifest: input of the next one. */
  input_manifest_sha256: sha256Text,
  /** Names the whole chain in logs: the trace id of the request that began it. */
  trace: z.string().min(1).max(200),
});

/** `pool-published`: additionally which release, and by which act. Consumers re-read the summary document and trust only that. */
export const publishedMessageSchema = stageMessageSchema.extend({
  run_key: z.string().min(1),
  stage: z.literal('publish'),
  version: versionText,
  /** Decimal digits. */
  publish_seq: z.string().regex(/^[1-9]\d*$/),
  action: z.string().min(1),
  /** Path of the summary document. */
  summary: z.string().min(1),
});

export type StageMessage = z.infer<typeof stageMessageSchema>;
export type PublishedMessage = z.infer<typeof publishedMessageSchema>;
