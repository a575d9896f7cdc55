import type { z } from 'zod';
import { COMMON_SETTINGS, settingsSchema } from '#shared/contracts/settings.ts';

/** Environment of `score`: what all deployables have, the parameters, and the code it is. */
export const scoreConfigSchema = settingsSchema([
  ...COMMON_SETTINGS,
  'PIPELINE_SOURCE_REVISION',
  'PIPELINE_LOCK_FILE_SHA256',
  'PIPELINE_PARAMS',
]);

export type ScoreConfig = z.infer<typeof scoreConfigSchema>;
