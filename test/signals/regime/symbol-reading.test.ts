import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadRegimeParams } from '#shared/adapters/fs/regime-params-file.ts';
import { HOUR_MS } from '#shared/market/collect/check-hours.ts';
import { BOUNDARY_MS } from '#shared/signals/regime/boundary.ts';
import { medianOf, realizedVol } from '#shared/signals/regime/realized-vol.ts';
import { firstCloseMs, readSymbol } from '#shared/signals/regime/symbol-reading.ts';
import { AT_MS, barsOf, FIRST_CLOSE_MS, HOURS, wanderingBars } from './hour-bars.ts';

const { params } = loadRegimeParams();

const read = (bars: Parameters<typeof readSymbol>[0], at = AT_MS) => readSymbol(bars, at, params);

/** The same bars with holes. */
function without(bars: ReturnType<typeof wanderingBars>, ...hours: readonly number[]) {
  const close = bars.close.slice();
  for (const hour of hours) close[hour] = Number.NaN;
  return { ...bars, close };
}

describe('the realised volatility', () => {
  it('of closes that go up and down by the same return is known', () => {
    // Returns +r, −r, …: mean 0, sample variance n·r²/(n − 1).
    const r = 0.01;
    const closes = Array.from({ length: 169 }, (_, i) => (i % 2 === 0 ? 100 : 100 * Math.exp(r)));
    const expected = Math.sqrt((168 * r * r) / 167) * Math.sqrt(8760);
    expect(realizedVol(closes, 8760)).toBeCloseTo(expected, 12);
    expect(expected).toBeCloseTo(0.9388, 3);
  });

  it('of a flat price is 0, and of a steady rise too', () => {
    expect(
      realizedVol(
        Array.from({ length: 169 }, () => 7.3),
        8760,
      ),
    ).toBe(0);
    expect(
      realizedVol(
        Array.from({ length: 169 }, (_, i) => 2 ** (i / 10)),
        8760,
      ),
    ).toBeCloseTo(0, 9);
  });

  it('is null with one close missing, and looks at 168 returns exactly', () => {
    const bars = wanderingBars('A');
    const last = HOURS - 1;
    expect(read(bars).realizedVol).toBeGreaterThan(0);
    for (const hour of [last, last - 100, last - 168]) expect(read(without(bars, hour)).realizedVol).toBeNull();
    expect(read(without(bars, last - 169)).realizedVol).toBe(read(bars).realizedVol);
  });

  it('has the median of an even number between the middle two', () => {
    expect(medianOf([4, 1, 3, 2])).toBe(2.5);
    expect(medianOf([9, 1, 5])).toBe(5);
    expect(medianOf([])).toBeNull();
  });
});

describe('the place against the 20-day average', () => {
  // Day closes are at hours 23, 47, …; the 30th is hour 719, the last bar is hour 727.
  it('compares the last close with the mean of the last 20 closed days', () => {
    const closeOf = (last: number) => (hour: number) => (hour === 727 ? last : hour === 719 ? 300 : 100);
    // (300 + 19·100)/20 = 110.
    expect(read(barsOf('A', closeOf(110))).isAboveAverage).toBe(false);
    expect(read(barsOf('A', closeOf(110.000001))).isAboveAverage).toBe(true);
  });

  it('does not see the day before those, and is null without one of them', () => {
    const bars = wanderingBars('A');
    expect(read(without(bars, 719 - 19 * 24)).isAboveAverage).toBeNull();
    expect(read(without(bars, 719 - 20 * 24)).isAboveAverage).toBe(read(bars).isAboveAverage);
    expect(read(without(bars, 727)).isAboveAverage).toBeNull();
  });

  it.each([0.1, 7.3, 1e-7, 123_456.789])('of a flat price of %d is not above', (price) => {
    expect(read(barsOf('A', () => price)).isAboveAverage).toBe(false);
  });
});

describe('the moves', () => {
  it('compare the closes of 4h bars, oldest first', () => {
    // Bars close at hours 727, 723, …: up, then flat, then down at the end.
    const closeOf = (hour: number) => (hour >= 727 ? 1 : hour >= 719 ? 3 : 2);
    const { moves } = read(barsOf('A', closeOf));
    expect(moves).toHaveLength(120);
    expect(moves?.slice(-4)).toBe('0+0-');
    expect(moves?.slice(0, 117)).toBe('0'.repeat(117));
  });

  it('need every close of their bars and none between them', () => {
    const bars = wanderingBars('A');
    expect(read(without(bars, 727 - 480)).moves).toBeNull();
    expect(read(without(bars, 726, 725, 724, 727 - 484)).moves).toBe(read(bars).moves);
  });
});

describe('the average daily volume', () => {
  it('is the mean over the last 30 closed days, today’s hours left out', () => {
    const volumeOf = (hour: number) => (hour >= 720 ? 1e9 : Math.floor(hour / 24) + 1);
    // Days of 24·1, …, 24·30.
    expect(read(barsOf('A', () => 1, volumeOf)).averageDailyVolume).toBe(24 * 15.5);
  });

  it('leaves out a day with a hole, and is null with fewer than seven days', () => {
    const holes = (days: number) => (hour: number) => (hour % 24 === 5 && hour / 24 < days ? Number.NaN : hour >= 720 ? 9 : 2);
    expect(read(barsOf('A', () => 1, holes(23))).averageDailyVolume).toBe(48);
    expect(read(barsOf('A', () => 1, holes(24))).averageDailyVolume).toBeNull();
  });
});

describe('a reading', () => {
  it('needs no bar from before its first close', () => {
    expect(firstCloseMs(AT_MS, params)).toBe(FIRST_CLOSE_MS);
  });

  it('changes nothing when bars after the boundary change or come', () => {
    const whole = wanderingBars('A');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 40 }), (back, hours) => {
        const at = AT_MS - back * BOUNDARY_MS;
        const cut = (at - FIRST_CLOSE_MS) / HOUR_MS + 1;
        const known = { ...whole, close: whole.close.slice(0, cut), quoteVolume: whole.quoteVolume.slice(0, cut) };
        const future = wanderingBars('B', 0.5, hours);
        const changed = {
          ...known,
          close: Float64Array.from([...known.close, ...future.close]),
          quoteVolume: Float64Array.from([...known.quoteVolume, ...future.quoteVolume]),
        };
        expect(read(changed, at)).toEqual(read(known, at));
        expect(read(whole, at)).toEqual(read(known, at));
      }),
    );
  });

  it('of a symbol without bars is null all through, and never 0', () => {
    const empty = { averageDailyVolume: null, realizedVol: null, isAboveAverage: null, moves: null };
    expect(
      read(
        barsOf(
          'A',
          () => Number.NaN,
          () => Number.NaN,
        ),
      ),
    ).toEqual({ symbol: 'A', ...empty });
    expect(
      read(
        barsOf(
          'A',
          () => 1,
          () => 1,
          0,
        ),
      ),
    ).toEqual({ symbol: 'A', ...empty });
  });

  it('never makes a number of a hole', () => {
    const bars = wanderingBars('A');
    const full = read(bars);
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: HOURS - 1 }), { maxLength: 12 }), (hours) => {
        const holed = read(without(bars, ...hours));
        for (const field of ['realizedVol', 'isAboveAverage', 'moves'] as const) {
          if (holed[field] !== null) expect(holed[field]).toBe(full[field]);
        }
      }),
    );
  });
});
