import { TOPICS } from '#shared/contracts/names.ts';
import type { LoadedPoolParams } from '#shared/contracts/parse-pool-params.ts';
import { stageMessageSchema } from '#shared/contracts/stage-message.ts';
import { runPublishStage } from '#shared/pipeline/stages/publish-stage.ts';
import type { StageDeps } from '#shared/pipeline/stages/stage.ts';
import type { LogFields } from '#shared/ports/logger.ts';
import type { ActResult } from '#shared/release/act.ts';
import { lostAnnouncement } from '#shared/release/publish/after.ts';
import type { ReleaseDeps } from '#shared/release/release-deps.ts';
import { pushHandler } from '../edge/push-handler.ts';
import { edgeOutcome } from '../edge/stage-outcome.ts';

export interface PublishHandlerDeps extends StageDeps {
  readonly openRelease: (remainingMs: number) => Promise<ReleaseDeps>;
}

export interface PublishHandlerOptions {
  readonly params: LoadedPoolParams;
  readonly bundleSha256: string;
}

/**
 * Publishes the release of the run whose build a message announces. A release that could not be announced stands, but nobody would
 * hear of it: the delivery is asked for again until the announcement is out.
 */
export function handlePublish(deps: PublishHandlerDeps, options: PublishHandlerOptions) {
  return pushHandler({
    topic: TOPICS.built,
    schema: stageMessageSchema,
    bus: deps.bus,
    handle: async (message, { signal, remainingMs, logger }) => {
      const openRelease = () => deps.openRelease(remainingMs());
      const { act, ...outcome } = await runPublishStage(deps, { ...options, openRelease }, message, {
        trace: message.trace,
        signal,
      });
      for (const { code, message: text } of act?.warnings ?? []) logger.warn('publish.warning', { code, message: text });
      const unannounced = lostAnnouncement(act?.warnings ?? []);
      if (unannounced !== undefined) return { kind: 'not_ready', refusal: unannounced };
      return edgeOutcome(outcome, { run_key: message.run_key, run_trace: message.trace, ...actFields(act) });
    },
  });
}

function actFields(act: ActResult | undefined): LogFields {
  return act === undefined ? {} : { act: act.outcome, release_version: act.version, publish_seq: act.publishSeq };
}
