import type { Explain } from '../../contracts/explain.ts';
import type { RegimeName, ScoreWeights } from '../../contracts/pool-params.ts';
import type { Panel } from '../panel.ts';
import { regimeOfAsOf } from '../ranking/score-pool.ts';
import { nullIfMissing } from './null-if-missing.ts';

/** Number and condition of each rule, in the order in which they are tried (pool spec §12). */
const RULES: Readonly<Record<RegimeName, { readonly rule: number; readonly condition: string }>> = {
  risk_off: {
    rule: 1,
    condition: '(btc_above_ma200 = 0 and breadth_above_sma200 < 0.35) or breadth_above_sma60 < 0.25',
  },
  btc_dominant: { rule: 2, condition: 'btc_above_ma200 = 1 and breadth_above_sma60 < 0.35 and btc_zscore_120 > 0' },
  broad_alt_strength: {
    rule: 3,
    condition:
      'btc_above_ma200 = 1 and breadth_above_sma60 > 0.55 and breadth_above_sma200 > 0.40 and ' +
      '(single_leader_burst missing or < max(burst_sigma * universe_momentum_dispersion, 0))',
  },
  late_momentum: { rule: 4, condition: 'none of the rules before it' },
};

/** The regime of as_of with its inputs and the rule that matched. */
export function explainRegime(panel: Panel, weights: ScoreWeights, burstSigma: number): Explain['regime'] {
  const day = regimeOfAsOf(panel);
  return {
    name: day.regime,
    confidence: day.confidence,
    ...RULES[day.regime],
    inputs: {
      btc_above_ma200: nullIfMissing(day.btcAboveMa200),
      btc_zscore_120: nullIfMissing(day.btcZscore120),
      breadth_above_sma60: nullIfMissing(day.breadthAboveSma60),
      breadth_above_sma200: nullIfMissing(day.breadthAboveSma200),
      universe_momentum_dispersion: nullIfMissing(day.momentumDispersion),
      universe_rs_dispersion: nullIfMissing(day.rsDispersion),
      single_leader_burst: nullIfMissing(day.singleLeaderBurst),
    },
    burst_sigma: burstSigma,
    weights: { rule: weights.rule, linear: weights.linear, ml: weights.ml },
  };
}
