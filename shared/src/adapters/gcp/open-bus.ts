import type { CallTiming } from './bounded-attempts.ts';
import { type PubSubEventBus, pubSubEventBus } from './event-bus.ts';
import { type PubSubOrderedBus, pubSubOrderedBus } from './ordered-bus.ts';

interface BusPlace {
  readonly PIPELINE_PROJECT: string;
  readonly PIPELINE_PUBSUB_HOST?: string | undefined;
}

/** Pub/Sub, or the emulator that the configuration names; nothing is loaded before the first message. */
export function openBus(config: BusPlace, timing: CallTiming): PubSubEventBus {
  return pubSubEventBus({ ...placeOf(config), ...timing });
}

/** The same for market data; at most so many messages of a subscription are with its reader at a time. */
export function openOrderedBus(config: BusPlace, timing: CallTiming, maxOutstanding: number): PubSubOrderedBus {
  return pubSubOrderedBus({ ...placeOf(config), ...timing, maxOutstanding });
}

function placeOf({ PIPELINE_PROJECT: projectId, PIPELINE_PUBSUB_HOST: emulatorHost }: BusPlace) {
  return { projectId, ...(emulatorHost === undefined ? {} : { emulatorHost }) };
}
