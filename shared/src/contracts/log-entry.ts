import { z } from 'zod';
import { switchAction } from './switch-statement.ts';
import { base64Text, sequenceNumber, sha256Text } from './text-forms.ts';
import { versionText } from './version-text.ts';

/** `log/<seq, 10 digits>`: one committed act, chained to the one before it (release spec §1, §8). */
export const logEntrySchema = z.strictObject({
  publish_seq: z.number().int().positive(),
  prev_seq: sequenceNumber,
  action: switchAction,
  version: versionText,
  /** base64 of the exact statement bytes. */
  switch_statement: base64Text,
  switch_sig: base64Text,
  key_id: sha256Text,
  /** SHA-256 of the framed switch statement. */
  entry_hash: sha256Text,
});

export type LogEntry = z.infer<typeof logEntrySchema>;
