import type { CallTiming } from './bounded-attempts.ts';
import { type PubSubEventBus, pubSubEventBus } from './event-bus.ts';

/** Pub/Sub, or the emulator that the configuration names; nothing is loaded before the first message. */
export function openBus(
  config: { readonly PIPELINE_PROJECT: string; readonly PIPELINE_PUBSUB_HOST?: string | undefined },
  timing: CallTiming,
): PubSubEventBus {
  const emulatorHost = config.PIPELINE_PUBSUB_HOST;
  return pubSubEventBus({
    projectId: config.PIPELINE_PROJECT,
    ...timing,
    ...(emulatorHost === undefined ? {} : { emulatorHost }),
  });
}
