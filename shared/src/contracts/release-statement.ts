import { z } from 'zod';
import { dateText, sha256Text, symbolText } from './text-forms.ts';
import { versionText } from './version-text.ts';

/** What the publisher signs once per version: these bytes are release `version` (release spec §8). */
export const releaseStatementSchema = z.strictObject({
  artifact_contract_version: z.string().min(1),
  as_of_date: dateText,
  content_digest: sha256Text,
  manifest_sha256: sha256Text,
  mode: z.string().min(1),
  params_id: z.string().min(1),
  params_sha256: sha256Text,
  source_project: z.string().min(1),
  symbols: z.array(symbolText).min(1),
  version: versionText,
});

export type ReleaseStatement = z.infer<typeof releaseStatementSchema>;
