import { describe, expect, it } from 'vitest';
import { type LegacyRow, legacyAtr5, legacyFlags, legacySignalConfidence } from '#shared/quant/legacy/legacy-flags.ts';
import { legacyAlerts, legacyContext, legacyFamily, legacyRegime } from '#shared/quant/legacy/legacy-regime.ts';
import {
  legacyBiasA,
  legacyBiasB,
  legacyBlueprint,
  legacyConfluence,
  legacyObi,
  legacyTiers,
  legacyVpi,
  legacyVpiOi,
  legacyZsc,
  legacyZscOld,
} from '#shared/quant/legacy/legacy-scores.ts';

const QUIET: LegacyRow = {
  px5: 0,
  px10: 0,
  oi5: 0,
  oi10: 0,
  atr5: 1,
  topAcc: 1,
  globalLs: 1,
  obi: 0.5,
  taker: 1,
  oiZ: 0,
  funding: 0,
  bidDepthPct: 0,
  askBidRatio: 1,
};

describe('legacy parity (quant spec §5)', () => {
  it('gives the vectors of the spec', () => {
    expect(legacyConfluence({ oiZ: 2, lsDelta: 25, imbalancePct: 100, funding: 1e-4 })).toBeCloseTo(0.4708009477, 10);
    expect(legacyZsc(1.5, -0.5, 0.8, -1)).toBeCloseTo(0.46, 12);
    expect(legacyZsc(1.5, -0.5, 0.8, Number.NaN)).toBeCloseTo(0.825, 12);
    expect(legacyVpi(120, 80, 5e6)).toEqual({ vpi: 1_000_000, strong: true });
    expect(legacyContext(0.8, 0.3, 'expansion')).toBeCloseTo(0.69, 12);
    const family = legacyFamily(0.6, 0.5, 0.2, 0.1);
    expect(family).toBeCloseTo(0.4, 12);
    expect(legacyRegime(family, 0.03).regime).toBe('expansion');
    expect(legacyObi([3, 2, 5], [1, 4])).toBeCloseTo(0.6666666667, 10);
  });

  it('keeps the thresholds of the table', () => {
    expect([legacyBiasA(0.67), legacyBiasA(0.66), legacyBiasA(Number.NaN)]).toEqual(['BULL', 'BEAR', null]);
    expect([0.66, 0.5, 0.3].map(legacyBiasB)).toEqual(['bullish', 'neutral', 'bearish']);
    expect(legacyBlueprint(2.6, 2.1, 3.1)).toEqual({ share: 1, alert: true });
    expect(legacyBlueprint(2.6, 2.1, 3)).toEqual({ share: 2 / 3, alert: true });
    expect(legacyBlueprint(2.6, 2, 3).alert).toBe(false);
    const tier = {
      oiZ: 0,
      globalLs: 0,
      imbalancePct: 0,
      cvdAgrees: false,
      oiChangePct: 0,
      fundingPct: 0,
      weightedOiDivergence: 0,
    };
    expect(legacyTiers(tier)).toEqual([]);
    expect(legacyTiers({ ...tier, oiZ: 3, globalLs: 3, imbalancePct: -4, cvdAgrees: true, oiChangePct: 2 })).toEqual([1, 2, 3]);
    expect(legacyTiers({ ...tier, oiChangePct: -1, fundingPct: 0.02, weightedOiDivergence: 3 })).toEqual([4, 5]);
    expect([legacyRegime(0.2, 0.01), legacyRegime(-0.2, 0.01), legacyRegime(-0.2, 0.03)].map(({ regime }) => regime)).toEqual([
      'accumulation',
      'distribution',
      'exhaustion',
    ]);
    expect(legacyRegime(0.15, 0.01)).toEqual({ regime: 'neutral', confidence: 0.1 });
    expect([legacyContext(2, 2, 'neutral'), legacyContext(-1, 0, 'neutral')]).toEqual([1, 0]);
    expect(legacyAlerts(2.6, 2.1, -0.04).map(({ severity }) => severity)).toEqual(['high', 'medium', 'low']);
    expect(legacyAlerts(2.5, 2, 0.03)).toEqual([]);
    expect(legacyVpiOi(2e6, 1.5)).toBe(30_000);
    expect(legacyZscOld(2, 1, Number.NaN)).toBeCloseTo(1.25 / 0.75, 12);
    expect(legacyZscOld(Number.NaN, Number.NaN, Number.NaN)).toBeNaN();
  });

  it('fires each flag by its own row and none by a null', () => {
    const rows: readonly Partial<LegacyRow>[] = [
      { oi5: 1.1, topAcc: 1.6, obi: 0.56 },
      { oi5: -1.1, topAcc: 0.7, obi: 0.44 },
      { oi5: 0.5, px5: 0.06, taker: 1.25 },
      { px10: 0.07, oi10: -0.5, topAcc: 0.85, oiZ: -0.9, px5: 0.1 },
      { bidDepthPct: 15, askBidRatio: 0.7, taker: 1.4, px5: -1 },
      { globalLs: 3, funding: 0.0002, obi: 0.4 },
    ];
    const fired = rows.map((row) => legacyFlags({ ...QUIET, ...row }));
    expect(fired).toEqual([['accumulation'], ['distribution'], ['momentum'], ['exhaustion'], ['orderflow'], ['divergence']]);
    const missing = rows.map((row) =>
      legacyFlags({ ...QUIET, ...row, atr5: Number.NaN, taker: Number.NaN, globalLs: Number.NaN }),
    );
    expect(missing.flat()).toEqual([]);
    expect(legacySignalConfidence(['accumulation', 'exhaustion', 'divergence'])).toBeCloseTo(2.7 / 5.7, 12);
    expect(legacyAtr5([9, 1, 2, 3, 4, 5])).toBeCloseTo(Math.sqrt(2), 12);
    expect(legacyAtr5([1, 2])).toBeNaN();
  });
});
