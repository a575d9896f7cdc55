import { z } from 'zod';

/** One violated rule: where, and what is wrong. */
export const validationFindingSchema = z.strictObject({
  /** `V01` … `V33` of release spec §4. */
  rule: z.string().regex(/^V\d\d$/),
  file: z.string(),
  /** Field inside the file, for example `symbols[2]` or `row 3, current_rank`; empty for the file as a whole. */
  path: z.string(),
  message: z.string(),
});

/** Answer of a validation (release spec §4). The descriptive fields are read from live_pool.json, null where it does not say. */
export const validationResultSchema = z.strictObject({
  ok: z.boolean(),
  errors: z.array(validationFindingSchema),
  warnings: z.array(validationFindingSchema),
  as_of_date: z.string().nullable(),
  version: z.string().nullable(),
  mode: z.string().nullable(),
  pool_size: z.number().int().nullable(),
  /** Empty where live_pool.json has no readable list. */
  symbols: z.array(z.string()),
  source_project: z.string().nullable(),
  age_days: z.number().int().nullable(),
  /** The plan manifest (release_manifest.json) was given. */
  manifest_present: z.boolean(),
  artifact_manifest_present: z.boolean(),
  artifact_contract_version: z.string().nullable(),
});

export type ValidationFinding = z.infer<typeof validationFindingSchema>;
export type ValidationResult = z.infer<typeof validationResultSchema>;
