import type { Explain, ExplainedExclusion } from '../../contracts/explain.ts';
import type { PoolParams } from '../../contracts/pool-params.ts';
import { formatDay } from '../../core/calendar-day.ts';
import type { Panel, UniverseThresholds } from '../panel.ts';
import type { ScoredPool } from '../ranking/scored-pool.ts';
import { explainMember } from './explain-member.ts';
import { explainRegime } from './explain-regime.ts';
import { findingsBySymbol } from './explained-findings.ts';

/** What the explanation states about a build beside its own numbers. */
export interface ExplainContext {
  readonly params: PoolParams;
  readonly paramsSha256: string;
  /** The closed list of input objects; any order. */
  readonly inputs: readonly { readonly name: string; readonly sha256: string }[];
}

/** The explanation of a decision: every symbol of the metadata or the candles exactly once (pool spec §16). */
export function explainPool(panel: Panel, pool: ScoredPool, context: ExplainContext): Explain {
  const { params, paramsSha256, inputs } = context;
  const explainFindings = findingsBySymbol(panel.findings);
  const cut = pool.members.findLast(({ selected }) => selected);
  const members = pool.members
    .filter(({ rank }) => rank !== null)
    .map((member) => explainMember(member, { panel, pool, params, cut, findings: explainFindings(member.symbol) }));
  const selected = members.filter((_, i) => pool.members[i]!.selected);
  const ranked = members.slice(selected.length);
  const excluded = excludedSymbols(panel, pool, explainFindings);
  return {
    schema: 'explain.v1',
    as_of_date: pool.decision.asOfDate,
    mode: pool.decision.mode,
    pool_size: pool.decision.poolSize,
    params: { id: params.id, sha256: paramsSha256 },
    inputs: inputs.map(({ name, sha256 }) => ({ name, sha256 })).sort((a, b) => (a.name < b.name ? -1 : 1)),
    source: { name: panel.source, volume_scale: panel.volumeScale },
    model: {
      backend: pool.models?.ml.backend ?? null,
      seed: params.seed,
      train_start: formatDay(panel.training.firstDay),
      train_end: formatDay(panel.training.lastDay),
      train_rows: panel.training.rowCount,
      rule_scheme: params.rules.active_scheme,
    },
    regime: explainRegime(panel, pool.weights, params.regime.burst_sigma),
    universe: {
      refresh_date: panel.universe.inForce === undefined ? null : formatDay(panel.universe.inForce),
      state: panel.universe.stateSource,
      thresholds: explainThresholds(panel.universe.thresholds),
    },
    warnings: [
      ...panel.warnings.map(({ code, message, symbols }) => ({ code, message, symbols: [...symbols] })),
      ...pool.warnings.map(({ code, message }) => ({ code, message, symbols: [] })),
    ],
    counts: {
      selected: selected.length,
      ranked: ranked.length,
      excluded: excluded.length,
      total: selected.length + ranked.length + excluded.length,
    },
    selected,
    ranked,
    excluded,
  };
}

function excludedSymbols(panel: Panel, pool: ScoredPool, findings: ReturnType<typeof findingsBySymbol>): ExplainedExclusion[] {
  const unscored = pool.members.filter(({ rank }) => rank === null);
  const all = [
    ...panel.exclusions,
    ...unscored.map(({ symbol }) => ({
      symbol,
      stage: 'ranking' as const,
      reasons: [{ code: 'no_score', observed: null, threshold: null }],
    })),
  ];
  return all
    .map(({ symbol, stage, reasons }) => ({ symbol, stage, reasons: [...reasons], findings: findings(symbol) }))
    .sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
}

function explainThresholds(thresholds: UniverseThresholds): Explain['universe']['thresholds'] {
  return {
    min_age_days: thresholds.minAgeDays,
    min_avg_quote_vol_30: thresholds.minAvgQuoteVol30,
    min_avg_quote_vol_90: thresholds.minAvgQuoteVol90,
    min_avg_quote_vol_180: thresholds.minAvgQuoteVol180,
    min_liquidity_stability: thresholds.minLiquidityStability,
    min_tradable_ratio_180: thresholds.minTradableRatio180,
    liquid_day_quote_volume: thresholds.liquidDayQuoteVolume,
    min_liquidity_days_90: thresholds.minLiquidityDays90,
    min_liquidity_days_180: thresholds.minLiquidityDays180,
    entry_confirmations: thresholds.entryConfirmations,
    exit_confirmations: thresholds.exitConfirmations,
  };
}
