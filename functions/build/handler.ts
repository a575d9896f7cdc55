import { type BuildStageOptions, buildStage } from '#shared/pipeline/stages/build-stage.ts';
import type { StageDeps } from '#shared/pipeline/stages/stage.ts';
import { stageHandler } from '../edge/stage-handler.ts';

/** Renders and judges the release of the run whose decision a message announces. */
export function handleBuild(deps: StageDeps, options: BuildStageOptions) {
  return stageHandler(deps, buildStage(options));
}
