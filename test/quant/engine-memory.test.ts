import { describe, expect, it } from 'vitest';
import type { MarketEvent } from '#shared/contracts/market-events/market-event.ts';
import { AlertBoard } from '#shared/quant/alerts/alert-board.ts';
import { QuantEngine, type QuantTick } from '#shared/quant/engine.ts';
import { QuantRows } from '#shared/quant/rows/quant-rows.ts';
import { type HeapSample, liveBytes, slopePerHour } from '../soak/heap-samples.ts';
import { oneSymbol, PARAMS, perp, spot } from './support/events.ts';
import { INVERSE_ID, PERP_ID, randomSession, SPOT_ID } from './support/random-session.ts';

const START = 1_767_225_600_000;
const HOUR = 3_600_000;
const SESSION_MINUTES = 20;
const TICK = PARAMS.tick_ms;
const MEGABYTE = 1024 * 1024;

/** Hours of market data in which everything happens: the same twenty minutes over and over, later each time. */
class LongMarket {
  readonly engine = new QuantEngine(oneSymbol('BTC-USD', [perp(INVERSE_ID, 1, 'inverse'), spot(SPOT_ID), perp(PERP_ID)]), PARAMS);
  readonly #session = randomSession('memory', START, SESSION_MINUTES);
  readonly #reuses: boolean;
  #next = 0;
  #shiftMs = 0;

  /** Whether the engine is given back what ticks were written on, as the worker does it. */
  constructor(reuses: boolean) {
    this.#reuses = reuses;
  }

  /** Events and ticks up to a time; `onTick` sees each tick, which is good until the next. */
  runTo(untilMs: number, onTick: (tick: QuantTick) => void): void {
    let last: QuantTick | null = null;
    for (let tickTs = Math.max(START, this.engine.lastTickTs + TICK); tickTs <= untilMs; tickTs += TICK) {
      while (this.#upcoming().ts_recv <= tickTs) this.engine.onEvent(this.#take());
      const tick = this.engine.tick(tickTs);
      onTick(tick);
      if (last !== null && this.#reuses) this.engine.reuse(last);
      last = tick;
    }
    if (last !== null && this.#reuses) this.engine.reuse(last);
  }

  #upcoming(): MarketEvent {
    if (this.#next === this.#session.length) {
      this.#next = 0;
      this.#shiftMs += SESSION_MINUTES * 60_000;
    }
    const event = this.#session[this.#next]!;
    const [ts_event, ts_recv, available_at] = [event.ts_event, event.ts_recv, event.available_at].map((ms) => ms + this.#shiftMs);
    return { ...event, ts_event: ts_event!, ts_recv: ts_recv!, available_at: available_at! };
  }

  #take(): MarketEvent {
    const event = this.#upcoming();
    this.#next += 1;
    return event;
  }
}

describe('the memory of the engine', () => {
  it('grows by less than a megabyte an hour, rows and alerts included (quant spec §14.10)', { timeout: 120_000 }, () => {
    const market = new LongMarket(true);
    const rows = new QuantRows();
    const alerts = new AlertBoard();
    const samples: HeapSample[] = [];
    for (let hour = 1; hour <= 8; hour++) {
      market.runTo(START + hour * HOUR, (tick) => {
        rows.summary(tick);
        alerts.onTick(tick);
      });
      if (hour > 2) samples.push({ atMs: hour * HOUR, bytes: liveBytes() });
    }
    expect(slopePerHour(samples)).toBeLessThan(MEGABYTE);
  });

  it('says the same on pages that are used again as on new ones', () => {
    const texts = [true, false].map((reuses) => {
      const rows = new QuantRows();
      const said: string[] = [];
      new LongMarket(reuses).runTo(START + HOUR, (tick) => said.push(JSON.stringify(rows.features(tick, 0, 0))));
      return said.join('\n');
    });
    expect(texts[0]).toBe(texts[1]);
  });

  it('takes pages back once, and no others', () => {
    const [first, second] = [new LongMarket(false).engine, new LongMarket(false).engine];
    const tick = first.tick(START);
    expect(() => second.reuse(tick)).toThrow(expect.objectContaining({ code: 'INVARIANT' }));
    first.reuse(tick);
    expect(() => first.reuse(tick)).toThrow(expect.objectContaining({ code: 'INVARIANT' }));
  });
});
