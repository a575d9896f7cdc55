import { z } from 'zod';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().nonnegative();

/** One stored file of a partition. Times are the smallest and largest `ts` in ms, both inclusive. */
export const partEntrySchema = z.strictObject({
  name: z.string(),
  rows: count,
  bytes: count,
  min_ts: z.number().int(),
  max_ts: z.number().int(),
  sha256,
});

/**
 * Whether a partition that is over is all there (data platform spec §6), told for tables of which rows come at a fixed pace. `failed`
 * names what quarantines it. Key columns that are null and rows that are there twice cannot be stored at all.
 */
export const completenessSchema = z.strictObject({
  /** Venues' symbols that it has rows of. */
  pairs: count,
  /** Rows that there would be from the first to the last of each pair without a hole. */
  expected_rows: count,
  /** Those of them that are not there: minutes without a print, too. */
  missing_rows: count,
  /** Middle of the rows of the seven days before; null where fewer than three are known. */
  median_rows: z.number().nonnegative().nullable(),
  failed: z.array(z.enum(['row_count'])),
});

/** `_manifest-<n>.json` of a partition; the highest n is in force (data-platform spec §1.4). */
export const coldManifestSchema = z.strictObject({
  table: z.string(),
  /** First day of the period, `2026-03-01`; for a table by the hour with it: `2026-03-01/hour=07`. */
  dt: z.string().regex(/^\d{4}-\d{2}-\d{2}(\/hour=([01]\d|2[0-3]))?$/, 'must be YYYY-MM-DD or YYYY-MM-DD/hour=HH'),
  state: z.enum(['sealed', 'quarantined']),
  schema_id: z.string(),
  codec: z.string(),
  files: z.array(partEntrySchema),
  rows: count,
  checks: z.strictObject({
    rows_in: count,
    duplicates: count,
    corrections: count,
    completeness: completenessSchema.exactOptional(),
  }),
  /** SHA-256 over the digests of the files, in order. */
  inputs_hash: sha256,
});

export type PartEntry = z.infer<typeof partEntrySchema>;
export type Completeness = z.infer<typeof completenessSchema>;
export type ColdManifest = z.infer<typeof coldManifestSchema>;
