import { describe, expect, it } from 'vitest';
import { floatText } from '#shared/core/number-text.ts';

// Release spec §14, vector RL-01.
const RL_01: readonly (readonly [number, string])[] = [
  [1, '1.0'],
  [0.1, '0.1'],
  [1 / 3, '0.3333333333333333'],
  [1e-4, '0.0001'],
  [9.999e-5, '9.999e-05'],
  [1e16, '1e+16'],
  [1.2345678901234566e17, '1.2345678901234566e+17'],
  [100, '100.0'],
  [0.1 + 0.2, '0.30000000000000004'],
  [5e-324, '5e-324'],
  [123456.789, '123456.789'],
];

describe('floatText', () => {
  it.each(RL_01)('writes %d as %s', (value, text) => {
    expect(floatText(value)).toBe(text);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -0])('refuses %d', (value) => {
    expect(() => floatText(value)).toThrow(/cannot encode/);
  });
});
