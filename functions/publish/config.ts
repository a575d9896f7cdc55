import type { z } from 'zod';
import { COMMON_SETTINGS, settingsSchema } from '#shared/contracts/settings.ts';

/** Environment of `publish`: what all deployables have, the release database, and the key that signs. */
export const publishConfigSchema = settingsSchema([
  ...COMMON_SETTINGS,
  'PIPELINE_RELEASE_DATABASE',
  'PIPELINE_RETENTION_DAYS',
  'PIPELINE_PARAMS',
  'PIPELINE_SIGNING_KEY',
  'PIPELINE_TRUSTED_KEYS',
  'PIPELINE_KMS_ENDPOINT',
]);

export type PublishConfig = z.infer<typeof publishConfigSchema>;
