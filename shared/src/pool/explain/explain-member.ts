import type { ExplainedMember } from '../../contracts/explain.ts';
import type { PoolParams } from '../../contracts/pool-params.ts';
import type { FittedModels } from '../models/fit-models.ts';
import { ridgeTerm } from '../models/ridge.ts';
import type { Panel } from '../panel.ts';
import type { Component } from '../ranking/blend.ts';
import type { ScoredMember, ScoredPool } from '../ranking/scored-pool.ts';
import { nullIfMissing } from './null-if-missing.ts';

/** What the explanation of one member draws on. */
export interface MemberContext {
  readonly panel: Panel;
  readonly pool: ScoredPool;
  readonly params: PoolParams;
  /** The last selected member. */
  readonly cut: ScoredMember | undefined;
  readonly findings: ExplainedMember['findings'];
}

const KEY_NAMES = {
  confidence: 'confidence',
  liquidityStability: 'liquidity_stability',
  avgQuoteVol180: 'avg_quote_vol_180',
  symbol: 'symbol',
} as const;

/** One ranked member taken apart: components, rule points, ridge terms, tree contributions, confidence and rank. */
export function explainMember(member: ScoredMember, context: MemberContext): ExplainedMember {
  const { panel, pool, cut, findings } = context;
  const { blend, tieBreak } = member;
  return {
    symbol: member.symbol,
    base_asset: panel.baseAssets[panel.scoring.symbol[member.scoringRow]!] ?? null,
    rank: member.rank!,
    final_score: blend.final,
    confidence: { value: blend.confidence, agreement: blend.agreement, edge: blend.edge },
    tie_break: tieBreak && { behind: tieBreak.behind, key: KEY_NAMES[tieBreak.key] },
    below_cutoff: member.selected || cut === undefined ? null : { distance: cut.blend.final - blend.final },
    liquidity_stability: nullIfMissing(member.keys.liquidityStability),
    avg_quote_vol_180: nullIfMissing(member.keys.avgQuoteVol180),
    ...membership(member.symbol, panel),
    components: {
      rule: explainComponent('rule', member, pool),
      linear: explainComponent('linear', member, pool),
      ml: explainComponent('ml', member, pool),
    },
    rule: rulePoints(member.rulesRow, context),
    linear: pool.models === undefined ? null : linearTerms(pool.models, member.scoringRow),
    ml: pool.models === undefined ? null : mlTerms(pool.models, member.scoringRow),
    findings,
  };
}

function membership(symbol: string, { universe }: Panel): Pick<ExplainedMember, 'streaks' | 'exit_pending'> {
  const status = universe.members.find((member) => member.symbol === symbol);
  const streaks = { eligible: status?.eligibleStreak ?? 0, ineligible: status?.ineligibleStreak ?? 0 };
  const allowed = universe.thresholds.exitConfirmations;
  return { streaks, exit_pending: status?.exitPending === true ? { streak: streaks.ineligible, allowed } : null };
}

function explainComponent(name: Component, { raw, normalised, blend }: ScoredMember, { weights }: ScoredPool) {
  const value = normalised[name];
  return {
    raw: nullIfMissing(raw[name]),
    rank_pct: nullIfMissing(value),
    weight: weights[name],
    contribution: Number.isNaN(value) ? 0 : (weights[name] * value) / blend.weightSum,
  };
}

function rulePoints(row: number, { panel, params }: MemberContext): ExplainedMember['rule'] {
  return params.rules.schemes[params.rules.active_scheme]!.map(({ feature, weight }) => {
    const column = panel.rules.features.get(feature)!;
    const rankPct = column.rankPct[row]!;
    return {
      feature,
      value: nullIfMissing(column.value[row]!),
      rank_pct: nullIfMissing(rankPct),
      weight,
      points: Number.isNaN(rankPct) ? 0 : weight * rankPct,
    };
  });
}

function linearTerms({ ridge, ridgeScore }: FittedModels, row: number): ExplainedMember['linear'] {
  return {
    intercept: ridge.intercept,
    features: ridge.features.map((feature, j) => {
      const value = ridgeScore.columns[j]![row]!;
      return {
        feature,
        value,
        imputed: ridgeScore.imputed[j]![row] === 1,
        coefficient: ridge.coefficients[j]!,
        z: (value - ridge.means[j]!) / ridge.scales[j]!,
        contribution: ridgeTerm(ridge, j, value),
      };
    }),
  };
}

function mlTerms({ ml, score }: FittedModels, row: number): ExplainedMember['ml'] {
  const parts = ml.explain(row);
  if (parts === null) return null;
  return {
    base: parts.base,
    features: score.features.map((feature, j) => ({
      feature,
      value: score.columns[j]![row]!,
      imputed: score.imputed[j]![row] === 1,
      contribution: parts.contributions[j]!,
    })),
  };
}
