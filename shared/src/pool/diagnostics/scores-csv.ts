import type { PoolParams } from '../../contracts/pool-params.ts';
import { formatDay } from '../../core/calendar-day.ts';
import type { Panel, RegimeDay } from '../panel.ts';
import type { BlendedRow } from '../ranking/blend-rows.ts';
import { blendRows } from '../ranking/blend-rows.ts';
import { weightsOf } from '../ranking/rank-date.ts';
import { rankMembers } from '../ranking/rank-members.ts';
import type { RankKeys } from '../ranking/rank-order.ts';
import type { Ranked, ScoredPool } from '../ranking/scored-pool.ts';
import { booleanCell, csvText, floatCell } from './csv-cells.ts';

interface ScoreRow extends BlendedRow, Ranked {
  readonly symbol: string;
  readonly rulesRow: number;
}

/**
 * `scores.csv`: scheme scores, components, final score and rank of every member on the trailing dates of the rule scores. Only
 * as_of has model scores; on earlier dates the rules stand alone, as in a live build of the reference.
 */
export function scoresCsv(panel: Panel, pool: ScoredPool, params: PoolParams): string {
  const schemes = [...panel.rules.schemes.keys()];
  const regimes = new Map(panel.regimes.map((day) => [day.day, day]));
  const rows = rowsByDay(panel).flatMap(([day, ruleRows]) => {
    const regime = regimes.get(day)!;
    const scored = day === panel.asOf ? pool.members : scoreByRules(panel, params, regime, ruleRows);
    return scored
      .toSorted((a, b) => a.rulesRow - b.rulesRow)
      .map((row) => cells(panel, schemes, row, regime, weightsOf(params, regime.regime).rule));
  });
  return csvText(header(schemes), rows);
}

function header(schemes: readonly string[]): string[] {
  return [
    'date',
    'symbol',
    ...schemes.map((scheme) => `rule_score_${scheme}`),
    'rule_score',
    'rule_score_weight',
    'linear_score_raw',
    'ml_score_raw',
    'linear_score',
    'ml_score',
    'final_score',
    'confidence',
    'current_rank',
    'selected_flag',
    'regime',
  ];
}

function rowsByDay({ rules }: Panel): [number, number[]][] {
  const rows = Array.from({ length: rules.rowCount }, (_, row) => row);
  return [...Map.groupBy(rows, (row) => rules.day[row]!)];
}

function scoreByRules(panel: Panel, params: PoolParams, { regime }: RegimeDay, ruleRows: readonly number[]): ScoreRow[] {
  const { rules, symbols } = panel;
  const active = rules.schemes.get(params.rules.active_scheme)!;
  const raw = ruleRows.map((row) => ({ rule: active[row]!, linear: Number.NaN, ml: Number.NaN }));
  const blended = blendRows(raw, weightsOf(params, regime)).map((row, i) => {
    const rulesRow = ruleRows[i]!;
    const symbol = symbols[rules.symbol[rulesRow]!]!;
    return { ...row, rulesRow, symbol, keys: ruleKeys(panel, rulesRow, symbol, row) };
  });
  return rankMembers(blended, params.pool.size);
}

/** Tie-break values as far as the rules use them. */
function ruleKeys({ rules }: Panel, row: number, symbol: string, { blend }: BlendedRow): RankKeys {
  const read = (feature: string): number => rules.features.get(feature)?.value[row] ?? Number.NaN;
  return {
    symbol,
    final: blend.final,
    confidence: blend.confidence,
    liquidityStability: read('liquidity_stability'),
    avgQuoteVol180: read('avg_quote_vol_180'),
  };
}

function cells(panel: Panel, schemes: readonly string[], row: ScoreRow, regime: RegimeDay, ruleWeight: number): string[] {
  const { raw, normalised, blend } = row;
  return [
    formatDay(regime.day),
    row.symbol,
    ...schemes.map((scheme) => floatCell(panel.rules.schemes.get(scheme)![row.rulesRow]!)),
    floatCell(normalised.rule),
    floatCell(ruleWeight),
    floatCell(raw.linear),
    floatCell(raw.ml),
    floatCell(normalised.linear),
    floatCell(normalised.ml),
    floatCell(blend.final),
    floatCell(blend.confidence),
    floatCell(row.rank ?? Number.NaN),
    booleanCell(row.selected),
    regime.regime,
  ];
}
