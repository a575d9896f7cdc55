import { deadLetterTopic } from '../../contracts/names.ts';
import { LivepoolError } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OrderedBus, OrderedHandler, OrderedMessage, OrderedSource } from '../../ports/ordered-bus.ts';
import { isHandled } from './is-handled.ts';

/** An OrderedBus and its subscriptions in one process; nothing survives the process. */
export interface InProcessOrderedBus extends OrderedBus, OrderedSource {
  /** Makes a topic; again is a no-op. */
  createTopic(topic: string): void;
  /** Makes a subscription that keeps what is sent to the topic from now on. */
  createSubscription(topic: string, subscription: string): void;
  /** Messages of a subscription that nobody has acknowledged. */
  waiting(subscription: string): number;
}

export interface InProcessOrderedBusOptions {
  readonly clock: Clock;
  /** Pause before a failed delivery is tried again. Default 100 ms. */
  readonly redeliverAfterMs?: number;
  /** Deliveries of one message before it goes to the topic's dead letters, if they have a topic. Default 5. */
  readonly maxDeliveries?: number;
}

interface Kept {
  readonly message: OrderedMessage;
  deliveries: number;
  isDone: boolean;
}

/** Messages of one key, oldest first; those before `next` are under way. */
interface Line {
  kept: Kept[];
  next: number;
  isPaused: boolean;
}

interface Subscription {
  readonly topic: string;
  readonly lines: Map<string, Line>;
  /** Set while somebody reads: delivers whatever can be delivered now. */
  pump: (line: Line) => void;
}

/** Ordered, at-least-once delivery inside one process; a failed delivery repeats all later messages of its key, as Pub/Sub does. */
export function inProcessOrderedBus(options: InProcessOrderedBusOptions): InProcessOrderedBus {
  const topics = new Set<string>();
  const subscriptions = new Map<string, Subscription>();

  const keep = (topic: string, message: OrderedMessage): void => {
    for (const subscription of subscriptions.values()) {
      if (subscription.topic !== topic) continue;
      const line = subscription.lines.get(message.orderingKey) ?? { kept: [], next: 0, isPaused: false };
      subscription.lines.set(message.orderingKey, line);
      line.kept.push({ message: copyOf(message), deliveries: 0, isDone: false });
      subscription.pump(line);
    }
  };
  return {
    createTopic: (topic) => void topics.add(topic),
    createSubscription: (topic, name) => {
      if (!topics.has(topic)) throw missing(`topic ${topic}`);
      subscriptions.set(name, { topic, lines: new Map(), pump: () => undefined });
    },
    waiting: (name) => {
      const lines = [...(subscriptions.get(name)?.lines.values() ?? [])];
      return lines.reduce((sum, { kept }) => sum + kept.filter(({ isDone }) => !isDone).length, 0);
    },
    send: async (topic, messages) => {
      if (!topics.has(topic)) throw missing(`topic ${topic}`);
      for (const message of messages) keep(topic, message);
    },
    run: async (name, handler, signal) => {
      const subscription = subscriptions.get(name);
      if (subscription === undefined) throw missing(`subscription ${name}`);
      const toDead = (message: OrderedMessage): boolean => {
        const dead = deadLetterTopic(subscription.topic);
        if (topics.has(dead)) keep(dead, message);
        return topics.has(dead);
      };
      await deliverUntil(subscription, handler, toDead, options, signal);
    },
  };
}

async function deliverUntil(
  subscription: Subscription,
  handler: OrderedHandler,
  toDead: (message: OrderedMessage) => boolean,
  { clock, redeliverAfterMs = 100, maxDeliveries = 5 }: InProcessOrderedBusOptions,
  signal: AbortSignal,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  const pump = (line: Line): void => {
    while (!line.isPaused && !signal.aborted && line.next < line.kept.length) {
      const one = deliver(line, line.kept[line.next++]!).finally(() => underWay.delete(one));
      underWay.add(one);
    }
  };
  const deliver = async (line: Line, kept: Kept): Promise<void> => {
    kept.deliveries += 1;
    const isTaken = await isHandled(handler, kept.message);
    kept.isDone ||= isTaken || (kept.deliveries >= maxDeliveries && toDead(kept.message));
    if (kept.isDone) forgetDone(line);
    else await rewind(line, kept);
  };
  const rewind = async (line: Line, kept: Kept): Promise<void> => {
    line.isPaused = true;
    await clock.sleep(redeliverAfterMs, signal).catch(() => undefined);
    line.isPaused = false;
    line.next = Math.min(line.next, Math.max(0, line.kept.indexOf(kept)));
    pump(line);
  };

  subscription.pump = pump;
  for (const line of subscription.lines.values()) {
    line.next = 0;
    pump(line);
  }
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  while (underWay.size > 0) await Promise.all(underWay);
  subscription.pump = () => undefined;
}

/** What is acknowledged is forgotten from the front, so that a failed delivery finds what came after it. */
function forgetDone(line: Line): void {
  while (line.kept[0]?.isDone) {
    line.kept.shift();
    line.next -= 1;
  }
}

function copyOf({ data, attributes, orderingKey }: OrderedMessage): OrderedMessage {
  return Object.freeze({ data: Uint8Array.from(data), attributes: Object.freeze({ ...attributes }), orderingKey });
}

function missing(what: string): LivepoolError {
  return new LivepoolError('STORE_REFUSED', 'terminal', `there is no ${what}; the deployment makes it`, { what });
}
