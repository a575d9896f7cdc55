import type { HealthFinding } from '../../contracts/health-finding.ts';
import type { MarketEvent } from '../../contracts/market-events/market-event.ts';
import type { MinuteBar, SourceHealth } from '../../contracts/market-samples.ts';
import type { WorkerParams } from '../../contracts/worker-params.ts';
import { LivepoolError } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { SampleStore } from '../../ports/sample-store.ts';
import type { Component, ComponentFacts } from '../../supervision/component.ts';
import { eventSamples } from './event-samples.ts';
import { type SampleBatch, SampleQueue } from './sample-queue.ts';

export interface SampleWriterDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: SampleStore;
  /** How every venue does on every metric at the newest tick; null before the first. */
  readonly health: () => readonly SourceHealth[] | null;
  /** Values that came too late for their minute. */
  readonly lateValues: () => number;
  /** When a damaged store was put aside and another one begun, ms; null while none was. */
  readonly renewedMs?: () => number | null;
}

export interface SampleWriterOptions {
  readonly params: WorkerParams['samples'];
  /** Above it the oldest rows go. */
  readonly mostBytes: number;
  /** How long a stop writes what waits. */
  readonly flushWithinMs: number;
}

/** Share of the queue above which, for so long, it counts as high (quant spec §11). */
const HIGH_SHARE = 0.8;
const HIGH_MS = 30_000;
/** How long it is told that the store was begun anew. */
const TELL_RENEWED_MS = 3_600_000;

/**
 * Writes samples and bars behind the feeds' back: they wait in a bounded queue, are written 200 at a time or once a second, and what
 * the store refuses in passing waits on. Also replaces the health of sources, and forgets what is too old.
 */
export class SampleWriter implements Component {
  readonly name = 'sample_writer';
  readonly #deps: SampleWriterDeps;
  readonly #options: SampleWriterOptions;
  readonly #queue: SampleQueue;
  #wake: () => void = () => undefined;
  #written = 0;
  #known = 0;
  #failures = 0;
  #progressMs: number | null = null;
  #highSinceMs: number | null = null;
  /** The store refused the last batch: nobody knocks before the next turn. */
  #isRefused = false;
  #healthTs = Number.NEGATIVE_INFINITY;
  #prunedMs = Number.NEGATIVE_INFINITY;

  constructor(deps: SampleWriterDeps, options: SampleWriterOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#queue = new SampleQueue(options.params.queue_rows);
  }

  /** A reply of a venue; takes microseconds. */
  onPolled(event: MarketEvent): void {
    const samples = eventSamples(event);
    if (samples.length > 0) this.#push({ samples, bars: [] });
  }

  /** Minutes that ended. */
  onBars(bars: readonly MinuteBar[]): void {
    if (bars.length > 0) this.#push({ samples: [], bars });
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#tend();
      await this.#rest(signal);
    }
    const startedMs = this.#deps.clock.nowMs();
    while (this.#queue.size > 0 && this.#deps.clock.nowMs() - startedMs < this.#options.flushWithinMs) {
      if (!(await this.#write())) break;
    }
    if (this.#queue.size > 0) this.#deps.logger.warn('samples.left', { rows: this.#queue.size });
  }

  health(nowMs: number): ComponentFacts {
    const { size, droppedSamples, droppedBars } = this.#queue;
    return {
      progressMs: this.#progressMs,
      measured: {
        queue_rows: size,
        written_rows_total: this.#written,
        known_rows_total: this.#known,
        dropped_samples_total: droppedSamples,
        dropped_bars_total: droppedBars,
        failed_writes_total: this.#failures,
        late_values_total: this.#deps.lateValues(),
      },
      findings: this.#findings(nowMs),
    };
  }

  #push({ samples, bars }: SampleBatch): void {
    this.#queue.push(samples, bars);
    if (this.#queue.size >= this.#options.params.batch_rows && !this.#isRefused) this.#wake();
    if (this.#isHigh) this.#highSinceMs ??= this.#deps.clock.nowMs();
  }

  get #isHigh(): boolean {
    return this.#queue.size > HIGH_SHARE * this.#queue.most;
  }

  /** Losing samples spoils no decision: it degrades, and never fails, the verdict. */
  #findings(nowMs: number): readonly HealthFinding[] {
    const findings: HealthFinding[] = [];
    const isFull = this.#queue.size >= this.#queue.most;
    const isLong = this.#isHigh && this.#highSinceMs !== null && nowMs - this.#highSinceMs > HIGH_MS;
    if (isFull || isLong)
      findings.push({ area: 'queue', level: 'degraded', reason: isFull ? 'sample_queue_full' : 'sample_queue' });
    const renewedMs = this.#deps.renewedMs?.() ?? null;
    if (renewedMs !== null && nowMs - renewedMs < TELL_RENEWED_MS)
      findings.push({ area: 'store', level: 'degraded', reason: 'samples_begun_anew' });
    return findings;
  }

  /** Everything that is due now, a batch at a time so that nobody else waits for long. */
  async #tend(): Promise<void> {
    const { clock, store } = this.#deps;
    const { params, mostBytes } = this.#options;
    while (this.#queue.size > 0 && (await this.#write())) await clock.sleep(0);
    const nowMs = clock.nowMs();
    const health = this.#deps.health();
    const ts = health?.[0]?.ts;
    if (health !== null && ts !== undefined && ts > this.#healthTs) {
      await this.#patiently(() => store.putHealth(health));
      this.#healthTs = ts;
    }
    if (nowMs - this.#prunedMs >= params.prune_every_ms) {
      this.#prunedMs = nowMs;
      const samplesBeforeMs = nowMs - params.samples_kept_ms;
      const barsBeforeMs = nowMs - params.bars_kept_ms;
      await this.#patiently(() => store.prune({ samplesBeforeMs, barsBeforeMs, mostBytes }));
    }
  }

  /** False when the store took nothing. */
  async #write(): Promise<boolean> {
    const batch = this.#queue.take(this.#options.params.batch_rows);
    try {
      const isDone = await this.#patiently(async () => {
        const { kept, known } = await this.#deps.store.append(batch.samples, batch.bars);
        this.#written += kept;
        this.#known += known;
        this.#progressMs = this.#deps.clock.nowMs();
      });
      if (!isDone) this.#queue.putBack(batch);
      if (!this.#isHigh) this.#highSinceMs = null;
      this.#isRefused = !isDone;
      return isDone;
    } catch (error) {
      this.#queue.putBack(batch);
      throw error;
    }
  }

  /** False for a failure that may pass; the same is tried again at the next turn. */
  async #patiently(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof LivepoolError) || error.kind !== 'transient') throw error;
      this.#failures += 1;
      this.#deps.logger.warn('samples.write_failed', { code: error.code, message: error.message });
      return false;
    }
  }

  async #rest(signal: AbortSignal): Promise<void> {
    const { every_ms: everyMs, batch_rows: batchRows } = this.#options.params;
    if (this.#queue.size >= batchRows && !this.#isRefused) return;
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    await this.#deps.clock.sleep(everyMs, AbortSignal.any([signal, woken.signal])).catch(() => undefined);
    this.#wake = () => undefined;
  }
}
