import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exponentialMinusOne, hyperbolicTangent, naturalLog } from '#shared/core/elementary.ts';

/** Distance in units of the last place; the engine's own functions are the yardstick, themselves within one unit. */
function unitsApart(ours: number, theirs: number): number {
  if (Object.is(ours, theirs) || ours === theirs) return 0;
  return Math.abs(ours - theirs) / Math.max(Math.abs(theirs) * 2.220446049250313e-16, 5e-324);
}

describe('naturalLog', () => {
  it('agrees with the engine within an ulp over all positive doubles', () => {
    const positive = fc.double({ min: 5e-324, max: Number.MAX_VALUE, noNaN: true });
    fc.assert(
      fc.property(positive, (x) => unitsApart(naturalLog(x), Math.log(x)) <= 1.01),
      { numRuns: 5000 },
    );
    const nearOne = fc.double({ min: 0.5, max: 2, noNaN: true });
    fc.assert(
      fc.property(nearOne, (x) => unitsApart(naturalLog(x), Math.log(x)) <= 1.01),
      { numRuns: 5000 },
    );
  });

  it('knows the edges', () => {
    expect([naturalLog(1), naturalLog(0), naturalLog(Number.POSITIVE_INFINITY)]).toEqual([0, -Infinity, Infinity]);
    expect([naturalLog(-1), naturalLog(Number.NaN)]).toEqual([Number.NaN, Number.NaN]);
    expect(naturalLog(5e-324)).toBe(Math.log(5e-324));
  });

  it('gives these bits on every machine', () => {
    expect([naturalLog(2), naturalLog(10), naturalLog(1e-9), naturalLog(1.0000001)]).toEqual([
      Math.LN2,
      Math.LN10,
      -20.72326583694641,
      9.999999505838704e-8,
    ]);
  });
});

describe('hyperbolicTangent', () => {
  it('agrees with the engine within two ulps', () => {
    fc.assert(
      fc.property(fc.double({ min: -30, max: 30, noNaN: true }), (x) => {
        return unitsApart(hyperbolicTangent(x), Math.tanh(x)) <= 2;
      }),
      { numRuns: 10_000 },
    );
  });

  it('is odd, bounded and NaN for NaN', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (x) => {
        const y = hyperbolicTangent(x);
        return Math.abs(y) <= 1 && hyperbolicTangent(-x) === -y;
      }),
    );
    expect(hyperbolicTangent(Number.NaN)).toBeNaN();
  });
});

describe('exponentialMinusOne', () => {
  it('agrees with the engine within two ulps up to 700', () => {
    const x = fc.double({ min: -700, max: 700, noNaN: true });
    fc.assert(
      fc.property(x, (value) => unitsApart(exponentialMinusOne(value), Math.expm1(value)) <= 2),
      { numRuns: 10_000 },
    );
  });
});
