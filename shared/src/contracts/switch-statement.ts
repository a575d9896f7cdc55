import { z } from 'zod';
import { instantText, sha256Text } from './text-forms.ts';
import { versionText } from './version-text.ts';

/** What moved the pointer. `recover` is no action of its own: it finishes another one. */
export const switchAction = z.enum(['publish', 'rollback', 'restore']);

export type SwitchAction = z.infer<typeof switchAction>;

/** What the publisher signs for every act: from now on `version` is the pool (release spec §8). */
export const switchStatementSchema = z.strictObject({
  action: switchAction,
  approved_by: z.string().min(1).optional(),
  condemns: versionText.optional(),
  expires_at: instantText,
  issued_at: instantText,
  manifest_sha256: sha256Text,
  /** `<environment>:<collection>/<document>`; stops replay between environments. */
  namespace: z.string().min(1),
  /** entry_hash of the last committed act; 64 zeros before the first. */
  prev_log_hash: sha256Text,
  /** publish_seq of the last committed act; 0 before the first. */
  prev_seq: z.number().int().nonnegative(),
  publish_seq: z.number().int().positive(),
  reason: z.string().min(1).optional(),
  version: versionText,
});

export type SwitchStatement = z.infer<typeof switchStatementSchema>;
