import type { CallTiming } from '#shared/adapters/gcp/bounded-attempts.ts';
import { pubSubEventBus } from '#shared/adapters/gcp/event-bus.ts';
import type { EventBus } from '#shared/ports/event-bus.ts';

/** Pub/Sub, or the emulator that the configuration names; nothing is loaded before the first message. */
export function openBus(
  config: { readonly PIPELINE_PROJECT: string; readonly PIPELINE_PUBSUB_HOST?: string | undefined },
  timing: CallTiming,
): EventBus {
  const emulatorHost = config.PIPELINE_PUBSUB_HOST;
  return pubSubEventBus({
    projectId: config.PIPELINE_PROJECT,
    ...timing,
    ...(emulatorHost === undefined ? {} : { emulatorHost }),
  });
}
