import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadRegimeParams } from '#shared/adapters/fs/regime-params-file.ts';
import { measureUniverse } from '#shared/signals/regime/indicators.ts';
import { regimeUniverse } from '#shared/signals/regime/regime-universe.ts';
import { readSymbol, type SymbolReading } from '#shared/signals/regime/symbol-reading.ts';
import { advancingShare, breadthThrust, exponentialMean } from '#shared/signals/regime/thrust.ts';
import { AT_MS, wanderingBars } from './hour-bars.ts';

const { params } = loadRegimeParams();

const reading = (symbol: string, more: Partial<SymbolReading> = {}): SymbolReading => ({
  symbol,
  averageDailyVolume: 1,
  realizedVol: 0.5,
  isAboveAverage: true,
  moves: '+'.repeat(120),
  ...more,
});

const many = (count: number, more: Partial<SymbolReading> = {}) =>
  Array.from({ length: count }, (_, i) => reading(`S${String(i).padStart(3, '0')}`, more));

describe('the breadth thrust', () => {
  it('begins with the mean of the first ten and goes on with two elevenths', () => {
    const values = [1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0.25];
    const first = (2 / 11) * 1 + (9 / 11) * 0.5;
    expect(exponentialMean(values.slice(0, 10), 10)).toBe(0.5);
    expect(exponentialMean(values.slice(0, 11), 10)).toBeCloseTo(first, 15);
    expect(exponentialMean(values, 10)).toBeCloseTo((2 / 11) * 0.25 + (9 / 11) * first, 15);
  });

  it('counts only symbols that moved, and says one half where none did', () => {
    expect(advancingShare(['+', '+', '-', '0', '0'], 0)).toBeCloseTo(2 / 3, 15);
    expect(advancingShare(['0', '0'], 0)).toBe(0.5);
  });

  it('lies between −1 and 1, and is null without symbols', () => {
    expect(breadthThrust(['+'.repeat(120)], params.thrust)).toBeCloseTo(1, 12);
    expect(breadthThrust(['-'.repeat(120)], params.thrust)).toBeCloseTo(-1, 12);
    expect(breadthThrust(['0'.repeat(120)], params.thrust)).toBeCloseTo(0, 12);
    expect(breadthThrust([], params.thrust)).toBeNull();
  });
});

describe('the indicators', () => {
  it('are null below thirty valid symbols, each for itself', () => {
    const thirty = measureUniverse(many(30), params);
    expect(thirty.indicators).toMatchObject({ realized_vol_7d: 0.5, pct_above_20ma: 1 });
    expect(measureUniverse(many(29), params).indicators).toEqual({
      realized_vol_7d: null,
      pct_above_20ma: null,
      breadth_thrust: null,
    });
    const mixed = measureUniverse([...many(29), reading('X', { realizedVol: null })], params);
    expect(mixed.indicators).toMatchObject({ realized_vol_7d: null, pct_above_20ma: 1 });
    expect(mixed.validSymbols).toEqual({ realized_vol_7d: 29, pct_above_20ma: 30, breadth_thrust: 30 });
  });

  it('count a symbol whose bars do not say for nothing, not for no', () => {
    const above = measureUniverse([...many(30), ...many(30, { isAboveAverage: null })], params);
    expect(above.indicators.pct_above_20ma).toBe(1);
    const vols = measureUniverse([...many(30), ...many(60, { realizedVol: null })], params);
    expect(vols.indicators.realized_vol_7d).toBe(0.5);
  });

  it('do not depend on the order of symbols', () => {
    const readings = Array.from({ length: 40 }, (_, i) => readSymbol(wanderingBars(`S${i}`), AT_MS, params));
    const expected = measureUniverse(regimeUniverse(readings, params.universe), params);
    fc.assert(
      fc.property(fc.shuffledSubarray(readings, { minLength: 40 }), (shuffled) => {
        expect(measureUniverse(shuffled, params)).toEqual(expected);
        expect(measureUniverse(regimeUniverse(shuffled, params.universe), params)).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });
});

describe('the regime universe', () => {
  it('holds the best by average daily volume, equal ones by name, and none without a volume', () => {
    const readings = [
      reading('C', { averageDailyVolume: 5 }),
      reading('B', { averageDailyVolume: 9 }),
      reading('A', { averageDailyVolume: 5 }),
      reading('D', { averageDailyVolume: null }),
      reading('E', { averageDailyVolume: 0 }),
    ];
    expect(regimeUniverse(readings, { size: 3 }).map(({ symbol }) => symbol)).toEqual(['B', 'A', 'C']);
    expect(regimeUniverse(readings, { size: 9 }).map(({ symbol }) => symbol)).toEqual(['B', 'A', 'C', 'E']);
  });
});
