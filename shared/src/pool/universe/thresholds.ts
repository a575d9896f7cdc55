import type { PoolParams } from '../../contracts/pool-params.ts';
import { LivepoolError } from '../../core/errors.ts';
import type { UniverseThresholds } from '../panel.ts';

/** Thresholds of the configured mode with USD amounts multiplied by the source's volume scale (pool spec §3, §9). */
export function universeThresholds(params: PoolParams, volumeScale: number): UniverseThresholds {
  const mode = params.universe.modes[params.universe.mode];
  if (mode === undefined) {
    const known = Object.keys(params.universe.modes).join(', ');
    throw new LivepoolError('PARAMS_INVALID', 'terminal', `universe.mode ${params.universe.mode} is none of ${known}`);
  }
  return {
    minAgeDays: mode.min_age_days,
    minAvgQuoteVol30: mode.min_avg_quote_vol_30 * volumeScale,
    minAvgQuoteVol90: mode.min_avg_quote_vol_90 * volumeScale,
    minAvgQuoteVol180: mode.min_avg_quote_vol_180 * volumeScale,
    minLiquidityStability: mode.min_liquidity_stability,
    minTradableRatio180: mode.min_tradable_ratio_180,
    liquidDayQuoteVolume: mode.liquid_day_quote_volume * volumeScale,
    minLiquidityDays90: mode.min_liquidity_days_90,
    minLiquidityDays180: mode.min_liquidity_days_180,
    entryConfirmations: mode.entry_confirmations,
    exitConfirmations: mode.exit_confirmations,
  };
}
