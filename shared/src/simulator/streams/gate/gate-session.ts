import { decodeRequest, type StreamContext, type StreamSession } from '../stream-session.ts';
import { answerFrame, type GateRequest, pongFrame, requestOf } from './envelope.ts';

/** A stream that a request asks for; `key` names it within its channel, `start` returns what ends it. */
export interface GateStream {
  readonly key: string;
  readonly start: () => () => void;
}

/** One connection to Gate, spot or futures: pings, and each stream once, whatever its channel. */
export class GateSession implements StreamSession {
  readonly #context: StreamContext;
  readonly #product: 'spot' | 'futures';
  readonly #subscribe: (request: GateRequest) => readonly GateStream[] | string;
  readonly #running = new Map<string, () => void>();

  /** `subscribe` answers the streams of a request, or the venue's words for what is wrong with it. */
  constructor(
    context: StreamContext,
    product: 'spot' | 'futures',
    subscribe: (request: GateRequest) => readonly GateStream[] | string,
  ) {
    this.#context = context;
    this.#product = product;
    this.#subscribe = subscribe;
  }

  receive(text: string): void {
    const value = decodeRequest(text);
    if (value === undefined) {
      this.#context.send(answerFrame(this.#context, requestOf({}), { code: 1, message: 'invalid json' }));
      return;
    }
    const request = requestOf(value);
    if (request.channel === `${this.#product}.ping`) this.#context.send(pongFrame(this.#context, `${this.#product}.pong`));
    else this.#serve(request);
  }

  #serve(request: GateRequest): void {
    if (request.event !== 'subscribe' && request.event !== 'unsubscribe') {
      this.#refuse(request, `unknown event ${request.event}`);
      return;
    }
    const streams = this.#subscribe(request);
    if (typeof streams === 'string') {
      this.#refuse(request, streams);
      return;
    }
    const keys = streams.map(({ key }) => `${request.channel} ${key}`);
    if (request.event === 'subscribe' && keys.some((key) => this.#running.has(key))) {
      this.#refuse(request, 'duplicate subscription');
      return;
    }
    this.#context.send(answerFrame(this.#context, request));
    for (const key of keys) {
      this.#running.get(key)?.();
      this.#running.delete(key);
    }
    if (request.event === 'unsubscribe') return;
    for (const [index, { start }] of streams.entries()) this.#running.set(keys[index]!, start());
  }

  #refuse(request: GateRequest, message: string): void {
    this.#context.send(answerFrame(this.#context, request, { code: 2, message }));
  }
}
