import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HourlyOi } from '#shared/quant/state/hourly-oi.ts';
import { StateArena } from '#shared/quant/state/state-arena.ts';

const ROWS = 4;
const HOURS = 24;
const LEAST = 5;

const amount = fc.oneof({ weight: 9, arbitrary: fc.double({ min: 1, max: 1e6, noNaN: true }) }, fc.constant(Number.NaN));
/** One hour: how many are skipped before it, open interest and price of each row, what is prepared before it, and a restore. */
const hour = fc.record({
  skipped: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 30 })),
  values: fc.array(fc.tuple(amount, amount), { minLength: ROWS, maxLength: ROWS }),
  shares: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 }),
  isRestored: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.constant(true)),
});

describe('the residual of hourly open interest', () => {
  it('has the same bits however many lines were drawn before the hour', () => {
    fc.assert(
      fc.property(fc.array(hour, { minLength: 30, maxLength: 80 }), (session) => {
        const arenas = [new StateArena(), new StateArena()];
        const [ahead, late] = arenas.map((arena) => new HourlyOi(arena, ROWS, HOURS)) as [HourlyOi, HourlyOi];
        let at = 490_000;
        for (const { skipped, values, shares, isRestored } of session) {
          at += 1 + skipped;
          for (const share of shares) ahead.prepareHour(at, share, LEAST);
          for (const [row, [oi, price]] of values.entries()) {
            for (const each of [ahead, late]) each.onHour(row, at, oi, price, LEAST);
            expect(ahead.residual(row)).toBe(late.residual(row));
          }
          if (isRestored) arenas[0]!.restore(arenas[0]!.snapshot());
        }
        expect(arenas[0]!.snapshot()).toEqual(arenas[1]!.snapshot());
      }),
      { numRuns: 40 },
    );
  });

  it('draws no line for an hour from changes that another state replaced', () => {
    const [arena, judgeArena] = [new StateArena(), new StateArena()];
    const [oi, judge] = [new HourlyOi(arena, 1, HOURS), new HourlyOi(judgeArena, 1, HOURS)];
    const blank = arena.snapshot();
    const fill = (into: HourlyOi, slope: number): void => {
      for (let at = 1; at <= 30; at++) into.onHour(0, at, 1000 + slope * (at % 5), 50 + (at % 3), LEAST);
    };
    fill(oi, 2);
    oi.prepareHour(31, 1, LEAST);
    arena.restore(blank);
    fill(oi, 9);
    fill(judge, 9);
    for (const each of [oi, judge]) each.onHour(0, 31, 1010, 53, LEAST);
    expect(oi.residual(0)).toBe(judge.residual(0));
    expect(oi.residual(0)).not.toBeNaN();
  });
});
