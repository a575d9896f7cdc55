import type { StreamEnvelope } from '../../contracts/stream-envelope.ts';
import { LivepoolError } from '../../core/errors.ts';
import type { Blake3 } from '../../ports/blake3.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { OrderedBus, OrderedHandler, OrderedSource } from '../../ports/ordered-bus.ts';
import { orAborted } from '../../supervision/or-aborted.ts';
import { receiveEnvelopes } from '../receive-envelopes.ts';
import { noRoom, type WriterState } from './writer-state.ts';

/** Subscriptions of this writer to the topics of market data. */
export interface CatchUp {
  readonly bus: OrderedBus & OrderedSource;
  readonly blake3: Blake3;
  readonly subscriptions: readonly { readonly topic: string; readonly subscription: string }[];
}

export interface CatchUpDeps {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A subscription that cannot be read is asked for again after this. */
const AGAIN_AFTER_MS = 30_000;

/** A message for which there is no room looks again after this. */
const ROOM_AFTER_MS = 1_000;

/**
 * Reads every subscription until `ending` aborts and all that came is staged, or `spent` aborts because it will not be. What has
 * no room waits: a message that is refused again and again would become a dead letter. A subscription that cannot be read takes
 * nothing from the others, nor from what this process stages of its own.
 */
export async function catchUp(
  deps: CatchUpDeps,
  { bus, blake3, subscriptions }: CatchUp,
  state: WriterState,
  ending: AbortSignal,
  spent: AbortSignal,
): Promise<void> {
  const sink = async (envelope: StreamEnvelope): Promise<void> => {
    while (state.isCrowded) await deps.clock.sleep(ROOM_AFTER_MS, spent);
    await orAborted(state.take(envelope, true) ?? Promise.reject(noRoom()), spent);
  };
  const readings = subscriptions.map(({ topic, subscription }) => {
    const receive = receiveEnvelopes({ blake3, bus, sink, counters: state.received }, topic);
    const handler: OrderedHandler = (message) => {
      state.unread.delete(subscription);
      return receive(message);
    };
    return readOn(deps, bus, subscription, handler, state, ending);
  });
  await Promise.all(readings);
}

/** Reads one subscription, again and again when that fails; what is no error of the bus ends the writer. */
async function readOn(
  { clock, logger }: CatchUpDeps,
  bus: OrderedSource,
  subscription: string,
  handler: OrderedHandler,
  state: WriterState,
  ending: AbortSignal,
): Promise<void> {
  while (!ending.aborted) {
    const attempt = new AbortController();
    try {
      // A quiet subscription that holds for as long as one is waited for can be read.
      void clock.sleep(AGAIN_AFTER_MS, attempt.signal).then(
        () => state.unread.delete(subscription),
        () => undefined,
      );
      await bus.run(subscription, handler, ending);
    } catch (error) {
      if (!(error instanceof LivepoolError) || error.kind === 'bug') throw error;
      if (ending.aborted) return;
      if (!state.unread.has(subscription))
        logger.error('cold_writer.unread', { subscription, code: error.code, message: error.message });
      state.unread.add(subscription);
      attempt.abort();
      await clock.sleep(AGAIN_AFTER_MS, ending).catch(() => undefined);
    } finally {
      attempt.abort();
    }
  }
}
