import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { windowDeviation } from '#shared/quant/metrics/z-score.ts';
import { GridSeries } from '#shared/quant/state/grid-series.ts';
import { GridWindow } from '#shared/quant/state/grid-window.ts';
import { StateArena } from '#shared/quant/state/state-arena.ts';

const ROWS = 5;
const RULES = { min_points: 3, min_share: 0.2, clip: 10 };

/** One place of the grid: how many are skipped before it, its values, and what is prepared and restored behind it. */
const step = fc.record({
  skipped: fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 90 })),
  values: fc.array(fc.oneof({ weight: 5, arbitrary: fc.double({ min: -30, max: 30, noNaN: true }) }, fc.constant(Number.NaN)), {
    minLength: ROWS,
    maxLength: ROWS,
  }),
  shares: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 }),
  isRestored: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.constant(true)),
});

describe('a window of a grid', () => {
  it('has the same bits however much of it was summed before its time', () => {
    const steps = fc.array(step, { minLength: 20, maxLength: 150 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 100 }), fc.integer({ min: 0, max: 1e6 }), (session, length, first) => {
        const arena = new StateArena();
        const grid = new GridSeries(arena, 100, ROWS);
        const window = new GridWindow(grid, arena, length);
        let place = first;
        for (const { skipped, values, shares, isRestored } of session) {
          place += 1 + skipped;
          grid.pushAll(place, Float64Array.from(values));
          window.moveTo(place, RULES);
          for (let row = 0; row < ROWS; row++) {
            const { count, mean, squares, span } = grid.moments(place, length, row);
            expect(window.mean(row)).toBe(mean);
            expect(window.deviation(row)).toBe(windowDeviation(count, squares, span, RULES));
          }
          for (const share of shares) window.prepareNext(share);
          if (isRestored) arena.restore(arena.snapshot());
        }
      }),
      { numRuns: 40 },
    );
  });

  it('is that of another state after a restore, whatever was prepared', () => {
    const arena = new StateArena();
    const grid = new GridSeries(arena, 100, 1);
    const window = new GridWindow(grid, arena, 70);
    const blank = arena.snapshot();
    const run = (scale: number): number => {
      for (let place = 1; place <= 90; place++) grid.push(place, scale * (place % 7));
      window.moveTo(90, RULES);
      window.prepareNext(1);
      return window.mean(0);
    };
    const before = run(1);
    arena.restore(blank);
    expect(run(3)).toBeCloseTo(3 * before, 12);
    grid.push(91, 0);
    window.moveTo(91, RULES);
    expect(window.mean(0)).toBe(grid.moments(91, 70).mean);
  });
});
