import { z } from 'zod';
import { STAGES } from './names.ts';
import { runKeyText } from './run-record.ts';
import { sha256Text } from './text-forms.ts';

/** One file that a stage left for the next, named inside the stage's folder. */
const stageFileSchema = z.strictObject({ name: z.string().min(1), sha256: sha256Text, size: z.number().int().nonnegative() });

/**
 * `<stage>_manifest.json` of one run, written once and last: what the stage read, what it left, and the facts that its files do not
 * say. It holds no generation and no clock time, so that a run that is done again leaves the same bytes.
 */
export const stageManifestSchema = z.strictObject({
  schema: z.literal('stage_manifest.v1'),
  run_key: runKeyText,
  stage: z.enum(STAGES),
  /** SHA-256 of the manifest of the stage before; null for the first. */
  input_manifest_sha256: sha256Text.nullable(),
  files: z.array(stageFileSchema),
  facts: z.record(z.string(), z.json()),
});

export type StageFile = z.infer<typeof stageFileSchema>;
export type StageManifest = z.infer<typeof stageManifestSchema>;
