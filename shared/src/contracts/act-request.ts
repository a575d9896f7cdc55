import { z } from 'zod';
import { switchAction } from './switch-statement.ts';
import { instantText } from './text-forms.ts';
import { versionText } from './version-text.ts';

/**
 * `requests/<run_key>`: the audit row of an act that people asked for, written before its effect (release spec §6). It also makes a
 * rollback or restore happen at most once for its key: COMMIT sets `publish_seq` in the same transaction.
 */
export const actRequestSchema = z.strictObject({
  action: switchAction,
  target: versionText,
  reason: z.string().min(1).nullable(),
  requested_by: z.string().min(1),
  /** The second person. */
  approved_by: z.string().min(1),
  requested_at: instantText,
  /** Version that a rollback takes out of use; set by INTENT. */
  condemns: versionText.nullable(),
  /** Number of the committed act; null until then. */
  publish_seq: z.number().int().positive().nullable(),
});

export type ActRequest = z.infer<typeof actRequestSchema>;
