import type { z } from 'zod';
import { COMMON_SETTINGS, settingsSchema } from '#shared/contracts/settings.ts';

/**
 * Environment of `report`: what all deployables have, the release database, which it only reads, and the keys to verify with:
 * `PIPELINE_TRUSTED_KEYS` must hold the public half of the key that signs now, since this function has no right to ask for it.
 */
export const reportConfigSchema = settingsSchema([
  ...COMMON_SETTINGS,
  'PIPELINE_RELEASE_DATABASE',
  'PIPELINE_PARAMS',
  'PIPELINE_TRUSTED_KEYS',
]);

export type ReportConfig = z.infer<typeof reportConfigSchema>;
