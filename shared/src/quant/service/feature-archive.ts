import type { HealthFinding } from '../../contracts/health-finding.ts';
import type { QuantFeatureRow } from '../../contracts/quant-rows.ts';
import { LivepoolError } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { QuantStore } from '../../ports/quant-store.ts';
import type { Component, ComponentFacts } from '../../supervision/component.ts';
import { slept } from './commit-retry.ts';
import { type ReadFeatures, storedFeatures } from './stored-features.ts';

export interface FeatureArchiveDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: QuantStore;
  /** Takes rows for good: resolves once they are kept, rejects when there is no room for them now. The same rows may come again. */
  readonly keep: (rows: readonly QuantFeatureRow[]) => Promise<void>;
  /** Ticks at multiples of this are carried away, the others stay in the store. */
  readonly everyMs: () => number;
}

/** How often it looks for newly committed ticks. */
const LOOK_EVERY_MS = 5_000;

/** What an earlier process committed shortly before its end may not have been kept: it is given again. */
const AGAIN_MS = 600_000;

/** Rows of one symbol and timeframe that are read at once. */
const PAGE = 1_000;

/**
 * Carries the feature rows of committed ticks away, out of the store and behind the engine's back: at least once, oldest first, from ten
 * minutes before the last tick of an earlier process on (quant spec §7: hot for sixty days, cold for good). A store that cannot be read
 * now is asked again at the next look.
 */
export class FeatureArchive implements Component {
  readonly name = 'feature_archive';
  readonly #deps: FeatureArchiveDeps;
  readonly #read: ReadFeatures;
  /** Ticks up to this one were given away; null before the first look. */
  #givenTs: number | null = null;
  #progressMs: number | null = null;
  #rows = 0;
  #refused = 0;
  #failures = 0;
  #isBehind = false;
  #bug: unknown = null;

  constructor(deps: FeatureArchiveDeps) {
    this.#deps = deps;
    this.#read = storedFeatures(deps.store, () => deps.clock.sleep(0));
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#look();
      await slept(this.#deps.clock, LOOK_EVERY_MS, signal);
    }
    await this.#look();
  }

  health(): ComponentFacts {
    const measured = { archived_rows_total: this.#rows, refused_batches_total: this.#refused };
    const findings: HealthFinding[] = this.#isBehind ? [UNREAD] : [];
    return { progressMs: this.#progressMs, measured: { ...measured, failed_looks_total: this.#failures }, findings };
  }

  async #look(): Promise<void> {
    const bug = this.#bug;
    this.#bug = null;
    if (bug !== null) throw bug;
    const before = this.#givenTs;
    try {
      await this.#giveAway();
      this.#isBehind = false;
    } catch (error) {
      if (!(error instanceof LivepoolError) || error.kind === 'bug') throw error;
      this.#givenTs = before === null ? null : Math.min(before, this.#givenTs ?? before);
      this.#failures += 1;
      if (!this.#isBehind) this.#deps.logger.warn('features.unread', { code: error.code, message: error.message });
      this.#isBehind = true;
    }
  }

  async #giveAway(): Promise<void> {
    const summary = await this.#deps.store.summary();
    const lastTs = summary[0]?.tick_ts;
    if (lastTs === undefined) return;
    this.#givenTs ??= lastTs - AGAIN_MS;
    const fromMs = this.#givenTs + 1;
    if (fromMs > lastTs) return;
    // Ticks that are refused are asked for again from here.
    this.#givenTs = lastTs;
    const everyMs = this.#deps.everyMs();
    const isWanted = (tickTs: number): boolean => tickTs % everyMs === 0;
    for (const { symbol, timeframe } of summary) {
      const rows: QuantFeatureRow[] = [];
      for (let cursor = 0, total = 1; cursor < total; cursor += PAGE) {
        const page = await this.#read(symbol, timeframe, fromMs, lastTs + 1, { cursor, limit: PAGE }, isWanted);
        rows.push(...page.rows);
        total = page.total;
      }
      if (rows.length > 0) this.#give(rows, fromMs);
    }
    this.#progressMs = this.#deps.clock.nowMs();
  }

  /** Nobody waits for the store of what is kept: that takes minutes. */
  #give(rows: readonly QuantFeatureRow[], fromMs: number): void {
    this.#rows += rows.length;
    this.#deps.keep(rows).catch((error: unknown) => {
      if (!(error instanceof LivepoolError) || error.kind === 'bug') this.#bug = error;
      this.#refused += 1;
      this.#rows -= rows.length;
      this.#givenTs = Math.min(this.#givenTs ?? fromMs - 1, fromMs - 1);
    });
  }
}

const UNREAD: HealthFinding = { area: 'store', level: 'degraded', reason: 'features_unread' };
