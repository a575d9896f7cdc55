import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadRegimeParams } from '#shared/adapters/fs/regime-params-file.ts';
import { judge } from '#shared/signals/regime/votes.ts';

const { votes: params } = loadRegimeParams().params;

const judged = (vol: number | null, breadth: number | null, thrust: number | null) => {
  const { raw, confidence } = judge({ realized_vol_7d: vol, pct_above_20ma: breadth, breadth_thrust: thrust }, params);
  return `${raw} ${confidence}`;
};

describe('the votes', () => {
  it.each([
    [0.3, 0.5, 0, 'choppy 0.6'],
    [0.6, 0.5, 0, 'choppy 0.6'],
    [0.61, 0.5, 0, 'choppy 0.6'],
    [0.29, 0.5, 0, 'choppy 1'],
    [0.45, 0.66, 0, 'trending 0.7'],
    [0.45, 0.65, 0, 'choppy 0.6'],
    [0.45, 0.34, 0, 'mixed 0.4'],
    [0.8, 0.2, -0.2, 'highvol 1'],
  ])('of (%d, %d, %d) are %s, as in the specification', (vol, breadth, thrust, expected) => {
    expect(judged(vol, breadth, thrust)).toBe(expected);
  });

  it('keep their divisor when an indicator is null', () => {
    expect(judged(0.45, 0.7, null)).toBe('trending 0.7');
    expect(judged(0.45, null, 0)).toBe('mixed 0.4');
    expect(judged(0.2, null, 0)).toBe('choppy 0.7');
  });

  it('are mixed with confidence 0 without volatility or with two nulls', () => {
    expect(judged(null, 0.9, 0.9)).toBe('mixed 0');
    expect(judged(0.9, null, null)).toBe('mixed 0');
    expect(judged(null, null, null)).toBe('mixed 0');
  });

  it('treat null as an absent vote, never as the number 0', () => {
    const value = fc.option(fc.double({ min: -1, max: 1, noNaN: true }), { nil: null });
    fc.assert(
      fc.property(fc.double({ min: 0, max: 2, noNaN: true }), value, value, (vol, breadth, thrust) => {
        const indicators = { realized_vol_7d: vol, pct_above_20ma: breadth, breadth_thrust: thrust };
        const { votes } = judge(indicators, params);
        const cast = votes.trending + votes.highvol + votes.choppy;
        expect(cast).toBe(4 + (breadth === null ? 0 : 3) + (thrust === null ? 0 : 3));
      }),
    );
  });
});
