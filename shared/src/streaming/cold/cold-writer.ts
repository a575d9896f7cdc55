import type { StreamEnvelope } from '../../contracts/stream-envelope.ts';
import type { TableSchema } from '../../contracts/table-schema.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ColdRow } from '../../ports/cold-store.ts';
import type { Logger } from '../../ports/logger.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import type { Component } from '../../supervision/component.ts';
import { orAborted } from '../../supervision/or-aborted.ts';
import { type CatchUp, catchUp } from './catch-up.ts';
import { noRoom, WriterState } from './writer-state.ts';

export interface ColdWriterDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** The store of the cold tier; only `staging/` of it is created in, and nothing is read. */
  readonly objects: Pick<ObjectStore, 'put'>;
  /** Where a restarted writer finds what it missed; null without a bus. */
  readonly catchUp: CatchUp | null;
}

export interface ColdWriterOptions {
  /** Names this process among all there ever were, lower-case letters, digits and dashes: part of every segment's name. */
  readonly writer: string;
  /** Default 300 000 (data platform spec §1.4). */
  readonly stageEveryMs?: number;
  /** Rows after which a segment is written at once. Default 50 000. */
  readonly stageRows?: number;
  /** Characters in their texts after which a segment is written at once. Default 16 Mi. */
  readonly stageTextLength?: number;
  /** Rows that may be in memory while the store does not answer. Default 400 000. */
  readonly mostRows?: number;
  /** What comes by a subscription is kept within this, since its sender waits. Default 5 000. */
  readonly catchUpWithinMs?: number;
  /** How long a stop waits for the store. Default 2 000. */
  readonly flushWithinMs?: number;
}

/** The writer of staged rows, and its three doors. */
export interface ColdWriter extends Component {
  /** Time of the newest row that is staged, by venue, ms since the epoch; empty before the first segment. */
  readonly stagedMs: ReadonlyMap<string, number>;
  /** Takes an envelope of this process; what a full memory cannot take is counted, and comes again by the subscription. */
  readonly tee: (envelope: StreamEnvelope) => void;
  /** Takes an envelope from elsewhere: resolves once its rows are staged, STORE_UNAVAILABLE when there is no room now. */
  readonly accept: (envelope: StreamEnvelope) => Promise<void>;
  /** Takes rows of any table, for example `quant_features`; resolves once they are staged. */
  readonly addRows: (schema: TableSchema, rows: readonly ColdRow[]) => Promise<void>;
}

const STEP_MS = 200;

/**
 * Stages rows of the cold tier as create-only segments, every five minutes, every so many rows, and at a stop. What was resolved
 * is stored; what was not comes again by the subscription, and twice the same row is one row once sealed (data platform spec §1.4, §3).
 */
export function coldWriter(deps: ColdWriterDeps, options: ColdWriterOptions): ColdWriter {
  const { clock } = deps;
  const { stageEveryMs = 300_000, stageRows = 50_000, mostRows = 400_000, catchUpWithinMs = 5_000 } = options;
  const { stageTextLength = 16 * 1024 * 1024 } = options;
  const state = new WriterState(deps, options.writer, mostRows);
  const isDue = (nowMs: number): boolean =>
    state.buffer.openRows >= stageRows ||
    state.buffer.openTextLength >= stageTextLength ||
    nowMs - state.sealedMs >= stageEveryMs ||
    (state.hasGuests && nowMs - state.sealedMs >= catchUpWithinMs);

  /** Stages what is due, and once `ending` aborted all there is, until nobody waits any more. */
  const stage = async (ending: AbortSignal, drained: AbortSignal): Promise<void> => {
    state.sealedMs = clock.nowMs();
    while (!drained.aborted) {
      if (ending.aborted || isDue(clock.nowMs())) state.seal();
      await orAborted(state.write(), drained).catch((error: unknown) => {
        if (!drained.aborted) throw error;
      });
      await clock.sleep(STEP_MS, ending.aborted ? drained : ending).catch(() => undefined);
    }
  };
  return {
    name: 'cold_writer',
    run: async (signal) => {
      const failed = new AbortController();
      const drained = new AbortController();
      const ending = AbortSignal.any([signal, failed.signal]);
      const patience = patienceOf(clock, ending, options.flushWithinMs ?? 2_000);
      const source = deps.catchUp;
      const pulling = source === null ? untilAborted(ending) : catchUp(deps, source, state, ending, patience.spent);
      const pulled = pulling.finally(() => drained.abort());
      const parts = [pulled, stage(ending, drained.signal)];
      for (const part of parts) part.catch(() => failed.abort());
      const outcomes = await Promise.allSettled(parts);
      await state.flush(patience.leftMs());
      const broken = outcomes.find((outcome) => outcome.status === 'rejected');
      if (broken !== undefined) throw broken.reason;
    },
    health: () => state.facts(),
    stagedMs: state.stagedMs,
    tee: (envelope) => void state.take(envelope, false),
    accept: (envelope) => state.take(envelope, true) ?? Promise.reject(noRoom()),
    addRows: (schema, rows) =>
      state.add(
        rows.map((row) => ({ schema, row })),
        false,
      ) ?? Promise.reject(noRoom()),
  };
}

/** How long a stop may take: `spent` aborts then, so that nobody waits for a store that does not answer. */
function patienceOf(clock: Clock, ending: AbortSignal, withinMs: number) {
  let endedMs: number | null = null;
  const spent = new AbortController();
  const begin = (): void => {
    endedMs = clock.nowMs();
    void clock.sleep(withinMs).then(() => spent.abort(noRoom()));
  };
  if (ending.aborted) begin();
  else ending.addEventListener('abort', begin, { once: true });
  return { spent: spent.signal, leftMs: () => Math.max(0, withinMs - (clock.nowMs() - (endedMs ?? clock.nowMs()))) };
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
