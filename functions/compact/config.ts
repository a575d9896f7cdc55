import type { z } from 'zod';
import { COMMON_SETTINGS, settingsSchema } from '#shared/contracts/settings.ts';

/** Environment of `compact`: what all deployables have, and the bucket of the cold tier. */
export const compactConfigSchema = settingsSchema([...COMMON_SETTINGS, 'PIPELINE_COLD_BUCKET']);

export type CompactConfig = z.infer<typeof compactConfigSchema>;
