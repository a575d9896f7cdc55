import type { HealthFinding } from '#shared/contracts/health-finding.ts';
import type { InstrumentSpec } from '#shared/contracts/instrument-spec.ts';
import type { MarketEvent } from '#shared/contracts/market-events/market-event.ts';
import type { QuantParams } from '#shared/contracts/quant-params.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { Logger } from '#shared/ports/logger.ts';
import { QuantEngine, type QuantTick } from '#shared/quant/engine.ts';
import type { Component, ComponentFacts } from '#shared/supervision/component.ts';
import { quantUniverse } from './quant-universe.ts';

export interface MemoryTickerDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly params: QuantParams;
  /** What is followed; waits until it is known. */
  readonly instruments: (signal: AbortSignal) => Promise<readonly InstrumentSpec[]>;
  /** Gives every event until the returned function is called. */
  readonly tap: (sink: (event: MarketEvent) => void) => () => void;
}

/** The quant engine at its ticks, in memory: a restart begins without history. */
export class MemoryTicker implements Component {
  readonly name = 'quant_engine';
  readonly #deps: MemoryTickerDeps;
  #tick: QuantTick | null = null;
  #dueMs: number | null = null;
  #overruns = 0;

  constructor(deps: MemoryTickerDeps) {
    this.#deps = deps;
  }

  /** The newest tick, null before the first. */
  get tick(): QuantTick | null {
    return this.#tick;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, params, instruments, tap } = this.#deps;
    const engine = new QuantEngine(quantUniverse(await instruments(signal)), params);
    const untap = tap((event) => engine.onEvent(event));
    try {
      while (!signal.aborted) {
        const nowMs = clock.nowMs();
        this.#dueMs = nowMs - (nowMs % params.tick_ms) + params.tick_ms;
        await clock.sleep(this.#dueMs - nowMs, signal).catch(() => undefined);
        if (!signal.aborted) this.#compute(engine);
      }
    } finally {
      untap();
      this.#dueMs = null;
    }
  }

  health(nowMs: number): ComponentFacts {
    const tickTs = this.#tick?.tickTs ?? null;
    const measured = { last_tick_ms: tickTs, overruns_total: this.#overruns };
    return { progressMs: tickTs, measured, findings: overdue(this.#deps.params.tick_ms, this.#dueMs, nowMs) };
  }

  #compute(engine: QuantEngine): void {
    const { clock, params, logger } = this.#deps;
    const nowMs = clock.nowMs();
    const tickTs = nowMs - (nowMs % params.tick_ms);
    // A timer may come a little early; then the tick before is still the newest.
    if (tickTs <= engine.lastTickTs) return;
    const tick = engine.tick(tickTs);
    if (tick.skipped > 0) {
      this.#overruns += tick.skipped;
      logger.warn('quant.ticks_skipped', { tick_ts: tickTs, skipped: tick.skipped });
    }
    this.#tick = tick;
  }
}

/** How long the next tick is overdue, judged from when it was due (quant spec §11). */
function overdue(tickMs: number, dueMs: number | null, nowMs: number): readonly HealthFinding[] {
  const lateMs = dueMs === null ? 0 : nowMs - dueMs;
  if (lateMs <= 2 * tickMs) return [];
  const reason = `tick_overdue_${Math.floor(lateMs / 1000)}s`;
  return [{ area: 'worker', level: lateMs > 4 * tickMs ? 'fail' : 'degraded', reason }];
}
