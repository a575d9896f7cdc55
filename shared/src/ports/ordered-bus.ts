/** A message whose bytes and attributes arrive as they were sent. */
export interface OrderedMessage {
  readonly data: Uint8Array;
  readonly attributes: Readonly<Record<string, string>>;
  /** Messages of one key arrive in the order in which they were sent. */
  readonly orderingKey: string;
}

/**
 * The bus of market data: bytes in batches, ordered by key. It stands beside `EventBus`, whose messages are small texts without
 * order. Laws (test/laws/ordered-bus.ts): `send` resolves once every message of the batch is kept for every subscription there is
 * · messages of a key are delivered first in the order of sending, as long as one `send` of a key ends before the next begins ·
 * at least once: a handler that rejects gets the message again, and perhaps the later ones of its key too; later messages of a key
 * may wait until the earlier ones are acknowledged · what was not acknowledged comes to the next reader · a handler that
 * resolves after the reader was told to end has acknowledged its message all the same · a rejected `send` says nothing about what was
 * kept: the sender repeats the whole batch · STORE_REFUSED (terminal) for a topic that does not exist, STORE_UNAVAILABLE
 * (transient) for everything that may pass.
 */
export interface OrderedBus {
  /** All messages of one batch have the same ordering key. */
  send(topic: string, messages: readonly OrderedMessage[]): Promise<void>;
}

/** Handles one delivery: resolves once what it says is kept, which acknowledges it; a rejection asks for it again. */
export type OrderedHandler = (message: OrderedMessage) => Promise<void>;

/** The other end: one subscription that a deployment made. */
export interface OrderedSource {
  /** Delivers until `signal` aborts; resolves when no handler runs any more. Rejects when the subscription cannot be read. */
  run(subscription: string, handler: OrderedHandler, signal: AbortSignal): Promise<void>;
}
