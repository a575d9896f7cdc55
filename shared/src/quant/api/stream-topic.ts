import type { StreamEventName, StreamMessage } from '../../contracts/quant-stream.ts';

/** Messages a topic keeps, so that a cut connection can go on with `from_seq` (quant spec §9.1). */
export const KEPT_MESSAGES = 1000;

type DataOf<Name extends StreamEventName> = Extract<StreamMessage, { event: Name }>['data'];

/** The numbered messages of one topic: the newest thousand, and what a client that comes back has missed. */
export class StreamTopic<Name extends StreamEventName> {
  readonly #event: Name;
  #messages: StreamMessage[] = [];
  #seq = 0;

  /** Numbers begin after `firstSeq`, so that those of an earlier process are never taken for ours. */
  constructor(event: Name, firstSeq = 0) {
    this.#event = event;
    this.#seq = firstSeq;
  }

  get seq(): number {
    return this.#seq;
  }

  /** Numbers and keeps a change. */
  push(ts: number, data: DataOf<Name>): StreamMessage {
    this.#seq += 1;
    const message = this.#message('delta', ts, this.#seq, data);
    this.#messages.push(message);
    if (this.#messages.length > 2 * KEPT_MESSAGES) this.#messages = this.#messages.slice(-KEPT_MESSAGES);
    return message;
  }

  /** First message of a new connection: the whole, under the number of the newest change, at least 1. */
  snapshot(ts: number, data: DataOf<Name>): StreamMessage {
    return this.#message('snapshot', ts, Math.max(1, this.#seq), data);
  }

  /** What follows `fromSeq`; undefined when that is no longer kept or was never sent: the client must begin with a snapshot. */
  since(fromSeq: number): readonly StreamMessage[] | undefined {
    const kept = this.#messages.slice(-KEPT_MESSAGES);
    const oldest = this.#seq - kept.length;
    return Number.isSafeInteger(fromSeq) && fromSeq >= oldest && fromSeq <= this.#seq ? kept.slice(fromSeq - oldest) : undefined;
  }

  #message(kind: StreamMessage['kind'], ts: number, seq: number, data: DataOf<Name>): StreamMessage {
    return { schema: 'stream/1', event: this.#event, seq, kind, ts, data } as unknown as StreamMessage;
  }
}
