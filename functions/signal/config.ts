import type { z } from 'zod';
import { COMMON_SETTINGS, settingsSchema } from '#shared/contracts/settings.ts';

/**
 * Environment of `signal`: what all deployables have, the venue whose hourly bars it reads, and the pool's parameter set, whose
 * metadata filter says which instruments count. It writes documents of the pipeline database only.
 */
export const signalConfigSchema = settingsSchema([
  ...COMMON_SETTINGS,
  'PIPELINE_PARAMS',
  'PIPELINE_VENUE',
  'PIPELINE_VENUE_PROFILE',
  'PIPELINE_VENUE_ENDPOINT',
]);

export type SignalConfig = z.infer<typeof signalConfigSchema>;
