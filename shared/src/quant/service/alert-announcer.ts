import type { AlertMessage } from '../../contracts/alert-message.ts';
import type { HealthFinding } from '../../contracts/health-finding.ts';
import { SIGNAL_TOPICS } from '../../contracts/names.ts';
import type { QuantAlert } from '../../contracts/quant-stream.ts';
import { LivepoolError } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EventBus } from '../../ports/event-bus.ts';
import type { Logger } from '../../ports/logger.ts';
import { slept } from './commit-retry.ts';

export interface AnnouncerDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly bus: EventBus;
}

interface WaitingRow {
  readonly seq: number;
  readonly sinceMs: number;
  readonly messages: readonly AlertMessage[];
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/** A topic that takes nothing for so long is worth a word. */
const LATE_MS = 60_000;

/** What the last try at a stop may take: less than a stage of it. */
const LAST_TRY_MS = 1_000;

/**
 * Publishes alerts of outbox rows to topic `alerts`, oldest first and at least once: a row is done when the bus took all of it, and
 * waits in the outbox until then. A bus that is away, or refuses, holds up nobody else.
 */
export class AlertAnnouncer {
  readonly #deps: AnnouncerDeps;
  readonly #done: (seq: number) => Promise<void>;
  #rows: WaitingRow[] = [];
  #wake: () => void = () => undefined;
  #announced = 0;
  #failures = 0;

  /** `done` marks a row of the outbox. */
  constructor(deps: AnnouncerDeps, done: (seq: number) => Promise<void>) {
    this.#deps = deps;
    this.#done = done;
  }

  get measured(): Readonly<Record<string, number>> {
    return {
      alerts_waiting: this.#rows.length,
      alerts_announced_total: this.#announced,
      failed_announcements_total: this.#failures,
    };
  }

  findings(nowMs: number): readonly HealthFinding[] {
    const oldest = this.#rows[0];
    const isLate = oldest !== undefined && nowMs - oldest.sinceMs > LATE_MS;
    return isLate ? [{ area: 'queue', level: 'degraded', reason: 'alerts_not_announced' }] : [];
  }

  /** A row of the outbox with changes of alerts. One that waits already is not taken twice. */
  add(seq: number, messages: readonly AlertMessage[]): void {
    if (this.#rows.some((row) => row.seq === seq)) return;
    this.#rows.push({ seq, messages, sinceMs: this.#deps.clock.nowMs() });
    this.#wake();
  }

  /** Announces until `signal`, then tries once more. Rejects when a row cannot be marked. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    for (let failures = 0; !signal.aborted; ) {
      if (this.#rows.length === 0) {
        await this.#somethingNew(signal);
        continue;
      }
      failures = (await this.#announceAll()) ? 0 : failures + 1;
      if (failures > 0) await slept(clock, Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 10)), signal);
    }
    if (this.#rows.length > 0) await Promise.race([this.#announceAll(), clock.sleep(LAST_TRY_MS)]);
  }

  /** False when the bus did not take the oldest one. */
  async #announceAll(): Promise<boolean> {
    const { bus, logger } = this.#deps;
    for (let row = this.#rows[0]; row !== undefined; row = this.#rows[0]) {
      try {
        for (const data of row.messages) await bus.publish({ topic: SIGNAL_TOPICS.alerts, data });
      } catch (error) {
        if (!(error instanceof LivepoolError)) throw error;
        this.#failures += 1;
        logger.warn('alerts.announce_failed', { code: error.code, message: error.message, waiting: this.#rows.length });
        return false;
      }
      await this.#done(row.seq);
      this.#announced += row.messages.length;
      this.#rows.shift();
    }
    return true;
  }

  async #somethingNew(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const onAbort = (): void => resolve();
    this.#wake = resolve;
    signal.addEventListener('abort', onAbort, { once: true });
    await promise;
    signal.removeEventListener('abort', onAbort);
  }
}

/** What the topic says of an alert. */
export function alertMessage(state: AlertMessage['state'], alert: QuantAlert): AlertMessage {
  const { id, key, rule, symbol, severity, value, threshold, raised_at, cleared_at, evidence } = alert;
  return {
    alert_id: id,
    state,
    key,
    rule,
    symbol,
    severity,
    value: textOf(value),
    threshold: textOf(threshold),
    raised_at: String(raised_at),
    cleared_at: textOf(cleared_at),
    evidence,
  };
}

function textOf(value: number | null): string {
  return value === null ? '' : String(value);
}
