import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { priceDigitsFor, toUnits, unitsText } from '#shared/simulator/fixed-digits.ts';

describe('fixed digits', () => {
  it.each([
    [52_000.55, 2, '52000.55'],
    [0.00000123, 10, '0.0000012300'],
    [7, 0, '7'],
    [-3.5, 3, '-3.500'],
    [0, 4, '0.0000'],
  ])('writes %d with %d decimals as %s', (value, digits, text) => {
    expect(unitsText(toUnits(value, digits), digits)).toBe(text);
  });

  it('keeps every unit: reading the text back gives the same integer', () => {
    fc.assert(
      fc.property(fc.integer({ min: -9e14, max: 9e14 }), fc.integer({ min: 0, max: 12 }), (units, digits) => {
        const text = unitsText(units, digits);
        expect(Number(text.replace('.', ''))).toBe(units);
        expect(digits === 0 ? 0 : text.length - 1 - text.indexOf('.')).toBe(digits);
      }),
    );
  });

  it('refuses what a double cannot hold exactly', () => {
    expect(() => toUnits(1e12, 8)).toThrow(/too many digits/);
  });

  it('gives a price about five significant digits', () => {
    expect([52_000, 100, 1, 0.0000145].map(priceDigitsFor)).toEqual([1, 2, 4, 9]);
  });
});
