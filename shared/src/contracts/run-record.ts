import { z } from 'zod';
import { commitText, dateText, instantText, sha256Text } from './text-forms.ts';

/** `<job>:<YYYYMMDDTHHMMSSZ>` of a scheduled run, or `manual:<id>`. */
export const runKeyText = z
  .string()
  .regex(
    /^(?:[a-z][a-z0-9-]*:\d{8}T\d{6}Z|manual:[A-Za-z0-9][A-Za-z0-9._-]*)$/,
    'must be <job>:<YYYYMMDDTHHMMSSZ> or manual:<id>',
  );

export const runOutcome = z.enum(['PUBLISHED', 'NO_OP', 'HELD', 'REFUSED', 'FAILED']);

/** One pinned input of a run. */
const runInputSchema = z.strictObject({ uri: z.string().min(1), generation: z.string().min(1), sha256: sha256Text });

/** `runs/<run_key>`: everything that decides the bytes of a run, and how it ended (release spec §1). */
export const runRecordSchema = z.strictObject({
  logical_time: instantText,
  as_of: dateText,
  inputs: z.array(runInputSchema),
  params_id: z.string().min(1),
  params_sha256: sha256Text,
  source_revision: commitText,
  /** Of a run that functions make: digest of each stage's bundle at that commit, and of its lock file. */
  bundles: z.record(z.string(), sha256Text).exactOptional(),
  lock_file_sha256: sha256Text.exactOptional(),
  seed: z.number().int().nonnegative(),
  /** Stage name to what it left behind, for example the digest of its manifest. */
  stages: z.record(z.string(), z.string()),
  /** Null while the run is open. */
  outcome: runOutcome.nullable(),
  /** Error code of a refused or failed run. */
  code: z.string().nullable(),
});

export type RunOutcome = z.infer<typeof runOutcome>;
export type RunRecord = z.infer<typeof runRecordSchema>;
