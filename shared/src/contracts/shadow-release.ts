import { z } from 'zod';
import { livePoolSchema } from './live-pool.ts';
import { livePoolLegacySchema } from './live-pool-legacy.ts';
import { regimeNames } from './pool-params.ts';
import { dateText, symbolText } from './text-forms.ts';
import { versionText } from './version-text.ts';

const poolSize = z.number().int().positive();

/** What every document of a shadow release says about its track, in this order (release spec §10). */
const trackFacts = {
  profile: z.string().min(1).optional(),
  source_track: z.string().min(1).optional(),
  candidate_status: z.string().min(1).optional(),
};

const poolFacts = { ...trackFacts, activation_date: dateText, expected_pool_size: poolSize };

/** live_pool.json of a shadow release: the pool file with `selection_meta` and the facts of its track. */
export const shadowPoolSchema = livePoolSchema.extend(poolFacts);

/** live_pool_legacy.json of a shadow release. */
export const shadowPoolLegacySchema = livePoolLegacySchema.extend(poolFacts);

/** release_manifest.json of a shadow release. Paths are relative to the folder of the track. */
export const shadowManifestSchema = z.strictObject({
  version: versionText,
  as_of_date: dateText,
  activation_date: dateText,
  mode: z.string().min(1),
  source_project: z.string().min(1),
  pool_size: poolSize,
  expected_pool_size: poolSize,
  symbols: z.array(symbolText).min(1),
  ...trackFacts,
  regime: regimeNames,
  regime_confidence: z.number().min(0).max(1),
  selection_meta_fields: z.array(z.string()),
  artifacts: z.strictObject({ live_pool: z.string().min(1), live_pool_legacy: z.string().min(1) }),
});

export type ShadowManifest = z.infer<typeof shadowManifestSchema>;

/** Files of one shadow release in writing order: the manifest says that the others are there. */
export const SHADOW_FILES = {
  live_pool: 'live_pool.json',
  live_pool_legacy: 'live_pool_legacy.json',
  manifest: 'release_manifest.json',
} as const;

export const RELEASE_INDEX_FILE = 'release_index.csv';
export const TRACK_SUMMARY_FILE = 'track_summary.csv';

/** Columns of release_index.csv: one line a release, ascending by as_of. */
export const RELEASE_INDEX_COLUMNS = [
  'version',
  'as_of_date',
  'activation_date',
  'mode',
  'source_project',
  'pool_size',
  'expected_pool_size',
  'symbols',
  'profile',
  'source_track',
  'candidate_status',
  'regime',
  'regime_confidence',
  'pool_stability',
  'pool_churn',
  'has_selection_meta',
  'live_pool_path',
  'live_pool_legacy_path',
  'release_manifest_path',
] as const;

/** Columns of track_summary.csv: one line a track. `release_index_path` is relative to the folder of the summary. */
export const TRACK_SUMMARY_COLUMNS = [
  'track_id',
  'profile_name',
  'target_mode',
  'source_track',
  'candidate_status',
  'release_count',
  'first_as_of_date',
  'last_as_of_date',
  'release_index_path',
] as const;
