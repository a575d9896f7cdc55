import { MARKET_TOPICS, type MarketTopic } from '../../contracts/names.ts';
import type { OrderedMessage } from '../../ports/ordered-bus.ts';

/** Bounds of what waits for the bus, and of one batch (data platform spec §3). */
export interface PublishLimits {
  readonly bufferMessages: number;
  readonly bufferBytes: number;
  readonly batchMessages: number;
  readonly batchBytes: number;
  /** A message waits at most this long for company. */
  readonly batchWithinMs: number;
}

export const PUBLISH_LIMITS: PublishLimits = {
  bufferMessages: 10_000,
  bufferBytes: 64 * 1024 * 1024,
  batchMessages: 100,
  batchBytes: 1_048_576,
  batchWithinMs: 50,
};

/** Messages of one topic and ordering key that go in one request; they stay in the buffer until `sent`. */
export interface PublishBatch {
  readonly topic: MarketTopic;
  readonly messages: readonly OrderedMessage[];
  readonly line: Line;
}

interface Waiting {
  readonly message: OrderedMessage;
  readonly bytes: number;
  readonly sinceMs: number;
}

/** Messages of one topic and key, oldest first. */
export interface Line {
  readonly topic: MarketTopic;
  waiting: Waiting[];
  /** Messages at its front that a request carries now. */
  underWay: number;
  /** No request before this: the last one failed. */
  pausedUntilMs: number;
  failures: number;
}

/** The spread of attributes over the wire, roughly: what Pub/Sub counts beside the data. */
const ATTRIBUTES_BYTES = 400;

/**
 * What waits for the bus, ordered by key. When it is full the oldest samples of books go, counted; there is never room made by
 * dropping anything else: `hasRoom` says whether the sender may bring more.
 */
export class PublishBuffer {
  dropped = 0;
  readonly #limits: PublishLimits;
  readonly #lines = new Map<string, Line>();
  #messages = 0;
  #bytes = 0;

  constructor(limits: PublishLimits) {
    this.#limits = limits;
  }

  get size(): { readonly messages: number; readonly bytes: number } {
    return { messages: this.#messages, bytes: this.#bytes };
  }

  /** Lines that wait after a failure at `nowMs`. */
  paused(nowMs: number): number {
    return [...this.#lines.values()].filter(({ pausedUntilMs }) => pausedUntilMs > nowMs).length;
  }

  /** False when only samples of books could be taken, each at the cost of an older one. */
  hasRoom(): boolean {
    return this.#fits(0) || [...this.#lines.values()].some(isDroppable);
  }

  /** Keeps a message, and drops the oldest samples of books while there are too many. */
  add(topic: MarketTopic, message: OrderedMessage, nowMs: number): void {
    const bytes = message.data.byteLength + ATTRIBUTES_BYTES;
    const key = `${topic} ${message.orderingKey}`;
    const line = this.#lines.get(key) ?? { topic, waiting: [], underWay: 0, pausedUntilMs: 0, failures: 0 };
    this.#lines.set(key, line);
    line.waiting.push({ message, bytes, sinceMs: nowMs });
    this.#messages += 1;
    this.#bytes += bytes;
    while (!this.#fits(0) && this.#dropOldest());
  }

  /** The next request of every line that has one due and none under way; `isLast` = whatever waits is due. */
  due(nowMs: number, isLast: boolean, most: number): readonly PublishBatch[] {
    const found: PublishBatch[] = [];
    for (const line of this.#lines.values()) {
      if (found.length >= most) break;
      if (line.underWay > 0 || line.waiting.length === 0 || line.pausedUntilMs > nowMs) continue;
      const count = this.#batchCount(line);
      const isFull = count === this.#limits.batchMessages || count < line.waiting.length;
      if (!isLast && !isFull && nowMs - line.waiting[0]!.sinceMs < this.#limits.batchWithinMs) continue;
      line.underWay = count;
      found.push({ topic: line.topic, messages: line.waiting.slice(0, count).map(({ message }) => message), line });
    }
    return found;
  }

  /** The bus has the batch. */
  sent({ line }: PublishBatch): void {
    for (const { bytes } of line.waiting.splice(0, line.underWay)) {
      this.#messages -= 1;
      this.#bytes -= bytes;
    }
    Object.assign(line, { underWay: 0, pausedUntilMs: 0, failures: 0 });
  }

  /** The bus does not have it, or nobody knows: the line waits and begins with the same messages again. */
  failed({ line }: PublishBatch, nowMs: number, pauseMs: (failures: number) => number): void {
    line.underWay = 0;
    line.failures += 1;
    line.pausedUntilMs = nowMs + pauseMs(line.failures);
  }

  /** Forgets every pause: before a last try. */
  resume(): void {
    for (const line of this.#lines.values()) line.pausedUntilMs = 0;
  }

  #fits(more: number): boolean {
    return this.#messages + more <= this.#limits.bufferMessages && this.#bytes <= this.#limits.bufferBytes;
  }

  #batchCount({ waiting }: Line): number {
    const most = Math.min(waiting.length, this.#limits.batchMessages);
    let bytes = waiting[0]!.bytes;
    let count = 1;
    for (; count < most; count++) {
      bytes += waiting[count]!.bytes;
      if (bytes > this.#limits.batchBytes) break;
    }
    return count;
  }

  #dropOldest(): boolean {
    let oldest: Line | undefined;
    for (const line of this.#lines.values()) {
      if (isDroppable(line) && (oldest === undefined || firstFree(line).sinceMs < firstFree(oldest).sinceMs)) oldest = line;
    }
    if (oldest === undefined) return false;
    const [gone] = oldest.waiting.splice(oldest.underWay, 1);
    this.#messages -= 1;
    this.#bytes -= gone!.bytes;
    this.dropped += 1;
    return true;
  }
}

/** A line of samples that has one which no request carries. */
function isDroppable({ topic, waiting, underWay }: Line): boolean {
  return topic === MARKET_TOPICS.book && waiting.length > underWay;
}

function firstFree({ waiting, underWay }: Line): Waiting {
  return waiting[underWay]!;
}
