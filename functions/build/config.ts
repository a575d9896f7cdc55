import type { z } from 'zod';
import { COMMON_SETTINGS, settingsSchema } from '#shared/contracts/settings.ts';

/** Environment of `build`: what all deployables have, and the parameters. */
export const buildConfigSchema = settingsSchema([...COMMON_SETTINGS, 'PIPELINE_PARAMS']);

export type BuildConfig = z.infer<typeof buildConfigSchema>;
