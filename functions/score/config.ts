import type { z } from 'zod';
import { COMMON_SETTINGS, settingsSchema } from '#shared/contracts/settings.ts';

/** Environment of `score`: what all deployables have, and the parameters. */
export const scoreConfigSchema = settingsSchema([...COMMON_SETTINGS, 'PIPELINE_PARAMS']);

export type ScoreConfig = z.infer<typeof scoreConfigSchema>;
