import { STAGE_TOPICS } from '#shared/contracts/names.ts';
import { stageMessageSchema } from '#shared/contracts/stage-message.ts';
import { runFileStage } from '#shared/pipeline/stages/run-stage.ts';
import type { FileStage, StageDeps } from '#shared/pipeline/stages/stage.ts';
import { pushHandler } from './push-handler.ts';
import { edgeOutcome } from './stage-outcome.ts';

/** Serves the messages that start one stage. */
export function stageHandler(deps: StageDeps, stage: FileStage) {
  return pushHandler({
    topic: STAGE_TOPICS[stage.after],
    schema: stageMessageSchema,
    bus: deps.bus,
    handle: async (message, { signal }) => {
      const outcome = await runFileStage(deps, stage, message, { trace: message.trace, signal });
      return edgeOutcome(outcome, { run_key: message.run_key, run_trace: message.trace });
    },
  });
}
