import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rollingBetaCorr } from '#shared/pool/rolling/rolling-beta-corr.ts';
import { rollingCount } from '#shared/pool/rolling/rolling-count.ts';
import { rollingMax } from '#shared/pool/rolling/rolling-max.ts';
import { rollingMean } from '#shared/pool/rolling/rolling-mean.ts';
import { rollingStd } from '#shared/pool/rolling/rolling-std.ts';
import { fullWindow, growingWindow, type WindowRule } from '#shared/pool/rolling/window-rule.ts';

type Rolling = (values: Float64Array, count: number, rule: WindowRule, out: Float64Array) => void;

const values = fc.array(fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constant(Number.NaN)), { maxLength: 60 });
/** Long runs of one value, which have that value as their mean. */
const alike = fc.array(fc.constantFrom(0.1, 0.1, 0.1, 0.3, Number.NaN), { maxLength: 60 });
const rules = fc
  .record({
    width: fc.integer({ min: 1, max: 12 }),
    span: fc.integer({ min: 1, max: 14 }),
    valid: fc.integer({ min: 1, max: 12 }),
  })
  .map(({ width, span, valid }): WindowRule => ({ width, minSpan: span, minValid: Math.min(valid, width), from: 0 }));

/** The statistic of every window by its definition. */
function naive(input: readonly number[], rule: WindowRule, statistic: (window: readonly number[]) => number): number[] {
  return input.map((_, i) => {
    const window = input.slice(Math.max(0, i + 1 - rule.width), i + 1).filter((value) => !Number.isNaN(value));
    return i + 1 < rule.minSpan || window.length < rule.minValid ? Number.NaN : statistic(window);
  });
}

function run(rolling: Rolling, input: readonly number[], rule: WindowRule): number[] {
  const out = new Float64Array(input.length).fill(123);
  rolling(Float64Array.from(input), input.length, rule, out);
  return [...out];
}

function expectClose(ours: readonly number[], expected: readonly number[], scale: number): void {
  for (const [i, value] of expected.entries()) {
    if (Number.isNaN(value)) expect(ours[i]).toBeNaN();
    else expect(Math.abs(ours[i]! - value)).toBeLessThanOrEqual(1e-12 * Math.max(1, scale));
  }
}

const mean = (window: readonly number[]): number => window.reduce((sum, value) => sum + value, 0) / window.length;
const std = (window: readonly number[]): number =>
  window.length < 2 ? Number.NaN : Math.sqrt(window.reduce((sum, v) => sum + (v - mean(window)) ** 2, 0) / (window.length - 1));

describe('a window that is wanted from some observation on', () => {
  it.each([
    ['mean', rollingMean],
    ['maximum', rollingMax],
    ['standard deviation', rollingStd],
  ] as const)('has the same bits as if all were wanted: %s', (_name, rolling) => {
    fc.assert(
      fc.property(fc.oneof(values, alike), rules, fc.nat({ max: 60 }), (input, rule, from) => {
        expect(run(rolling, input, { ...rule, from }).slice(from)).toEqual(run(rolling, input, rule).slice(from));
      }),
      { numRuns: 500 },
    );
  });

  it('has the same bits as if all were wanted: beta and correlation', () => {
    fc.assert(
      fc.property(values, rules, fc.nat({ max: 60 }), (input, rule, from) => {
        const other = input.map((value, i) => value * ((i % 7) - 3));
        const both = (r: WindowRule): number[][] => {
          const [beta, corr] = [new Float64Array(input.length), new Float64Array(input.length)];
          rollingBetaCorr(Float64Array.from(input), Float64Array.from(other), input.length, r, beta, corr);
          return [Array.from(beta.subarray(from)), Array.from(corr.subarray(from))];
        };
        expect(both({ ...rule, from })).toEqual(both(rule));
      }),
    );
  });
});

describe('rolling statistics agree with their definition', () => {
  it.each([
    ['mean', rollingMean, mean],
    ['maximum', rollingMax, (window: readonly number[]) => Math.max(...window)],
    ['standard deviation', rollingStd, std],
  ] as const)('%s', (_name, rolling, statistic) => {
    fc.assert(
      fc.property(values, rules, (input, rule) => {
        const scale = Math.max(...input.map((value) => (Number.isNaN(value) ? 0 : Math.abs(value))));
        expectClose(run(rolling, input, rule), naive(input, rule, statistic), scale);
      }),
    );
  });

  it('beta and correlation', () => {
    const pairs = fc.array(fc.tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: -1, max: 1, noNaN: true })), {
      minLength: 3,
      maxLength: 40,
    });
    fc.assert(
      fc.property(pairs, fc.integer({ min: 3, max: 10 }), (input, width) => {
        const [x, y] = [0, 1].map((k) => Float64Array.from(input, (pair) => pair[k]!)) as [Float64Array, Float64Array];
        const beta = new Float64Array(x.length);
        const corr = new Float64Array(x.length);
        rollingBetaCorr(x, y, x.length, fullWindow(width, 1), beta, corr);
        for (let i = width - 1; i < x.length; i++) {
          const [wx, wy] = [x, y].map((column) => [...column.subarray(i + 1 - width, i + 1)]) as [number[], number[]];
          const cov = wx.reduce((sum, v, k) => sum + (v - mean(wx)) * (wy[k]! - mean(wy)), 0) / (width - 1);
          if (std(wy) < 1e-3 || std(wx) < 1e-3) continue;
          expect(beta[i]).toBeCloseTo(cov / std(wy) ** 2, 6);
          expect(corr[i]).toBeCloseTo(cov / (std(wx) * std(wy)), 8);
        }
      }),
    );
  });

  it('counts of flags', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 40 }), fc.integer({ min: 1, max: 9 }), (input, width) => {
        const out = new Float64Array(input.length);
        rollingCount(Uint8Array.from(input, Number), input.length, width, width, out);
        const expected = input.map((_, i) =>
          i + 1 < width ? Number.NaN : input.slice(i + 1 - width, i + 1).filter(Boolean).length,
        );
        expect([...out]).toEqual(expected);
      }),
    );
  });
});

describe('windows of awkward values', () => {
  it.each([0.1, 1e-300, 1e300, 2 / 3])('of nothing but %d have exactly that mean and a deviation of exactly 0', (value) => {
    const input = [7, 5, ...Array.from({ length: 40 }, () => value)];
    expect(run(rollingMean, input, fullWindow(20, 1)).slice(21)).toEqual(Array.from({ length: 21 }, () => value));
    expect(run(rollingStd, input, fullWindow(20, 1)).slice(21)).toEqual(Array.from({ length: 21 }, () => 0));
  });

  it('keep no residue of an extreme value that has left', () => {
    const calm = Array.from({ length: 30 }, (_, i) => 1e-3 * (i % 7));
    const rule = fullWindow(10, 1);
    const tail = run(rollingStd, [...calm, 1e9, ...calm], rule).slice(-5);
    expectClose(tail, run(rollingStd, calm, rule).slice(-5), 1e-6);
  });

  it('of a constant series have no correlation and no beta against it', () => {
    const constant = new Float64Array(12).fill(0.3);
    const moving = Float64Array.from({ length: 12 }, (_, i) => i * i);
    const beta = new Float64Array(12);
    const corr = new Float64Array(12);
    rollingBetaCorr(constant, moving, 12, fullWindow(5, 1), beta, corr);
    expect([beta[11], corr[11]]).toEqual([0, Number.NaN]);
    rollingBetaCorr(moving, constant, 12, fullWindow(5, 1), beta, corr);
    expect([beta[11], corr[11]]).toEqual([Number.NaN, Number.NaN]);
  });

  it('need ⌈.95 · w⌉ valid values, whatever the last bit of the product', () => {
    const needs = [14, 20, 30, 50, 60, 90, 120, 180, 200].map((width) => fullWindow(width, 0.95).minValid);
    expect(needs).toEqual([14, 19, 29, 48, 57, 86, 114, 171, 190]);
    expect(growingWindow(180, 30)).toEqual({ width: 180, minSpan: 30, minValid: 30, from: 0 });
  });
});
