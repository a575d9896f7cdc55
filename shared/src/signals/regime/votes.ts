import { type Regime, type RegimeParams, VOTED_REGIMES, type VotedRegime } from '../../contracts/regime-params.ts';
import { INDICATORS, type IndicatorName, type Indicators } from './indicators.ts';

/** What the indicators of one boundary say, before stability. */
export interface Verdict {
  readonly raw: Regime;
  /** Votes of the winner as a share of all votes there are, cast or not. */
  readonly confidence: number;
  readonly votes: Readonly<Record<VotedRegime, number>>;
}

/**
 * The label with most votes, or `mixed` when it has less than half (signals spec §6). A null indicator casts no vote; without
 * volatility, or with two nulls, the answer is `mixed` with confidence 0.
 */
export function judge(indicators: Indicators, params: RegimeParams['votes']): Verdict {
  const votes = { trending: 0, highvol: 0, choppy: 0 };
  for (const name of INDICATORS) {
    const value = indicators[name];
    if (value !== null) votes[voteOf(name, value, params)] += params[name].weight;
  }
  if (indicators.realized_vol_7d === null || INDICATORS.filter((name) => indicators[name] === null).length > 1) {
    return { raw: 'mixed', confidence: 0, votes };
  }
  const winner = VOTED_REGIMES.reduce((best, label) => (votes[label] > votes[best] ? label : best));
  const confidence = votes[winner] / INDICATORS.reduce((sum, name) => sum + params[name].weight, 0);
  return { raw: confidence < params.min_share ? 'mixed' : winner, confidence, votes };
}

/** The label that one indicator's value votes for. */
export function voteOf(name: IndicatorName, value: number, params: RegimeParams['votes']): VotedRegime {
  return VOTES[name](value, params[name]);
}

interface Limits {
  readonly low: number;
  readonly high: number;
}

/** Limits of volatility belong to trending, those of the others to choppy. */
const VOTES: Readonly<Record<IndicatorName, (value: number, limits: Limits) => VotedRegime>> = {
  realized_vol_7d: (value, { low, high }) => {
    if (value > high) return 'highvol';
    return value < low ? 'choppy' : 'trending';
  },
  pct_above_20ma: direction,
  breadth_thrust: direction,
};

function direction(value: number, { low, high }: Limits): VotedRegime {
  if (value > high) return 'trending';
  return value < low ? 'highvol' : 'choppy';
}
