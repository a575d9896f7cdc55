/** A small message: what happened and where to look; never the data itself (operations spec §2). */
export interface BusMessage {
  readonly topic: string;
  readonly data: Readonly<Record<string, string>>;
}

/**
 * At-least-once delivery, no order promised. Laws: every subscriber gets every message published after it subscribed at least
 * once · a handler that throws gets the message again.
 */
export interface EventBus {
  publish(message: BusMessage): Promise<void>;
}
