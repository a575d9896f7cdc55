import type { HealthFinding } from '../../contracts/health-finding.ts';
import type { StreamEnvelope } from '../../contracts/stream-envelope.ts';
import { LivepoolError } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { OrderedBus } from '../../ports/ordered-bus.ts';
import type { Component, ComponentFacts } from '../../supervision/component.ts';
import type { EnvelopeComposer } from '../compose/envelope-composer.ts';
import { envelopeMessage } from '../envelope/envelope-message.ts';
import type { EventReader } from '../market-event-fan-out.ts';
import { PUBLISH_LIMITS, type PublishBatch, PublishBuffer, type PublishLimits } from './publish-buffer.ts';

export interface EnvelopePublisherDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where the events come from: a reader of its own. */
  readonly reader: EventReader;
  readonly composer: EnvelopeComposer;
  /** Null keeps the envelopes in this process: nothing but the tee sees them. */
  readonly bus: OrderedBus | null;
  /** Sees every envelope before the bus does; the cold writer. */
  readonly tee: ((envelope: StreamEnvelope) => void) | null;
}

export interface EnvelopePublisherOptions {
  readonly limits?: PublishLimits;
  /** How long a stop waits for the bus. Default 2 000, within the worker's four seconds (operations spec §3). */
  readonly flushWithinMs?: number;
}

/** What the publisher did since the process began. */
interface PublisherCounters {
  composed: number;
  sent: number;
  failures: number;
  /** When the bus last took something, or an envelope was composed where there is no bus. */
  progressMs: number | null;
}

const STEP_MS = 20;

/** Events that one step takes, so that the buffer overshoots its bounds by little. */
const EVENTS_A_STEP = 2_000;

/** Requests that may be under way, over all keys. */
const MOST_UNDER_WAY = 64;

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Publishes market data: events become envelopes, envelopes batches by key, one request of a key at a time so that order holds. A
 * failed key waits and begins again with the same batch. A full buffer drops old samples of books and else takes no more events:
 * these then wait, conflate and are counted where they came from (data platform spec §3). A stop sends what there is, and says
 * what was left.
 */
export function envelopePublisher(deps: EnvelopePublisherDeps, options: EnvelopePublisherOptions = {}): Component {
  const buffer = new PublishBuffer(options.limits ?? PUBLISH_LIMITS);
  const counters: PublisherCounters = { composed: 0, sent: 0, failures: 0, progressMs: null };
  const sender = new Sender(deps, buffer, counters);
  return {
    name: 'event_publisher',
    run: async (signal) => {
      while (!signal.aborted) {
        take(deps, buffer, counters);
        sender.start(false);
        sender.throwIfBroken();
        await deps.clock.sleep(STEP_MS, signal).catch(() => undefined);
      }
      await flush(deps, buffer, counters, sender, options.flushWithinMs ?? 2_000);
    },
    health: (nowMs) => factsOf(deps, buffer, counters, nowMs),
  };
}

/** Sends batches side by side, one of a line at a time. */
class Sender {
  readonly #deps: EnvelopePublisherDeps;
  readonly #buffer: PublishBuffer;
  readonly #counters: PublisherCounters;
  readonly #underWay = new Set<Promise<void>>();
  #bug: unknown = null;

  constructor(deps: EnvelopePublisherDeps, buffer: PublishBuffer, counters: PublisherCounters) {
    this.#deps = deps;
    this.#buffer = buffer;
    this.#counters = counters;
  }

  get isIdle(): boolean {
    return this.#underWay.size === 0;
  }

  start(isLast: boolean): void {
    const { bus, clock } = this.#deps;
    if (bus === null) return;
    for (const batch of this.#buffer.due(clock.nowMs(), isLast, MOST_UNDER_WAY - this.#underWay.size)) {
      const one = this.#send(bus, batch).finally(() => this.#underWay.delete(one));
      this.#underWay.add(one);
    }
  }

  throwIfBroken(): void {
    const bug = this.#bug;
    this.#bug = null;
    if (bug !== null) throw bug;
  }

  async #send(bus: OrderedBus, batch: PublishBatch): Promise<void> {
    const { clock, logger } = this.#deps;
    try {
      await bus.send(batch.topic, batch.messages);
      this.#buffer.sent(batch);
      this.#counters.sent += batch.messages.length;
      this.#counters.progressMs = clock.nowMs();
    } catch (error) {
      this.#buffer.failed(batch, clock.nowMs(), pauseMs);
      this.#counters.failures += 1;
      if (!(error instanceof LivepoolError)) this.#bug = error;
      else if (batch.line.failures === 1) {
        logger.warn('publisher.failed', { topic: batch.topic, code: error.code, message: error.message });
      }
    }
  }
}

function pauseMs(failures: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 10));
}

/** Turns what came into messages, as far as there is room. */
function take(deps: EnvelopePublisherDeps, buffer: PublishBuffer, counters: PublisherCounters): void {
  const nowMs = deps.clock.nowMs();
  if (!buffer.hasRoom()) return;
  for (const event of deps.reader.take(EVENTS_A_STEP)) deps.composer.push(event);
  keep(deps, buffer, counters, deps.composer.due(nowMs), nowMs);
}

function keep(
  { bus, tee }: EnvelopePublisherDeps,
  buffer: PublishBuffer,
  counters: PublisherCounters,
  composed: ReturnType<EnvelopeComposer['due']>,
  nowMs: number,
): void {
  for (const { topic, envelope, orderingKey } of composed) {
    counters.composed += 1;
    tee?.(envelope);
    if (bus === null) counters.progressMs = nowMs;
    else buffer.add(topic, envelopeMessage(envelope, orderingKey), nowMs);
  }
}

async function flush(
  deps: EnvelopePublisherDeps,
  buffer: PublishBuffer,
  counters: PublisherCounters,
  sender: Sender,
  withinMs: number,
): Promise<void> {
  const { clock, reader, composer, logger } = deps;
  const startedMs = clock.nowMs();
  while (reader.facts().waiting > 0) for (const event of reader.take(EVENTS_A_STEP)) composer.push(event);
  keep(deps, buffer, counters, composer.flush(startedMs), startedMs);
  buffer.resume();
  while ((buffer.size.messages > 0 || !sender.isIdle) && clock.nowMs() - startedMs < withinMs) {
    sender.start(true);
    await clock.sleep(STEP_MS);
  }
  const { messages, bytes } = buffer.size;
  if (messages > 0) logger.warn('publisher.left', { messages, bytes });
}

function factsOf(
  { reader }: EnvelopePublisherDeps,
  buffer: PublishBuffer,
  counters: PublisherCounters,
  nowMs: number,
): ComponentFacts {
  const { messages, bytes } = buffer.size;
  const { waiting, dropped, conflated } = reader.facts();
  const paused = buffer.paused(nowMs);
  const findings: HealthFinding[] = [];
  if (paused > 0) findings.push({ area: 'queue', level: 'degraded', reason: `publish_paused_${paused}_keys` });
  if (!buffer.hasRoom()) findings.push({ area: 'queue', level: 'degraded', reason: 'publish_buffer_full' });
  return {
    progressMs: counters.progressMs,
    measured: {
      queue_events: waiting,
      queue_dropped_total: dropped,
      queue_conflated_total: conflated,
      envelopes_total: counters.composed,
      sent_total: counters.sent,
      failed_sends_total: counters.failures,
      buffer_messages: messages,
      buffer_bytes: bytes,
      buffer_dropped_total: buffer.dropped,
      paused_keys: paused,
    },
    findings,
  };
}
