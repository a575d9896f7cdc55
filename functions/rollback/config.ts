import type { z } from 'zod';
import { COMMON_SETTINGS, settingsSchema } from '#shared/contracts/settings.ts';

/** Environment of `rollback`: what all deployables have, the release database, the key that signs, and who may approve. */
export const rollbackConfigSchema = settingsSchema([
  ...COMMON_SETTINGS,
  'PIPELINE_RELEASE_DATABASE',
  'PIPELINE_RETENTION_DAYS',
  'PIPELINE_SIGNING_KEY',
  'PIPELINE_TRUSTED_KEYS',
  'PIPELINE_KMS_ENDPOINT',
  'PIPELINE_APPROVERS',
]);

export type RollbackConfig = z.infer<typeof rollbackConfigSchema>;
