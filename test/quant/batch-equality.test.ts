import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MarketEvent } from '#shared/contracts/market-events/market-event.ts';
import { QuantEngine, type QuantTick } from '#shared/quant/engine.ts';
import { QuantRows } from '#shared/quant/rows/quant-rows.ts';
import { differences, expectOnlyNumbersLeave, instrumentValues } from './support/compare.ts';
import { oneSymbol, PARAMS, perp, spot } from './support/events.ts';
import { NaiveInstrument } from './support/naive-metrics.ts';
import { INVERSE_ID, PERP_ID, randomSession, SPOT_ID } from './support/random-session.ts';
import { runSession } from './support/session-run.ts';

const START = 1_767_225_600_000;
const MINUTES = 50;
const params = { ...PARAMS, z: { ...PARAMS.z, window: 40, day_window: 45 } };
/** Sorted by id, as the engine keeps them. */
const specs = [perp(INVERSE_ID, 1, 'inverse'), spot(SPOT_ID), perp(PERP_ID, 0.0001)];

function run(events: readonly MarketEvent[], ticks: number): QuantTick[] {
  return runSession(newEngine(), events, START, START + ticks * params.tick_ms);
}

function newEngine(): QuantEngine {
  return new QuantEngine(oneSymbol('BTC-USD', specs), params);
}

describe('the incremental engine', () => {
  it('equals the batch judge at any tick of any session', { timeout: 120_000 }, () => {
    const ticks = MINUTES * 4;
    const sometime = fc.integer({ min: 1, max: ticks });
    fc.assert(
      fc.property(fc.string(), fc.tuple(sometime, sometime, fc.constant(ticks)), (seed, looks) => {
        const events = randomSession(seed, START, MINUTES);
        const results = run(events, ticks);
        const wrong = specs.flatMap((spec, place) => {
          const judge = new NaiveInstrument(events, spec, params);
          return looks.flatMap((tick) => {
            const at = START + tick * params.tick_ms;
            return differences(instrumentValues(results[tick]!, 0, place), judge.at(at), `${spec.id} tick ${tick}`);
          });
        });
        expect(wrong).toEqual([]);
      }),
      { numRuns: 3 },
    );
  });

  it('is full of numbers in such a session', () => {
    const last = run(randomSession('full', START, MINUTES), MINUTES * 4).at(-1)!;
    const present = [0, 1, 2].flatMap((place) => {
      const values = instrumentValues(last, 0, place);
      return Object.keys(values).filter((metric) => !Number.isNaN(values[metric]));
    });
    expect(new Set(present).size).toBeGreaterThan(40);
  });

  it('lets neither NaN nor infinity leave, whatever comes in', () => {
    const poison = [Number.NaN, Number.POSITIVE_INFINITY, -0, 1e308, 5e-324, -1, 0];
    fc.assert(
      fc.property(fc.string(), fc.array(fc.tuple(fc.nat(), fc.constantFrom(...poison)), { maxLength: 200 }), (seed, bites) => {
        const events = randomSession(seed, START, 8).map((each) => ({ ...each }));
        for (const [where, value] of bites) bite(events[where % events.length]!, where, value);
        const rows = new QuantRows();
        for (const tick of run(events, 40).slice(-4)) {
          expectOnlyNumbersLeave(rows.summary(tick));
          expectOnlyNumbersLeave(rows.features(tick, 0, 0));
        }
      }),
      { numRuns: 10 },
    );
  });
});

/** Puts a poisonous number into one of the event's own numbers. */
function bite(event: MarketEvent, where: number, value: number): void {
  const fields = event as unknown as Record<string, unknown>;
  const numbers = Object.keys(fields).filter((key) => typeof fields[key] === 'number' && !/^(ts_|available)/.test(key));
  const key = numbers[where % Math.max(1, numbers.length)];
  if (key !== undefined) fields[key] = value;
}
