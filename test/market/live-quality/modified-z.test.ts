import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modifiedZ } from '#shared/market/live-quality/modified-z.ts';
import { ValueWindow } from '#shared/market/live-quality/value-window.ts';

function windowOf(values: readonly number[], most?: number): ValueWindow {
  const window = new ValueWindow(most);
  for (const value of values) window.push(value);
  return window;
}

/** Twenty values with that median and median deviation. */
function twenty(median: number, mad: number): readonly number[] {
  return Array.from({ length: 20 }, (_, at) => median + (at % 2 === 0 ? mad : -mad));
}

function naiveMedian(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[upper]! : (sorted[upper - 1]! + sorted[upper]!) / 2;
}

describe('the window of values', () => {
  it('has the median and deviations of a plain sort, whatever went in and out', () => {
    // No negative zero, of which no sort knows the place.
    const some = fc
      .oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -1e6, max: 1e6, noNaN: true }))
      .map((value) => value + 0);
    fc.assert(
      fc.property(fc.array(some, { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 25 }), (values, most) => {
        const window = windowOf(values, most);
        const kept = values.slice(-most);
        const median = naiveMedian(kept);
        const deviations = kept.map((value) => Math.abs(value - median));
        expect(window.count).toBe(kept.length);
        expect(window.median()).toBe(median);
        expect(window.medianDeviation(median)).toBe(naiveMedian(deviations));
        expect(window.meanDeviation(median)).toBeCloseTo(deviations.reduce((sum, each) => sum + each, 0) / kept.length, 6);
      }),
    );
  });

  it('takes no number that is none', () => {
    const window = windowOf([1, 2, 3]);
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) expect(window.push(value)).toBe(false);
    expect([window.count, window.median()]).toEqual([3, 2]);
  });
});

describe('the modified z', () => {
  it.each([
    [103, 2.0235, 'none'],
    [106, 4.047, 'flag'],
    [94, -4.047, 'flag'],
    [108, 5.396, 'quarantine'],
  ])('of %d over median 100 and MAD 1 is %d', (value, score, level) => {
    const judged = modifiedZ(value, windowOf(twenty(100, 1)));
    expect(judged.score).toBeCloseTo(score, 10);
    expect(judged.level).toBe(level);
  });

  it('puts a log return of .008 over .00035 ± .00085 into quarantine', () => {
    const judged = modifiedZ(0.008, windowOf(twenty(0.00035, 0.00085)));
    expect(judged.score).toBeCloseTo(6.0705, 4);
    expect(judged.level).toBe('quarantine');
  });

  it('says nothing before twenty values', () => {
    expect(modifiedZ(1e9, windowOf(twenty(100, 1).slice(1)))).toEqual({ score: null, level: 'none' });
  });

  it('takes the mean deviation where half of the values are equal', () => {
    const window = windowOf([...Array.from({ length: 18 }, () => 10), 11, 9]);
    // Mean deviation .1: (x − 10)/.12533.
    expect(modifiedZ(10.5, window)).toEqual({ score: 0.5 / (1.2533 * 0.1), level: 'flag' });
    expect(modifiedZ(10.7, window).level).toBe('quarantine');
  });

  it('flags any change where all of them are equal', () => {
    const window = windowOf(Array.from({ length: 20 }, () => 10));
    expect([modifiedZ(10, window).level, modifiedZ(10.000001, window).level]).toEqual(['none', 'flag']);
  });
});
