import type { Message, PubSub, v1 } from '@google-cloud/pubsub';
import type { OrderedBus, OrderedHandler, OrderedMessage, OrderedSource } from '../../ports/ordered-bus.ts';
import { type Attempt, answerInTime, boundedAttempts, type CallTiming } from './bounded-attempts.ts';
import { callFailed } from './grpc-failure.ts';
import { openPubSub, type PubSubPlace } from './open-pubsub.ts';

export interface PubSubOrderedBusOptions extends PubSubPlace, CallTiming {
  /** Messages that may be with the handler at a time. Default 1 000. */
  readonly maxOutstanding?: number;
  /** Bytes of them. Default 16 MiB. */
  readonly maxOutstandingBytes?: number;
}

export interface PubSubOrderedBus extends OrderedBus, OrderedSource {
  /** Ends the connections; the bus cannot be used afterwards. */
  readonly close: () => Promise<void>;
}

interface Clients {
  readonly pubSub: PubSub;
  /** One request is one batch: the sender decides what goes together and what waits for what. */
  readonly publisher: InstanceType<typeof v1.PublisherClient>;
  readonly projectId: string;
}

/**
 * Market data over Pub/Sub: topics and ordered subscriptions are made by the deployment. The order of a key holds within one
 * region. A batch without answer is sent again within the budget: a subscriber may see it twice.
 * Errors: STORE_UNAVAILABLE (transient), STORE_REFUSED (topic or subscription missing, rights).
 */
export function pubSubOrderedBus(options: PubSubOrderedBusOptions): PubSubOrderedBus {
  let loaded: Promise<Clients> | undefined;
  const clients = (): Promise<Clients> => {
    loaded ??= openClients(options);
    return loaded;
  };
  return {
    send: async (topic, messages) => {
      const { publisher, projectId } = await clients();
      const request = { topic: `projects/${projectId}/topics/${topic}`, messages: messages.map(wireMessage) };
      const call = () => publisher.publish(request, { retry: null });
      await boundedAttempts(options, () => sendOnce(options, topic, call));
    },
    run: async (subscription, handler, signal) => {
      const { pubSub } = await clients();
      const { maxOutstanding: maxMessages = 1_000, maxOutstandingBytes: maxBytes = 16 * 1024 * 1024 } = options;
      await pull(pubSub, subscription, handler, { maxMessages, maxBytes }, signal);
    },
    close: async () => {
      const open = await loaded;
      await Promise.all([open?.pubSub.close(), open?.publisher.close()]);
    },
  };
}

async function openClients(options: PubSubOrderedBusOptions): Promise<Clients> {
  const pubSub = await openPubSub(options);
  const { v1: low } = await import('@google-cloud/pubsub');
  const config = await pubSub.getClientConfig();
  // Both packages are Google's; only their opinions of absent options differ.
  const own = config as ConstructorParameters<typeof v1.PublisherClient>[0];
  return { pubSub, publisher: new low.PublisherClient(own), projectId: pubSub.projectId };
}

function wireMessage({ data, attributes, orderingKey }: OrderedMessage) {
  return { data, attributes: { ...attributes }, orderingKey };
}

async function sendOnce(timing: CallTiming, topic: string, call: () => Promise<unknown>): Promise<Attempt<null>> {
  try {
    await answerInTime(timing, call);
    return { done: null };
  } catch (thrown) {
    const error = callFailed(thrown, 'Pub/Sub', `a batch for ${topic}`);
    if (error.kind !== 'transient') throw error;
    return { again: error };
  }
}

/** Delivers until the signal aborts; the client repeats what is neither acknowledged nor refused. */
async function pull(
  pubSub: PubSub,
  name: string,
  handler: OrderedHandler,
  flowControl: { readonly maxMessages: number; readonly maxBytes: number },
  signal: AbortSignal,
): Promise<void> {
  const subscription = pubSub.subscription(name, { flowControl });
  const underWay = new Set<Promise<void>>();
  subscription.on('message', (message: Message) => {
    // Closing gives it back.
    if (signal.aborted) return;
    const one = handleOne(handler, message).finally(() => underWay.delete(one));
    underWay.add(one);
  });
  try {
    await new Promise<void>((resolve, reject) => {
      subscription.on('error', (error: unknown) => reject(callFailed(error, 'Pub/Sub', `subscription ${name}`)));
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  } finally {
    // Closing gives back whatever is out: what is being handled is acknowledged before.
    while (underWay.size > 0) await Promise.all(underWay);
    await subscription.close();
  }
}

async function handleOne(handler: OrderedHandler, message: Message): Promise<void> {
  const { data, attributes, orderingKey = '' } = message;
  try {
    await handler({ data: Uint8Array.from(data), attributes: { ...attributes }, orderingKey });
    message.ack();
  } catch {
    message.nack();
  }
}
