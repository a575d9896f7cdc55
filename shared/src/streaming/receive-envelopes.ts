import { deadLetterTopic } from '../contracts/names.ts';
import type { StreamEnvelope } from '../contracts/stream-envelope.ts';
import type { Blake3 } from '../ports/blake3.ts';
import type { OrderedBus, OrderedHandler, OrderedMessage } from '../ports/ordered-bus.ts';
import { receivedEnvelope } from './envelope/envelope-message.ts';
import { type EnvelopeViolation, validateEnvelope } from './envelope/validate-envelope.ts';

export interface ReceiveDeps {
  readonly blake3: Blake3;
  /** Takes the dead letters. */
  readonly bus: OrderedBus;
  /** Gets every valid envelope; what it resolves is acknowledged, a rejection asks for it again. */
  readonly sink: (envelope: StreamEnvelope) => Promise<void>;
  readonly counters: ReceiveCounters;
}

export interface ReceiveCounters {
  accepted: number;
  deadLettered: number;
  /** Violations by check: `data_consistency_errors_total`. */
  readonly violations: Record<string, number>;
}

export function receiveCounters(): ReceiveCounters {
  return { accepted: 0, deadLettered: 0, violations: {} };
}

/**
 * Handles messages of one topic of envelopes: a valid one goes on, anything else goes to the topic's dead letters as it came, with
 * `reason` (the decisive one) and `reasons`, and is acknowledged then (data platform spec §2).
 */
export function receiveEnvelopes(deps: ReceiveDeps, topic: string): OrderedHandler {
  const { blake3, bus, sink, counters } = deps;
  return async (message) => {
    const validated = validateEnvelope(blake3, receivedEnvelope(message));
    if (validated.ok) {
      await sink(validated.value);
      counters.accepted += 1;
      return;
    }
    await bus.send(deadLetterTopic(topic), [deadLetter(message, validated.error)]);
    counters.deadLettered += 1;
    for (const { check } of validated.error) counters.violations[check] = (counters.violations[check] ?? 0) + 1;
  };
}

/** A damaged payload explains everything else that is wrong with it. */
function deadLetter(message: OrderedMessage, violations: readonly EnvelopeViolation[]): OrderedMessage {
  const checks = [...new Set(violations.map(({ check }) => check))];
  const reason = checks.includes('checksum_mismatch') ? 'checksum_mismatch' : checks[0]!;
  return { ...message, attributes: { ...message.attributes, reason, reasons: checks.join(',') } };
}
