import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freshnessPenalty, latenessPenalty } from '#shared/market/freshness/freshness-penalty.ts';

describe('the penalty of a late feed', () => {
  it.each([
    [0, 0],
    [60, 0],
    [61, 0.101257845],
    [120, 0.211700002],
    [180, 0.448169],
    [240.1, 0.94996],
    [240.2, 0.95],
    [300, 0.95],
    [86_400, 0.95],
  ])('takes, %d s late, %d off', (lateS, expected) => {
    expect(latenessPenalty(lateS * 1000)).toBeCloseTo(expected, 6);
  });

  it('fails the gate from 188.755 s on', () => {
    const isFresh = (lateMs: number) => freshnessPenalty([{ feed: 'a', ageMs: lateMs, expectedMs: 0 }]).is_fresh;
    expect([isFresh(188_755), isFresh(188_756)]).toEqual([true, false]);
  });

  it('never falls, nor leaves [0, .95], as a feed grows later', () => {
    const late = fc.integer({ min: -600_000, max: 600_000 });
    fc.assert(
      fc.property(late, late, (a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)].map(latenessPenalty);
        expect(less!).toBeGreaterThanOrEqual(0);
        expect(more!).toBeGreaterThanOrEqual(less!);
        expect(more!).toBeLessThanOrEqual(0.95);
      }),
    );
  });
});

describe('the penalty of several feeds', () => {
  it('is that of the worst, however many are fresh, and lists them all', () => {
    const fresh = ['a', 'b', 'c'].map((feed) => ({ feed, ageMs: 10, expectedMs: 0 }));
    const { penalty, is_fresh, feeds } = freshnessPenalty([...fresh, { feed: 'late', ageMs: 240_000, expectedMs: 60_000 }]);
    expect(penalty).toBeCloseTo(0.448169, 6);
    expect(is_fresh).toBe(true);
    expect(feeds.map(({ feed, age_ms }) => [feed, age_ms])).toEqual([
      ['late', 240_000],
      ['a', 10],
      ['b', 10],
      ['c', 10],
    ]);
  });

  it('forgives a feed the interval at which it comes', () => {
    expect(freshnessPenalty([{ feed: 'bars', ageMs: 119_999, expectedMs: 60_000 }]).penalty).toBe(0);
    expect(freshnessPenalty([{ feed: 'bars', ageMs: 121_000, expectedMs: 60_000 }]).penalty).toBeGreaterThan(0.1);
  });

  it('counts an age that is no number as the worst', () => {
    expect(freshnessPenalty([{ feed: 'a', ageMs: Number.NaN, expectedMs: 0 }]).penalty).toBe(0.95);
    expect(freshnessPenalty([])).toEqual({ penalty: 0, is_fresh: true, feeds: [] });
  });
});
