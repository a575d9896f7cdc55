import { z } from 'zod';
import type { AlertMessage } from '../../contracts/alert-message.ts';
import { LivepoolError } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { OutboxRow, QuantStore } from '../../ports/quant-store.ts';
import type { Component, ComponentFacts } from '../../supervision/component.ts';
import { type AlertAnnouncer, alertMessage } from './alert-announcer.ts';
import { slept } from './commit-retry.ts';
import { isQueueHigh, queueFindings } from './engine-facts.ts';
import type { StreamChange } from './tick-messages.ts';

/** Rows that are read and told at once, and how long nobody waits for a hint (quant spec §9.2, queues). */
const BATCH = 200;
const POLL_MS = 1_000;
/** Rows at which the outbox counts as full. */
const MOST_ROWS = 20_000;
const PRUNE_MS = 60_000;
const DAY_MS = 86_400_000;

export interface PublisherDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: QuantStore;
  /** Tells alerts to other processes, and marks the rows that they are in; absent = nobody does. */
  readonly announcer?: AlertAnnouncer;
}

/** How long rows are kept (quant spec §7), ms, where there is room. */
const RETENTION_MS = { features: 60 * DAY_MS, alerts: 365 * DAY_MS, signals: 365 * DAY_MS, sentOutbox: DAY_MS } as const;

/** Tells one change; it must not throw. */
export type TellChange = (change: StreamChange, tickTs: number) => void;

const payloadSchema = z.object({ messages: z.array(z.object({ event: z.string(), data: z.unknown() })) });

/**
 * Reads what committed ticks left in the outbox and tells it, oldest first, at least once: a row is marked when all of it was told,
 * so a crash between tells it again (quant spec §6). A row with alerts is marked once the bus has them; nobody waits for that. Also
 * deletes what is older than its retention, and the oldest rows of a store that is full.
 */
export class OutboxPublisher implements Component {
  readonly name = 'db_writer';
  readonly #deps: PublisherDeps;
  readonly #tell: TellChange;
  readonly #mostBytes: number;
  readonly #token: () => number | null;
  #wake: () => void = () => undefined;
  #isHinted = false;
  #progressMs: number | null = null;
  #toldRows = 0;
  /** Rows up to this one were told in this run; those that are not marked wait for the bus. */
  #toldSeq = 0;
  #backlog = { rows: 0, oldestTs: null as number | null, highSinceMs: null as number | null };
  #prunedMs: number | null = null;

  /** `token` gives the lease's number while this process is the writer: only then may it delete. */
  constructor(deps: PublisherDeps, tell: TellChange, token: () => number | null, mostBytes: number) {
    this.#deps = deps;
    this.#tell = tell;
    this.#token = token;
    this.#mostBytes = mostBytes;
  }

  /** Something was committed; it need not wait for the next look. */
  hint(): void {
    this.#isHinted = true;
    this.#wake();
  }

  async run(signal: AbortSignal): Promise<void> {
    const { announcer } = this.#deps;
    this.#toldSeq = 0;
    if (announcer === undefined) return this.#publish(signal);
    const [failed, published] = [new AbortController(), new AbortController()];
    const publishing = this.#publish(AbortSignal.any([signal, failed.signal])).finally(() => published.abort());
    const announcing = announcer.run(published.signal).finally(() => failed.abort());
    for (const done of await Promise.allSettled([publishing, announcing])) if (done.status === 'rejected') throw done.reason;
  }

  async #publish(signal: AbortSignal): Promise<void> {
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
      measured: {
        queue_rows: rows,
        lag_ms: oldestTs === null ? 0 : nowMs - oldestTs,
        told_rows_total: this.#toldRows,
        ...this.#deps.announcer?.measured,
      },
      findings: [
        ...queueFindings({ rows, most: MOST_ROWS, highSinceMs }, nowMs),
        ...(this.#deps.announcer?.findings(nowMs) ?? []),
      ],
    };
  }

  async #drain(): Promise<void> {
    const { store, clock } = this.#deps;
    const next = () => store.unsent(this.#toldSeq, BATCH);
    for (let rows = await next(); rows.length > 0; rows = await next()) {
      const told = rows.filter((row) => this.#tellRow(row));
      await store.markSent(
        told.map(({ seq }) => seq),
        clock.nowMs(),
      );
      this.#toldSeq = rows.at(-1)!.seq;
      this.#toldRows += rows.length;
      if (rows.length === BATCH) await this.#measure();
    }
    await this.#measure();
    this.#progressMs = clock.nowMs();
  }

  /**
   * True when the row is done, false when its alerts are with the announcer. A row that cannot be read is told to the log and never
   * again: it must not stop those after it.
   */
  #tellRow({ seq, tickTs, payload }: OutboxRow): boolean {
    const { announcer, logger } = this.#deps;
    try {
      const messages = payloadSchema.parse(JSON.parse(payload)).messages as readonly StreamChange[];
      for (const message of messages) this.#tell(message, tickTs);
      const alerts = messages.flatMap(alertMessages);
      if (announcer === undefined || alerts.length === 0) return true;
      announcer.add(seq, alerts);
      return false;
    } catch (error) {
      logger.error('quant.outbox_unreadable', { seq, tick_ts: tickTs, message: String(error) });
      return true;
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
    const { features, alerts, signals, sentOutbox } = RETENTION_MS;
    try {
      await store.prune(token, {
        featuresBeforeMs: nowMs - features,
        alertsBeforeMs: nowMs - alerts,
        signalsBeforeMs: nowMs - signals,
        sentBeforeMs: nowMs - sentOutbox,
        mostBytes: this.#mostBytes,
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

function alertMessages({ event, data }: StreamChange): readonly AlertMessage[] {
  if (event === 'alert') return [alertMessage('raised', data)];
  return event === 'alert_cleared' ? [alertMessage('cleared', data)] : [];
}
