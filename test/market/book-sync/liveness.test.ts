import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs } from '#shared/market/book-sync/backoff.ts';
import { INVALIDATION_LIMIT, isReached, withEvent } from '#shared/market/book-sync/event-window.ts';
import { LIVENESS_LIMITS, liveness } from '#shared/market/book-sync/liveness.ts';

describe('liveness', () => {
  it.each([
    ['kraken_spot', 5_000, 10_000],
    ['kraken_futures', 10_000, 30_000],
    ['coinbase', 5_000, 10_000],
    ['gate', 10_000, 30_000],
    ['gemini', 12_000, 20_000],
    ['mexc', 10_000, 30_000],
  ] as const)('of %s: stale at %i ms, reconnect at %i ms', (venue, stale, reconnect) => {
    const at = (silentMs: number) => liveness(LIVENESS_LIMITS[venue], 1_000, 1_000 + silentMs);
    expect([at(0), at(stale - 1), at(stale), at(reconnect - 1), at(reconnect)]).toEqual([
      'fresh',
      'fresh',
      'stale',
      'stale',
      'reconnect',
    ]);
  });
});

describe('backoff', () => {
  it.each([
    [1, 500, 1_000],
    [4, 4_000, 8_000],
    [7, 30_000, 60_000],
    [5_000, 30_000, 60_000],
  ])('of attempt %i lies between %i and %i ms', (attempt, least, most) => {
    expect(backoffMs(attempt, 0)).toBe(least);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (chance) => {
        expect(backoffMs(attempt, chance)).toBeGreaterThanOrEqual(least);
        expect(backoffMs(attempt, chance)).toBeLessThanOrEqual(most);
      }),
    );
  });
});

describe('event window', () => {
  it('is reached by three events in five minutes and forgets older ones', () => {
    const two = withEvent(withEvent([], INVALIDATION_LIMIT, 0), INVALIDATION_LIMIT, 100_000);
    expect(isReached(two, INVALIDATION_LIMIT, 100_000)).toBe(false);
    expect(isReached(withEvent(two, INVALIDATION_LIMIT, 299_999), INVALIDATION_LIMIT, 299_999)).toBe(true);
    const late = withEvent(two, INVALIDATION_LIMIT, 300_000);
    expect(late).toEqual([100_000, 300_000]);
    expect(isReached(late, INVALIDATION_LIMIT, 300_000)).toBe(false);
  });
});
