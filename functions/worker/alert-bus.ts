import { openBus } from '#shared/adapters/gcp/open-bus.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { EventBus } from '#shared/ports/event-bus.ts';
import type { Random } from '#shared/ports/random.ts';
import type { WorkerConfig } from './config.ts';

/** Option of the quant service: where alerts go besides the worker's own streams. Pub/Sub where a project is named, else nowhere. */
export function alertBus(
  { PIPELINE_PROJECT: project, PIPELINE_PUBSUB_HOST: host }: WorkerConfig,
  timing: { readonly clock: Clock; readonly random: Random },
): { readonly alertBus?: EventBus } {
  return project === undefined ? {} : { alertBus: openBus({ PIPELINE_PROJECT: project, PIPELINE_PUBSUB_HOST: host }, timing) };
}
