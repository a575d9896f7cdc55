import type { RegimeName } from '../contracts/pool-params.ts';
import type { MarketContext } from './panel.ts';

export interface RegimeCall {
  readonly regime: RegimeName;
  /** In [0, 1]. */
  readonly confidence: number;
}

/**
 * The regime of one date: first rule that matches (pool spec §12). A comparison with a missing value is false.
 * `burstSigma` is the multiple of the momentum dispersion that the leader's lead must stay below in a broad market.
 */
export function classifyRegime(context: MarketContext, burstSigma: number): RegimeCall {
  const { breadthAboveSma60: b60, breadthAboveSma200: b200, btcZscore120: z } = context;
  const btcAbove = context.btcAboveMa200 === 1;
  if ((!btcAbove && b200 < 0.35) || b60 < 0.25) {
    return call('risk_off', 2.5 * Math.max(0, 0.35 - zeroIfMissing(b200)));
  }
  if (btcAbove && b60 < 0.35 && z > 0) {
    return call('btc_dominant', 2.5 * Math.max(0, 0.35 - b60) + Math.min(0.5, z / 3));
  }
  if (btcAbove && b60 > 0.55 && b200 > 0.4 && isBurstSmall(context, burstSigma)) {
    return call('broad_alt_strength', 2 * Math.max(0, b60 - 0.55) + 2 * Math.max(0, b200 - 0.4));
  }
  const burst = Math.max(0, zeroIfMissing(context.singleLeaderBurst));
  return call('late_momentum', burst + Math.max(0, zeroIfMissing(context.rsDispersion)));
}

function isBurstSmall({ singleLeaderBurst, momentumDispersion }: MarketContext, burstSigma: number): boolean {
  return Number.isNaN(singleLeaderBurst) || singleLeaderBurst < Math.max(burstSigma * momentumDispersion, 0);
}

function call(regime: RegimeName, confidence: number): RegimeCall {
  return { regime, confidence: Math.min(1, confidence) };
}

function zeroIfMissing(value: number): number {
  return Number.isNaN(value) ? 0 : value;
}
