import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock } from '../../ports/clock.ts';
import type { ProcessReading } from '../../ports/process-reading.ts';

/** A timer that comes this often shows that timers come. */
const TIMER_MS = 500;
/** The event loop's delays are sampled this finely and remembered so long. */
const RESOLUTION_MS = 20;
const WINDOW_MS = 10_000;

/** What the process measures about itself, from `start` to `stop`. */
export class ProcessGauge {
  readonly #clock: Clock;
  readonly #memoryLimitBytes: number;
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #timer: NodeJS.Timeout | undefined;
  #timerMs: number;
  #windowMs: number;
  /** Longest delay of the window before. */
  #formerLagMs = 0;

  constructor(clock: Clock, memoryLimitBytes: number) {
    this.#clock = clock;
    this.#memoryLimitBytes = memoryLimitBytes;
    this.#timerMs = clock.nowMs();
    this.#windowMs = this.#timerMs;
  }

  start(): void {
    this.#delay.enable();
    this.#timer = setInterval(() => this.#onTimer(), TIMER_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#delay.disable();
  }

  read(nowMs: number, clockSkewMs: number | null): ProcessReading {
    return {
      rssBytes: process.memoryUsage.rss(),
      memoryLimitBytes: this.#memoryLimitBytes,
      loopLagMs: Math.max(this.#formerLagMs, this.#lagMs()),
      timerAgeMs: nowMs - this.#timerMs,
      clockSkewMs,
    };
  }

  #onTimer(): void {
    this.#timerMs = this.#clock.nowMs();
    if (this.#timerMs - this.#windowMs < WINDOW_MS) return;
    this.#formerLagMs = this.#lagMs();
    this.#windowMs = this.#timerMs;
    this.#delay.reset();
  }

  /** How much longer than its resolution the loop took, at worst. */
  #lagMs(): number {
    return this.#delay.count === 0 ? 0 : Math.max(0, this.#delay.max / 1e6 - RESOLUTION_MS);
  }
}
