import { LivepoolError } from '../../core/errors.ts';
import { type InstrumentChange, type InstrumentReading, instrumentChanges } from '../../market/instrument-changes.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Random } from '../../ports/random.ts';

/** Lists are read anew this often (market data spec §2). */
export const REFRESH_EVERY_MS = 6 * 3_600_000;
/** A list that could not be read, or does not trade all that is asked for, is read again after this. */
const RETRY_MS = 15 * 60_000;
/** Whoever asks for a reading at once gets one so often. */
const SOON_MS = 60_000;

/** One list of a venue that is followed. */
export interface FollowedList {
  /** Name in logs: `gate.perp`. */
  readonly name: string;
  /** Instruments that are asked for, traded now or not. */
  readonly asked: number;
  /** As it was read when the feeds were opened. */
  readonly reading: InstrumentReading;
  readonly read: (signal: AbortSignal) => Promise<InstrumentReading>;
}

export interface InstrumentRefreshDeps {
  readonly clock: Clock;
  readonly random: Pick<Random, 'next'>;
  readonly logger: Logger;
}

/**
 * Reads the venues' lists of instruments anew every six hours, every quarter of an hour while an instrument is halted or not listed, and
 * when somebody has a reason to; tells what is otherwise than when feeds were opened.
 */
export class InstrumentRefresh {
  readonly #deps: InstrumentRefreshDeps;
  readonly #lists: readonly FollowedList[];
  readonly #everyMs: number;
  #soon = new AbortController();
  #readMs = Number.NEGATIVE_INFINITY;

  constructor(deps: InstrumentRefreshDeps, lists: readonly FollowedList[], everyMs = REFRESH_EVERY_MS) {
    this.#deps = deps;
    this.#lists = lists;
    this.#everyMs = everyMs;
  }

  /** Something suggests that a list says otherwise by now: they are read at once, within a minute of the last time not again. */
  readSoon(): void {
    const nowMs = this.#deps.clock.nowMs();
    if (nowMs - this.#readMs < SOON_MS) return;
    this.#readMs = nowMs;
    this.#soon.abort();
    this.#soon = new AbortController();
  }

  /** Until `signal`. `onChanges` hears of each change once; whoever runs the feeds opens them anew for what they follow. */
  async run(onChanges: (changes: readonly InstrumentChange[]) => void, signal: AbortSignal): Promise<void> {
    await Promise.all(this.#lists.map((list) => this.#follow(list, onChanges, signal)));
  }

  async #follow(
    { name, asked, reading, read }: FollowedList,
    onChanges: Parameters<InstrumentRefresh['run']>[0],
    signal: AbortSignal,
  ) {
    const { clock, random, logger } = this.#deps;
    let last = reading;
    // A tenth less, so that the lists of several venues are not asked for at once.
    const pauseMs = (): number => {
      const fullMs = last.chosen.length < asked ? Math.min(RETRY_MS, this.#everyMs) : this.#everyMs;
      return Math.round(fullMs * (1 - random.next() / 10));
    };
    for (let waitMs = pauseMs(); !signal.aborted; ) {
      await clock.sleep(waitMs, AbortSignal.any([signal, this.#soon.signal])).catch(() => undefined);
      if (signal.aborted) return;
      try {
        const next = await read(signal);
        const changes = instrumentChanges(last, next);
        last = next;
        waitMs = pauseMs();
        for (const { id, kind } of changes) logger.notice('instruments.changed', { list: name, instrument: id, kind });
        if (changes.length > 0) onChanges(changes);
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof LivepoolError) || error.kind === 'bug') throw error;
        logger.warn('instruments.list_failed', { list: name, code: error.code });
        waitMs = Math.min(RETRY_MS, pauseMs());
      }
    }
  }
}
