import { TOPICS } from '#shared/contracts/names.ts';
import { publishedMessageSchema } from '#shared/contracts/stage-message.ts';
import { runShadowStage, type ShadowStageOptions } from '#shared/pipeline/stages/shadow-stage.ts';
import type { StageDeps } from '#shared/pipeline/stages/stage.ts';
import type { Outcome } from '../edge/outcome.ts';
import { pushHandler } from '../edge/push-handler.ts';

/** Adds the candidate tracks of the release that a message announces. */
export function handleShadow(deps: StageDeps, options: ShadowStageOptions) {
  return pushHandler({
    topic: TOPICS.published,
    schema: publishedMessageSchema,
    bus: deps.bus,
    handle: async ({ version, run_key, trace }, { signal, logger }): Promise<Outcome> => {
      const fields = { run_key, run_trace: trace, release_version: version };
      const outcome = await runShadowStage(deps, options, version, signal);
      if (outcome.kind === 'refused') return { kind: 'terminal', refusals: outcome.refusals, fields };
      if (outcome.kind === 'duplicate') return { kind: 'duplicate', fields };
      const { created, kept } = outcome.stored;
      if (kept.length > 0) logger.warn('shadow.kept', { release_version: version, releases: kept.join(' ') });
      return { kind: 'done', fields: { ...fields, created: created.length, kept: kept.length } };
    },
  });
}
