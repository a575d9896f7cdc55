import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roundColumnTo12Digits } from '#shared/pool/models/round-significant.ts';

function rounded(...values: number[]): number[] {
  const column = Float64Array.from(values);
  roundColumnTo12Digits(column);
  return [...column];
}

const awkward = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ min: -1e12, max: 1e12, noNaN: true }),
  fc.double({ min: -2, max: 2, noNaN: true }),
  // Short decimals and their neighbours: the values that lie on or next to a rounding border.
  fc
    .tuple(fc.bigInt({ min: 1n, max: 99_999_999_999_999n }), fc.integer({ min: -30, max: 30 }), fc.constantFrom(0, 1, -1))
    .map(([digits, exponent, ulps]) => nudge(Number(`${digits}e${exponent}`), ulps)),
);

function nudge(value: number, ulps: number): number {
  const bits = new BigInt64Array(Float64Array.of(value).buffer);
  bits[0]! += BigInt(ulps);
  return new Float64Array(bits.buffer)[0]!;
}

describe('roundColumnTo12Digits', () => {
  it('is toPrecision(12), whatever came before in the column', () => {
    fc.assert(
      fc.property(fc.array(awkward, { minLength: 1, maxLength: 20 }), (values) => {
        expect(rounded(...values)).toEqual(values.map((value) => Number(value.toPrecision(12))));
      }),
      { numRuns: 3000 },
    );
  });

  it('takes the tie away from zero and keeps the sign', () => {
    expect(rounded(1.00000000000049, -1.0000000000005, 100000000000.5, -100000000000.5, 999999999999.5)).toEqual([
      1, -1, 100000000001, -100000000001, 1e12,
    ]);
  });

  it('makes infinities missing and zero plain', () => {
    expect(rounded(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, -0)).toEqual([
      Number.NaN,
      Number.NaN,
      Number.NaN,
      0,
    ]);
  });
});
