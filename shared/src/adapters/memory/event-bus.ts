import type { Clock } from '../../ports/clock.ts';
import type { BusMessage, EventBus } from '../../ports/event-bus.ts';
import { isHandled } from './is-handled.ts';

/** Handles one delivery; a throw or rejection asks for the message again. */
export type MessageHandler = (message: BusMessage) => void | Promise<void>;

/** An EventBus whose subscribers live in the same process. */
export interface InProcessEventBus extends EventBus {
  /** Delivers messages of `topic` published from now on; the returned function ends the subscription. */
  subscribe(topic: string, handler: MessageHandler): () => void;
  /** Resolves when no delivery is under way and none waits. */
  idle(): Promise<void>;
  /** Messages given up after `maxDeliveries`, oldest first. */
  deadLetters(): readonly BusMessage[];
}

export interface InProcessEventBusOptions {
  readonly clock: Clock;
  /** Pause before a failed delivery is tried again. Default 100 ms. */
  readonly redeliverAfterMs?: number;
  /** Deliveries of one message to one subscriber before it becomes a dead letter. Default 20. */
  readonly maxDeliveries?: number;
}

/** At-least-once delivery inside one process: nothing survives the process, so every stage must also be able to start from state. */
export function inProcessEventBus(options: InProcessEventBusOptions): InProcessEventBus {
  const { clock, redeliverAfterMs = 100, maxDeliveries = 20 } = options;
  const subscribers = new Map<string, Set<MessageHandler>>();
  const underWay = new Set<Promise<void>>();
  const dead: BusMessage[] = [];

  const deliver = async (message: BusMessage, handler: MessageHandler): Promise<void> => {
    for (let delivery = 1; delivery <= maxDeliveries; delivery++) {
      if (delivery > 1) await clock.sleep(redeliverAfterMs);
      if (subscribers.get(message.topic)?.has(handler) !== true) return;
      if (await isHandled(handler, message)) return;
    }
    dead.push(message);
  };
  const track = (delivery: Promise<void>): void => {
    const tracked = delivery.finally(() => underWay.delete(tracked));
    underWay.add(tracked);
  };

  return {
    publish: async (message) => {
      for (const handler of subscribers.get(message.topic) ?? []) track(deliver(copyOf(message), handler));
    },
    subscribe: (topic, handler) => {
      const own: MessageHandler = (message) => handler(message);
      const handlers = subscribers.get(topic) ?? new Set();
      subscribers.set(topic, handlers.add(own));
      return () => handlers.delete(own);
    },
    idle: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    deadLetters: () => [...dead],
  };
}

function copyOf(message: BusMessage): BusMessage {
  return Object.freeze({ topic: message.topic, data: Object.freeze({ ...message.data }) });
}
