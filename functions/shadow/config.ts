import type { z } from 'zod';
import { COMMON_SETTINGS, settingsSchema } from '#shared/contracts/settings.ts';

/** Environment of `shadow`: what all deployables have, and the parameters. */
export const shadowConfigSchema = settingsSchema([...COMMON_SETTINGS, 'PIPELINE_PARAMS']);

export type ShadowConfig = z.infer<typeof shadowConfigSchema>;
