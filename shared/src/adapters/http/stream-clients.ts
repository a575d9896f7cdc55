import type { Clock } from '../../ports/clock.ts';
import type { StreamSource, StreamText, StreamWish } from '../../ports/stream-source.ts';

/** A quiet connection gets a sign of life this often (quant spec §9.1). */
export const HEARTBEAT_MS = 10_000;

/** Unsent bytes of a client at which it counts as slow; then it is dropped and comes back with `from_seq`. */
export const MOST_BUFFERED_BYTES = 1_048_576;

/** Connections of one server at a time; more are told to come back later. */
const MOST_CLIENTS = 256;

/** One connection, of whatever transport. */
export interface StreamClient {
  send(message: StreamText): void;
  /** Bytes that the client has not taken yet. */
  buffered(): number;
  drop(): void;
}

/** All connections of a server to one source: gives them its messages, drops who does not read, tells the rest that it lives. */
export class StreamClients {
  slowDropped = 0;
  readonly #source: StreamSource;
  readonly #open = new Map<StreamClient, () => void>();

  constructor(source: StreamSource) {
    this.#source = source;
  }

  get size(): number {
    return this.#open.size;
  }

  get isFull(): boolean {
    return this.#open.size >= MOST_CLIENTS;
  }

  unknownTopics(wish: StreamWish): readonly string[] {
    return this.#source.unknownTopics(wish);
  }

  add(client: StreamClient, wish: StreamWish): void {
    this.#open.set(client, () => undefined);
    const leave = this.#source.subscribe(wish, (message) => this.#send(client, message));
    if (this.#open.has(client)) this.#open.set(client, leave);
    else leave();
  }

  remove(client: StreamClient): void {
    this.#open.get(client)?.();
    this.#open.delete(client);
  }

  /** Sends signs of life until the returned function is called. */
  beat(clock: Clock): () => void {
    const stopped = new AbortController();
    void this.#beats(clock, stopped.signal).catch(() => undefined);
    return () => stopped.abort();
  }

  close(): void {
    for (const client of this.#open.keys()) client.drop();
    this.#open.clear();
  }

  async #beats(clock: Clock, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await clock.sleep(HEARTBEAT_MS, signal);
      const beat = this.#source.heartbeat(clock.nowMs());
      for (const client of this.#open.keys()) this.#send(client, beat);
    }
  }

  #send(client: StreamClient, message: StreamText): void {
    if (!this.#open.has(client)) return;
    client.send(message);
    if (client.buffered() <= MOST_BUFFERED_BYTES) return;
    this.slowDropped += 1;
    this.remove(client);
    client.drop();
  }
}
