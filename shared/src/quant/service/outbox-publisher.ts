import { z } from 'zod';
import { LivepoolError } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { OutboxRow, QuantStore } from '../../ports/quant-store.ts';
import type { Component, ComponentFacts } from '../../supervision/component.ts';
import { slept } from './commit-retry.ts';
import { isQueueHigh, queueFindings } from './engine-facts.ts';
import type { StreamChange } from './tick-messages.ts';

/** Rows that are read and told at once, and how long nobody waits for a hint (quant spec §9.2, queues). */
const BATCH = 200;
const POLL_MS = 1_000;
/** Rows at which the outbox counts as full. */
const MOST_ROWS = 20_000;
const PRUNE_MS = 3_600_000;
const DAY_MS = 86_400_000;

export interface PublisherDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: QuantStore;
}

/** How long rows are kept (quant spec §7), ms. */
export interface QuantRetentionMs {
  readonly features: number;
  readonly alerts: number;
  readonly signals: number;
  readonly sentOutbox: number;
}

export const QUANT_RETENTION: QuantRetentionMs = {
  features: 60 * DAY_MS,
  alerts: 365 * DAY_MS,
  signals: 365 * DAY_MS,
  sentOutbox: DAY_MS,
};

/** Tells one change; it must not throw. */
export type TellChange = (change: StreamChange, tickTs: number) => void;

const payloadSchema = z.object({ messages: z.array(z.object({ event: z.string(), data: z.unknown() })) });

/**
 * Reads what committed ticks left in the outbox and tells it, oldest first, at least once: a row is marked when all of it was told,
 * so a crash between tells it again (quant spec §6). Also deletes what is older than its retention.
 */
export class OutboxPublisher implements Component {
  readonly name = 'db_writer';
  readonly #deps: PublisherDeps;
  readonly #tell: TellChange;
  readonly #retention: QuantRetentionMs;
  readonly #token: () => number | null;
  #wake: () => void = () => undefined;
  #isHinted = false;
  #progressMs: number | null = null;
  #toldRows = 0;
  #backlog = { rows: 0, oldestTs: null as number | null, highSinceMs: null as number | null };
  #prunedMs: number | null = null;

  /** `token` gives the lease's number while this process is the writer: only then may it delete. */
  constructor(deps: PublisherDeps, tell: TellChange, token: () => number | null, retention = QUANT_RETENTION) {
    this.#deps = deps;
    this.#tell = tell;
    this.#token = token;
    this.#retention = retention;
  }

  /** Something was committed; it need not wait for the next look. */
  hint(): void {
    this.#isHinted = true;
    this.#wake();
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#isHinted = false;
      await this.#drain();
      await this.#prune();
      await this.#rest(signal);
    }
    await this.#drain();
  }

  health(nowMs: number): ComponentFacts {
    const { rows, oldestTs, highSinceMs } = this.#backlog;
    return {
      progressMs: this.#progressMs,
      measured: { queue_rows: rows, lag_ms: oldestTs === null ? 0 : nowMs - oldestTs, told_rows_total: this.#toldRows },
      findings: queueFindings({ rows, most: MOST_ROWS, highSinceMs }, nowMs),
    };
  }

  async #drain(): Promise<void> {
    const { store, clock } = this.#deps;
    for (let rows = await store.unsent(0, BATCH); rows.length > 0; rows = await store.unsent(rows.at(-1)!.seq, BATCH)) {
      for (const row of rows) this.#tellRow(row);
      await store.markSent(
        rows.map(({ seq }) => seq),
        clock.nowMs(),
      );
      this.#toldRows += rows.length;
      if (rows.length === BATCH) await this.#measure();
    }
    await this.#measure();
    this.#progressMs = clock.nowMs();
  }

  /** A row that cannot be read is told to the log and never again: it must not stop those after it. */
  #tellRow({ seq, tickTs, payload }: OutboxRow): void {
    try {
      const { messages } = payloadSchema.parse(JSON.parse(payload));
      for (const message of messages) this.#tell(message as StreamChange, tickTs);
    } catch (error) {
      this.#deps.logger.error('quant.outbox_unreadable', { seq, tick_ts: tickTs, message: String(error) });
    }
  }

  async #measure(): Promise<void> {
    const { unsent, oldestUnsentTs } = await this.#deps.store.backlog();
    const isHigh = isQueueHigh(unsent, MOST_ROWS);
    const highSinceMs = isHigh ? (this.#backlog.highSinceMs ?? this.#deps.clock.nowMs()) : null;
    this.#backlog = { rows: unsent, oldestTs: oldestUnsentTs, highSinceMs };
  }

  async #prune(): Promise<void> {
    const { store, clock, logger } = this.#deps;
    const nowMs = clock.nowMs();
    const token = this.#token();
    if (token === null || (this.#prunedMs !== null && nowMs - this.#prunedMs < PRUNE_MS)) return;
    this.#prunedMs = nowMs;
    const { features, alerts, signals, sentOutbox } = this.#retention;
    try {
      await store.prune(token, {
        featuresBeforeMs: nowMs - features,
        alertsBeforeMs: nowMs - alerts,
        signalsBeforeMs: nowMs - signals,
        sentBeforeMs: nowMs - sentOutbox,
      });
    } catch (error) {
      // Somebody else writes by now, and deletes too.
      if (!(error instanceof LivepoolError && error.code === 'QUANT_LEASE_LOST')) throw error;
      logger.info('quant.prune_left', { lease_epoch: token });
    }
  }

  async #rest(signal: AbortSignal): Promise<void> {
    // A hint that came while rows were told may be of one that was not read yet.
    if (this.#isHinted) return;
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    await slept(this.#deps.clock, POLL_MS, AbortSignal.any([signal, woken.signal]));
  }
}
