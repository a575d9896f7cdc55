import { z } from 'zod';
import { volumeScaleOrigin } from './run-manifest.ts';
import { scoreFactsSchema } from './score-facts.ts';
import { versionText } from './version-text.ts';

const revision = z.number().int().positive();

/** Facts of `collect_manifest.json`. */
export const collectFactsSchema = z.strictObject({
  /** Name under which volumes are calibrated, for example `gate`. */
  source: z.string().min(1),
  volume_scale: z.number().positive(),
  volume_scale_origin: volumeScaleOrigin,
  /** 1 unless a person asked for a correction of a sealed version. */
  revision,
  /** Where the carried state of the universe came from; null = none. */
  previous_state: z.string().min(1).nullable(),
});

/** Facts of `score_manifest.json`. */
export const scoreStageFactsSchema = z.strictObject({ revision, score: scoreFactsSchema });

/** Facts of `build_manifest.json`. */
export const buildStageFactsSchema = z.strictObject({ version: versionText, score: scoreFactsSchema });

export type CollectFacts = z.infer<typeof collectFactsSchema>;
export type ScoreStageFacts = z.infer<typeof scoreStageFactsSchema>;
export type BuildStageFacts = z.infer<typeof buildStageFactsSchema>;
