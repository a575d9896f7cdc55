import type { z } from 'zod';
import { COMMON_SETTINGS, settingsSchema } from '#shared/contracts/settings.ts';

/**
 * Environment of `collect`: what all deployables have, the venue, the cold tier it
 * writes to, the release database, which it only reads (hold, state of the universe), and
 * the bucket that says of which commit the deployed bundles are.
 */
export const collectConfigSchema = settingsSchema([
  ...COMMON_SETTINGS,
  'PIPELINE_COLD_BUCKET',
  'PIPELINE_RELEASE_DATABASE',
  'PIPELINE_SOURCE_BUCKET',
  'PIPELINE_PARAMS',
  'PIPELINE_VENUE',
  'PIPELINE_VENUE_PROFILE',
  'PIPELINE_VENUE_ENDPOINT',
  'PIPELINE_SYMBOLS',
  'PIPELINE_VOLUME_SCALE',
]);

export type CollectConfig = z.infer<typeof collectConfigSchema>;
