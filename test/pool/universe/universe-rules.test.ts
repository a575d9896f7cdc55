import { describe, expect, it } from 'vitest';
import { formatDay, parseDay } from '#shared/core/calendar-day.ts';
import { liquidityStability } from '#shared/pool/features/write-liquidity.ts';
import { keptTarget, relaxedLimits } from '#shared/pool/prefilter.ts';
import { eligibilityReasons, evaluateGates, type GateInputs } from '#shared/pool/universe/gates.ts';
import { advanceMembership, noMembership } from '#shared/pool/universe/hysteresis.ts';
import { refreshDates } from '#shared/pool/universe/refresh-dates.ts';
import { universeThresholds } from '#shared/pool/universe/thresholds.ts';
import { readParams } from '../../golden/pool-params.ts';

const reference = readParams('reference');
const coreMajor = readParams('core_major');

it('P-02: a member enters and leaves after two confirmations', () => {
  let membership = noMembership(1);
  const members = Array.from('TTFTFFTTFT', (flag) => {
    const candidate = Uint8Array.of(flag === 'T' ? 1 : 0);
    membership = advanceMembership(membership, candidate, { entryConfirmations: 2, exitConfirmations: 2 });
    return membership.member[0] === 1 ? 'T' : 'F';
  });
  expect(members.join('')).toBe('FTTTTFFTTT');
});

describe('P-03: refresh dates', () => {
  const daysBetween = (first: string, last: string): Int32Array => {
    const start = parseDay(first)!;
    return Int32Array.from({ length: parseDay(last)! - start + 1 }, (_, i) => start + i);
  };
  const dates = (days: Int32Array, params: typeof reference): string[] => refreshDates(days, params.universe).map(formatDay);

  it('of the parity set count the first date and the last', () => {
    const days = daysBetween('2026-01-15', '2026-04-01');
    expect(dates(days, reference)).toEqual(['2026-01-15', '2026-01-31', '2026-02-28', '2026-04-01']);
  });

  it('of core_major are the ends of finished months', () => {
    const days = daysBetween('2026-01-15', '2026-03-31');
    expect(dates(days, coreMajor)).toEqual(['2026-01-31', '2026-02-28', '2026-03-31']);
    expect(dates(daysBetween('2026-01-15', '2026-03-30'), coreMajor)).toEqual(['2026-01-31', '2026-02-28']);
  });

  it('keep both dates of a turn of month when the adjacent one is not dropped', () => {
    const params = { ...reference, universe: { ...reference.universe, drop_adjacent_refresh: false } };
    expect(dates(daysBetween('2026-03-15', '2026-04-01'), params)).toEqual(['2026-03-15', '2026-03-31', '2026-04-01']);
  });

  it('are none without dates', () => {
    expect(refreshDates(new Int32Array(0), reference.universe)).toEqual([]);
  });
});

it('P-04: stability skips or requires missing means', () => {
  const { NaN: missing } = Number;
  expect(liquidityStability(10, missing, missing, 'skip')).toBe(1);
  expect(liquidityStability(10, missing, missing, 'require_all')).toBeNaN();
  expect(liquidityStability(10, 20, 40, 'skip')).toBe(0.25);
  expect(liquidityStability(10, 20, 40, 'require_all')).toBe(0.25);
  expect(liquidityStability(missing, missing, missing, 'skip')).toBeNaN();
});

it('P-15: the relaxed limits of core_major and the kept targets', () => {
  const limits = relaxedLimits(universeThresholds(reference, 1), reference.prefilter);
  expect(limits.historyDays).toBe(648);
  expect([limits.avgQuoteVol30, limits.avgQuoteVol90, limits.avgQuoteVol180].map(Math.round)).toEqual([6.4e6, 9.6e6, 14.4e6]);
  expect(limits.liquidityStability).toBeCloseTo(0.495, 12);
  expect(limits.tradableRatio180).toBeCloseTo(0.9016, 12);
  expect([limits.liquidityDays90, limits.liquidityDays180]).toEqual([63, 130]);
  // 39 of 60 pass: the target of 24 caps nothing, because every pass is kept; 9 of 40 pass: filled up to 15.
  expect([keptTarget(39, 60, reference.prefilter), keptTarget(9, 40, reference.prefilter)]).toEqual([24, 15]);
});

describe('the gates', () => {
  const thresholds = universeThresholds(coreMajor, 1);
  const exactly: GateInputs = {
    ageDays: 720,
    avgQuoteVol30: 8e6,
    avgQuoteVol90: 12e6,
    avgQuoteVol180: 18e6,
    liquidityStability: 0.55,
    tradableRatio180: 0.92,
    liquidityDays90: 70,
    liquidityDays180: 145,
  };

  it('let through what reaches every threshold exactly', () => {
    expect(eligibilityReasons(exactly, thresholds)).toEqual([]);
    expect(Object.values(evaluateGates(exactly, thresholds))).toEqual([true, true, true, true, true]);
  });

  it.each([
    ['ageDays', 'history_short', 'historyEligible'],
    ['avgQuoteVol30', 'volume_30_low', 'liquidityEligible'],
    ['avgQuoteVol90', 'volume_90_low', 'liquidityEligible'],
    ['avgQuoteVol180', 'volume_180_low', 'liquidityEligible'],
    ['liquidityStability', 'liquidity_unstable', 'liquidityEligible'],
    ['tradableRatio180', 'tradable_ratio_low', 'tradableEligible'],
    ['liquidityDays90', 'liquid_days_90_low', 'continuousLiquidityEligible'],
    ['liquidityDays180', 'liquid_days_180_low', 'continuousLiquidityEligible'],
  ] as const)('name %s just below or missing as %s', (field, code, gate) => {
    for (const value of [exactly[field] * (1 - 1e-12), Number.NaN]) {
      const reasons = eligibilityReasons({ ...exactly, [field]: value }, thresholds);
      expect(reasons).toEqual([{ code, observed: Number.isNaN(value) ? null : value, threshold: exactly[field] }]);
      expect(evaluateGates({ ...exactly, [field]: value }, thresholds)[gate]).toBe(false);
    }
  });

  it('scale every USD threshold with the source and nothing else', () => {
    const scaled = universeThresholds(coreMajor, 0.5);
    expect([scaled.minAvgQuoteVol30, scaled.minAvgQuoteVol90, scaled.minAvgQuoteVol180, scaled.liquidDayQuoteVolume]).toEqual([
      4e6, 6e6, 9e6, 5e6,
    ]);
    expect([scaled.minAgeDays, scaled.minLiquidityStability, scaled.minLiquidityDays90]).toEqual([720, 0.55, 70]);
  });

  it('do not count liquid days when the mode switches them off', () => {
    const broad = universeThresholds({ ...coreMajor, universe: { ...coreMajor.universe, mode: 'broad_liquid' } }, 1);
    expect(eligibilityReasons({ ...exactly, liquidityDays90: Number.NaN, liquidityDays180: Number.NaN }, broad)).toEqual([]);
  });
});
