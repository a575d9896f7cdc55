import { type ScoreStageOptions, scoreStage } from '#shared/pipeline/stages/score-stage.ts';
import type { StageDeps } from '#shared/pipeline/stages/stage.ts';
import { stageHandler } from '../edge/stage-handler.ts';

/** Decides and explains the run whose collection a message announces. */
export function handleScore(deps: StageDeps, options: ScoreStageOptions) {
  return stageHandler(deps, scoreStage(options));
}
