import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ComponentScores } from '#shared/pool/ranking/blend.ts';
import { blend } from '#shared/pool/ranking/blend.ts';
import { compareRank, decidingKey } from '#shared/pool/ranking/rank-order.ts';
import { readParams } from '../../golden/pool-params.ts';

const { default_weights: DEFAULT, weights: WEIGHTS } = readParams('core_major').regime;
const nan = Number.NaN;

describe('blend', () => {
  it('gives vector P-13', () => {
    const full = blend({ rule: 1, linear: 0.8, ml: 0.6 }, DEFAULT);
    expect(full.final).toBeCloseTo(0.78, 12);
    expect(full.confidence).toBeCloseTo(0.584, 12);
    const ruleOnly = blend({ rule: 0.9, linear: nan, ml: nan }, WEIGHTS.risk_off);
    expect(ruleOnly.final).toBeCloseTo(0.9, 12);
    expect(ruleOnly.confidence).toBeCloseTo(0.32, 12);
    const dominant = blend({ rule: 0.2, linear: 0.4, ml: 0.3 }, WEIGHTS.btc_dominant);
    expect(dominant.final).toBeCloseTo(0.28, 12);
    expect(dominant.confidence).toBeCloseTo(0.656, 12);
  });

  it('has no score without a component', () => {
    expect(blend({ rule: nan, linear: nan, ml: nan }, DEFAULT)).toMatchObject({ final: nan, confidence: nan });
  });

  it('stays between the smallest and largest component, confidence in [0, 1]', () => {
    const score = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(nan));
    fc.assert(
      fc.property(fc.record<ComponentScores>({ rule: score, linear: score, ml: score }), (components) => {
        const present = Object.values(components).filter((value) => !Number.isNaN(value));
        fc.pre(present.length > 0);
        const { final, confidence } = blend(components, DEFAULT);
        expect(final).toBeGreaterThanOrEqual(Math.min(...present) - 1e-12);
        expect(final).toBeLessThanOrEqual(Math.max(...present) + 1e-12);
        expect(confidence).toBeGreaterThanOrEqual(0);
        expect(confidence).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('compareRank', () => {
  const keys = (final: number, confidence: number, liquidityStability: number, avgQuoteVol180: number, symbol: string) => ({
    symbol,
    final,
    confidence,
    liquidityStability,
    avgQuoteVol180,
  });

  it('gives vector P-14', () => {
    const members = [
      keys(0.7, 0.5, 0.9, 1e8, 'ZZZ'),
      keys(0.7, 0.5, 0.9, 1e8, 'AAA'),
      keys(0.7, 0.5, nan, 9e9, 'CCC'),
      keys(0.7, 0.6, 0.1, 1, 'DDD'),
      keys(0.7, 0.5, 0.9, 2e8, 'FFF'),
    ];
    const ordered = members.toSorted(compareRank);
    expect(ordered.map(({ symbol }) => symbol)).toEqual(['DDD', 'FFF', 'AAA', 'ZZZ', 'CCC']);
    expect(ordered.slice(1).map((member, i) => decidingKey(ordered[i]!, member))).toEqual([
      'confidence',
      'avgQuoteVol180',
      'symbol',
      'liquidityStability',
    ]);
  });

  it('puts a missing final score last whatever else is known', () => {
    expect(compareRank(keys(nan, 1, 1, 1, 'A'), keys(0, 0, nan, nan, 'B'))).toBeGreaterThan(0);
  });
});
