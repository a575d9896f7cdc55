import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cutUnits,
  decimalPlaces,
  decimalUnits,
  EXCESS_DIGITS,
  NOT_DECIMAL,
  OUT_OF_RANGE,
  unitsText,
} from '#shared/market/book/decimal-units.ts';

const units = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const decimals = fc.integer({ min: 0, max: 10 });

describe('decimal text to whole units', () => {
  it.each([
    ['77360.8', 1, 773608],
    ['0.00100000', 8, 100000],
    ['5e-8', 8, 5],
    ['1.5E2', 0, 150],
    ['0', 8, 0],
    ['0.000', 0, 0],
    ['2683.80000000', 2, 268380],
    ['9007199254740991', 0, Number.MAX_SAFE_INTEGER],
    ['9007199254740992', 0, OUT_OF_RANGE],
    ['99999997.00000000', 8, OUT_OF_RANGE],
    ['1e30', 0, OUT_OF_RANGE],
    ['0.123', 2, EXCESS_DIGITS],
    ['5e-9', 8, EXCESS_DIGITS],
    ['-1', 0, NOT_DECIMAL],
    ['01', 0, NOT_DECIMAL],
    ['.5', 1, NOT_DECIMAL],
    ['1.', 1, NOT_DECIMAL],
    ['NaN', 1, NOT_DECIMAL],
    ['', 1, NOT_DECIMAL],
    ['1 ', 1, NOT_DECIMAL],
    [`0.${'0'.repeat(500)}`, 1, NOT_DECIMAL],
  ])('reads %s at %i decimals as %i', (text, places, expected) => {
    expect(decimalUnits(text, places)).toBe(expected);
  });

  it('reads back what it writes, also at more digits', () => {
    fc.assert(
      fc.property(units, decimals, (value, places) => {
        expect(decimalUnits(unitsText(value, places), places)).toBe(value);
        expect(decimalPlaces(unitsText(value, places))).toBeLessThanOrEqual(places);
      }),
    );
  });

  it('needs exactly the places that it reports', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), decimals, (value, places) => {
        const text = unitsText(value, places);
        const needed = decimalPlaces(text);
        expect(decimalUnits(text, needed)).toBeGreaterThan(0);
        if (needed > 0) expect(decimalUnits(text, needed - 1)).toBe(EXCESS_DIGITS);
      }),
    );
  });

  it('cuts dust off without losing the level', () => {
    expect(cutUnits('0.017939975', 3)).toBe(17);
    expect(cutUnits('0.00001', 3)).toBe(1);
    expect(cutUnits('5e-9', 3)).toBe(1);
    expect(cutUnits('0', 3)).toBe(0);
    expect(cutUnits('12.5', 3)).toBe(12500);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e12 }), decimals, decimals, (value, places, kept) => {
        const exact = value / 10 ** Math.max(0, places - kept);
        const expected = kept >= places ? value * 10 ** (kept - places) : Math.max(1, Math.floor(exact));
        fc.pre(expected <= Number.MAX_SAFE_INTEGER);
        expect(cutUnits(unitsText(value, places), kept)).toBe(expected);
      }),
    );
  });
});
