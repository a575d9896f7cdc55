import { z } from 'zod';
import { switchAction } from './switch-statement.ts';
import { instantText, sequenceNumber, sha256Text } from './text-forms.ts';
import { versionText } from './version-text.ts';

/** `head/<document id>`: who may switch, what is being switched, what is committed (release spec §1, §6). */
export const headDocumentSchema = z.strictObject({
  /** Rises with every lease; only the holder of the newest may write. */
  epoch: sequenceNumber,
  holder: z.string().nullable(),
  lease_until: instantText.nullable(),
  /** True between INTENT and COMMIT: `current/` may be mixed. */
  switching: z.boolean(),
  target: versionText.nullable(),
  action: switchAction.nullable(),
  /** Run key that opened the switch, so that whoever adopts it finds its reason and approval. */
  request: z.string().min(1).nullable(),
  /** Newest number ever given to an act; numbers are never used twice. */
  publish_seq: sequenceNumber,
  /** Greatest version ever offered by a publish or condemned by a rollback. */
  high_water: versionText.nullable(),
  committed_version: versionText.nullable(),
  /** publish_seq of the last committed act; 0 before the first. */
  committed_seq: sequenceNumber,
  /** entry_hash of the last committed act; 64 zeros before the first. */
  log_hash: sha256Text,
  hold_until: instantText.nullable(),
  hold_reason: z.string().nullable(),
});

export type HeadDocument = z.infer<typeof headDocumentSchema>;
