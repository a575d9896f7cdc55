import { z } from 'zod';
import { commitText, dateText, sha256Text } from './text-forms.ts';

/** Who decided a volume scale: the parameter set, a stored calibration, or a person. */
export const volumeScaleOrigin = z.enum(['parameters', 'calibration', 'override']);

/** `run_manifest.json`, evidence of how the scores of a release came about (release spec §2). */
export const runManifestSchema = z.strictObject({
  backend: z.string().min(1),
  /** Library name to exact version. */
  library_versions: z.record(z.string(), z.string()),
  lock_file_sha256: sha256Text,
  /** Feature columns in model order. */
  feature_schema: z.array(z.string()),
  /** Label target and horizons in days. */
  label_schema: z.strictObject({ target: z.string(), horizons: z.array(z.number().int().positive()) }),
  training_window: z.strictObject({
    start: dateText.nullable(),
    end: dateText.nullable(),
    rows: z.number().int().nonnegative(),
    /** SHA-256 over the training rows as the builder defines it; null when nothing was fitted. */
    row_digest: sha256Text.nullable(),
  }),
  /** Multiplier of the volume thresholds; absent in evidence from before it was kept. */
  volume_scale: z.strictObject({ factor: z.number().positive(), origin: volumeScaleOrigin }).optional(),
  /** The parameters that decide scores, as in the parameter file. */
  params: z.record(z.string(), z.json()),
  source_revision: commitText,
  seed: z.number().int().nonnegative(),
  /** SHA-256 over the predictions of as_of. */
  prediction_digest: sha256Text.nullable(),
});

export type RunManifest = z.infer<typeof runManifestSchema>;
