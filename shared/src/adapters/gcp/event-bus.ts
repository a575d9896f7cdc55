import type { PubSub } from '@google-cloud/pubsub';
import type { BusMessage, EventBus } from '../../ports/event-bus.ts';
import { type Attempt, answerInTime, boundedAttempts, type CallTiming } from './bounded-attempts.ts';
import { encodePayload } from './bus-payload.ts';
import { callFailed } from './grpc-failure.ts';
import { openPubSub, type PubSubPlace } from './open-pubsub.ts';

export interface PubSubEventBusOptions extends PubSubPlace, CallTiming {}

/** An EventBus that holds connections. */
export interface PubSubEventBus extends EventBus {
  /** Ends the connections; the bus cannot be used afterwards. */
  readonly close: () => Promise<void>;
}

/**
 * Publishes to Pub/Sub topics that carry the names of the bus's topics; they are made by the deployment, never here. The client is
 * loaded by the first message. A publication without answer is sent again within the budget: a subscriber may see it twice.
 * Errors: STORE_UNAVAILABLE (transient), STORE_REFUSED (topic missing, rights).
 */
export function pubSubEventBus(options: PubSubEventBusOptions): PubSubEventBus {
  let loaded: Promise<PubSub> | undefined;
  const client = (): Promise<PubSub> => {
    loaded ??= openPubSub(options);
    return loaded;
  };
  return {
    publish: async (message) => {
      const data = Buffer.from(encodePayload(message));
      // One message, one request: nothing waits in the process for company.
      const topic = (await client()).topic(message.topic, { batching: { maxMessages: 1 } });
      await boundedAttempts(options, () => publishOnce(options, message, () => topic.publishMessage({ data })));
    },
    close: async () => {
      await (await loaded)?.close();
    },
  };
}

async function publishOnce(timing: CallTiming, message: BusMessage, call: () => Promise<string>): Promise<Attempt<string>> {
  try {
    return { done: await answerInTime(timing, call) };
  } catch (thrown) {
    const error = callFailed(thrown, 'Pub/Sub', `a message for ${message.topic}`);
    if (error.kind !== 'transient') throw error;
    return { again: error };
  }
}
