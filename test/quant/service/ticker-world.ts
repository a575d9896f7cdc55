import { type ManualClock, manualClock } from '#shared/adapters/memory/clock.ts';
import { memoryQuantStore } from '#shared/adapters/memory/quant-store.ts';
import type { MarketEvent } from '#shared/contracts/market-events/market-event.ts';
import type { QuantStore } from '#shared/ports/quant-store.ts';
import { type QuantService, type QuantServiceOptions, quantService } from '#shared/quant/service/quant-service.ts';
import { oneSymbol, PARAMS, perp, spot } from '../support/events.ts';
import { INVERSE_ID, PERP_ID, randomSession, SPOT_ID } from '../support/random-session.ts';

export const START = 1_767_225_600_000;
export const TICK = PARAMS.tick_ms;
export const UNIVERSE = oneSymbol('BTC-USD', [perp(INVERSE_ID, 1, 'inverse'), spot(SPOT_ID), perp(PERP_ID, 0.0001)]);

/** A quant service on a clock that is moved by hand, over a store that may outlive it. */
export class TickerWorld {
  readonly clock: ManualClock;
  readonly store: QuantStore;
  readonly service: QuantService;
  readonly logs: string[] = [];
  readonly #abort = new AbortController();
  readonly running: Promise<void>;
  readonly publishing: Promise<void>;
  #events: readonly MarketEvent[] = [];
  #next = 0;

  constructor(
    store: QuantStore = memoryQuantStore(),
    options: Partial<QuantServiceOptions> = {},
    clock = manualClock(START - 1),
  ) {
    const log = (name: string, fields: object = {}) => void this.logs.push(`${name} ${JSON.stringify(fields)}`);
    this.clock = clock;
    this.store = store;
    const deps = { clock, store, logger: { info: log, notice: log, warn: log, error: log } };
    this.service = quantService(deps, { universe: async () => UNIVERSE, params: PARAMS, holder: 'w-1', ...options });
    this.running = this.service.ticker.run(this.#abort.signal);
    this.running.catch(() => undefined);
    this.publishing = this.service.publisher.run(this.#abort.signal);
    this.publishing.catch(() => undefined);
  }

  /** Events that come at their time when time passes. */
  feed(events: readonly MarketEvent[]): this {
    this.#events = events;
    this.#next = 0;
    return this;
  }

  feedSession(seed: string, minutes: number, fromMs = START): this {
    return this.feed(randomSession(seed, fromMs, minutes));
  }

  /** Time passes in steps of a second, or a tick at once. */
  async pass(ms: number, stepMs = 5_000): Promise<void> {
    await turn();
    for (let left = ms; left > 0; left -= stepMs) {
      const toMs = this.clock.nowMs() + Math.min(stepMs, left);
      while (this.#next < this.#events.length && this.#events[this.#next]!.ts_recv <= toMs) {
        this.service.sink(this.#events[this.#next++]!);
      }
      this.clock.advance(Math.min(stepMs, left));
      await turn();
    }
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.running;
    await this.publishing;
  }
}

/** Lets everything run that waits for no time. */
export async function turn(): Promise<void> {
  for (let i = 0; i < 30; i++) await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
  for (let i = 0; i < 30; i++) await Promise.resolve();
}
