import type { FeatureColumns } from '../features/feature-columns.ts';
import type { ExclusionReason, UniverseRow, UniverseThresholds } from '../panel.ts';

/** What the thresholds look at, for one observation; NaN = missing. */
export type GateInputs = Pick<
  UniverseRow,
  | 'ageDays'
  | 'avgQuoteVol30'
  | 'avgQuoteVol90'
  | 'avgQuoteVol180'
  | 'liquidityStability'
  | 'tradableRatio180'
  | 'liquidityDays90'
  | 'liquidityDays180'
>;

export function gateInputsAt(columns: FeatureColumns, i: number): GateInputs {
  return {
    ageDays: columns.age_days[i]!,
    avgQuoteVol30: columns.avg_quote_vol_30[i]!,
    avgQuoteVol90: columns.avg_quote_vol_90[i]!,
    avgQuoteVol180: columns.avg_quote_vol_180[i]!,
    liquidityStability: columns.liquidity_stability[i]!,
    tradableRatio180: columns.tradable_ratio_180[i]!,
    liquidityDays90: columns.liquidity_days_90[i]!,
    liquidityDays180: columns.liquidity_days_180[i]!,
  };
}

export type GateResults = Pick<
  UniverseRow,
  'historyEligible' | 'liquidityEligible' | 'tradableEligible' | 'marketCapEligible' | 'continuousLiquidityEligible'
>;

/** The groups of thresholds as booleans; a comparison with a missing value is false (pool spec §9). The cap filter is off. */
export function evaluateGates(inputs: GateInputs, thresholds: UniverseThresholds): GateResults {
  return {
    historyEligible: inputs.ageDays >= thresholds.minAgeDays,
    liquidityEligible:
      inputs.avgQuoteVol30 >= thresholds.minAvgQuoteVol30 &&
      inputs.avgQuoteVol90 >= thresholds.minAvgQuoteVol90 &&
      inputs.avgQuoteVol180 >= thresholds.minAvgQuoteVol180 &&
      inputs.liquidityStability >= thresholds.minLiquidityStability,
    tradableEligible: inputs.tradableRatio180 >= thresholds.minTradableRatio180,
    marketCapEligible: true,
    continuousLiquidityEligible:
      thresholds.liquidDayQuoteVolume === 0 ||
      (inputs.liquidityDays90 >= thresholds.minLiquidityDays90 && inputs.liquidityDays180 >= thresholds.minLiquidityDays180),
  };
}

/** Every threshold that is not reached, with what was observed (pool spec §16, stage eligibility). */
export function eligibilityReasons(inputs: GateInputs, thresholds: UniverseThresholds): ExclusionReason[] {
  const countsLiquidDays = thresholds.liquidDayQuoteVolume > 0;
  const rules: readonly (readonly [code: string, observed: number, threshold: number])[] = [
    ['history_short', inputs.ageDays, thresholds.minAgeDays],
    ['volume_30_low', inputs.avgQuoteVol30, thresholds.minAvgQuoteVol30],
    ['volume_90_low', inputs.avgQuoteVol90, thresholds.minAvgQuoteVol90],
    ['volume_180_low', inputs.avgQuoteVol180, thresholds.minAvgQuoteVol180],
    ['liquidity_unstable', inputs.liquidityStability, thresholds.minLiquidityStability],
    ['tradable_ratio_low', inputs.tradableRatio180, thresholds.minTradableRatio180],
    ...(countsLiquidDays
      ? ([
          ['liquid_days_90_low', inputs.liquidityDays90, thresholds.minLiquidityDays90],
          ['liquid_days_180_low', inputs.liquidityDays180, thresholds.minLiquidityDays180],
        ] as const)
      : []),
  ];
  return rules
    .filter(([, observed, threshold]) => !(observed >= threshold))
    .map(([code, observed, threshold]) => ({ code, observed: Number.isNaN(observed) ? null : observed, threshold }));
}
