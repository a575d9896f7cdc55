import { ENVELOPE_VERSION } from '../../contracts/stream-envelope.ts';
import { sha256Hex } from '../../core/sha256.ts';
import type { Blake3 } from '../../ports/blake3.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OrderedBus, OrderedMessage, OrderedSource } from '../../ports/ordered-bus.ts';
import { idempotencyKey } from '../envelope/checksum.ts';
import { receivedEnvelope } from '../envelope/envelope-message.ts';
import { validateEnvelope } from '../envelope/validate-envelope.ts';

export interface DeadLetterDeps {
  readonly source: OrderedSource;
  readonly bus: OrderedBus;
  readonly blake3: Blake3;
  readonly clock: Clock;
  readonly onProgress?: (replay: DeadLetterReplay) => void;
}

export interface DeadLetterInput {
  readonly topic: string;
  /** The subscription that keeps the dead letters of the topic. */
  readonly subscription: string;
  /** It is over when no new message came for so long. */
  readonly idleMs: number;
  /** At most so many are sent; the rest stays. */
  readonly most: number;
}

/** What became of the dead letters. */
export interface DeadLetterReplay {
  readonly republished: number;
  /** Letters that were delivered again, and are the same message: sent once, gone all the same. */
  readonly duplicates: number;
  /** Envelopes that no consumer could use now either, by what is wrong with them: they stay. */
  readonly kept: Readonly<Record<string, number>>;
}

/** Before a letter that stays is given back: it comes again at once. */
const GIVE_BACK_AFTER_MS = 1_000;
const LOOK_EVERY_MS = 50;

/**
 * Sends the dead letters of a topic to the topic again, as they came first, and takes them away once they are kept there (data platform
 * spec §3). The same message is sent once however often it is delivered. An envelope that would be refused again stays where it is.
 * Rejects when the subscription cannot be read or the topic cannot be sent to; what was not sent stays.
 */
export async function replayDeadLetters(
  deps: DeadLetterDeps,
  input: DeadLetterInput,
  signal: AbortSignal,
): Promise<DeadLetterReplay> {
  const { source, clock } = deps;
  const desk = new DeadLetterDesk(deps, input);
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const reading = source.run(input.subscription, (message) => desk.take(message, either), either);
  // It must not be unhandled while this waits for silence.
  const broken = reading.catch((fault: unknown) => over.abort(fault));
  while (!either.aborted && !desk.isOver()) await clock.sleep(LOOK_EVERY_MS, either).catch(() => undefined);
  over.abort();
  await broken;
  await reading;
  if (desk.fault !== null) throw desk.fault;
  return desk.replay();
}

class DeadLetterDesk {
  /** Why nothing can be sent; the first one. */
  fault: unknown = null;
  readonly #deps: DeadLetterDeps;
  readonly #input: DeadLetterInput;
  /** By message: what its sending waits for. */
  readonly #sent = new Map<string, Promise<void>>();
  /** Messages that stay, by what is wrong. */
  readonly #kept = new Map<string, string>();
  #republished = 0;
  #duplicates = 0;
  #underWay = 0;
  #newestMs: number;

  constructor(deps: DeadLetterDeps, input: DeadLetterInput) {
    this.#deps = deps;
    this.#input = input;
    this.#newestMs = deps.clock.nowMs();
  }

  isOver(): boolean {
    if (this.fault !== null) return true;
    const isSilent = this.#deps.clock.nowMs() - this.#newestMs >= this.#input.idleMs;
    return this.#underWay === 0 && (isSilent || this.#sent.size >= this.#input.most);
  }

  replay(): DeadLetterReplay {
    const kept: Record<string, number> = {};
    for (const reason of this.#kept.values()) kept[reason] = (kept[reason] ?? 0) + 1;
    return { republished: this.#republished, duplicates: this.#duplicates, kept };
  }

  /** Resolving takes a letter away, rejecting leaves it. */
  async take(letter: OrderedMessage, signal: AbortSignal): Promise<void> {
    const message = withoutReasons(letter);
    const { key, reason } = this.#judge(message);
    const known = this.#sent.get(key);
    if (known !== undefined) {
      await known;
      this.#duplicates += 1;
      return;
    }
    if (reason !== null) return this.#giveBack(key, reason, signal);
    if (this.#sent.size >= this.#input.most || this.fault !== null || signal.aborted) throw new Error('left for another time');
    this.#newestMs = this.#deps.clock.nowMs();
    const sending = this.#send(message);
    this.#sent.set(key, sending);
    await sending;
  }

  async #send(message: OrderedMessage): Promise<void> {
    this.#underWay += 1;
    try {
      await this.#deps.bus.send(this.#input.topic, [message]);
      this.#republished += 1;
      this.#deps.onProgress?.(this.replay());
    } catch (fault) {
      this.fault ??= fault;
      throw fault;
    } finally {
      this.#underWay -= 1;
    }
  }

  async #giveBack(key: string, reason: string, signal: AbortSignal): Promise<never> {
    if (!this.#kept.has(key)) this.#newestMs = this.#deps.clock.nowMs();
    this.#kept.set(key, reason);
    await this.#deps.clock.sleep(GIVE_BACK_AFTER_MS, signal).catch(() => undefined);
    throw new Error(`stays: ${reason}`);
  }

  /** What tells a message from others, and why it would be refused again; messages that are no envelopes are never judged. */
  #judge(message: OrderedMessage): { readonly key: string; readonly reason: string | null } {
    const { data, attributes } = message;
    const plain = {
      key: sha256Hex(
        Buffer.concat([data, Buffer.from(JSON.stringify(Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1))))]),
      ),
      reason: null,
    };
    if (attributes.checksum === undefined && attributes.version !== String(ENVELOPE_VERSION)) return plain;
    const envelope = validateEnvelope(this.#deps.blake3, receivedEnvelope(message));
    if (envelope.ok) return { key: idempotencyKey(envelope.value), reason: null };
    return { key: plain.key, reason: envelope.error[0]!.check };
  }
}

/** As it was before it died: what the consumer and Pub/Sub added belongs to the letter. */
function withoutReasons({ data, attributes, orderingKey }: OrderedMessage): OrderedMessage {
  const own = Object.entries(attributes).filter(([name]) => !ADDED.has(name) && !name.startsWith('CloudPubSubDeadLetter'));
  return { data, attributes: Object.fromEntries(own), orderingKey };
}

const ADDED: ReadonlySet<string> = new Set(['reason', 'reasons']);
