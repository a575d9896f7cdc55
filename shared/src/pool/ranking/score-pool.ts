import type { RankedMember } from '../../contracts/pool-decision.ts';
import type { PoolParams, ScoreWeights } from '../../contracts/pool-params.ts';
import { formatDay } from '../../core/calendar-day.ts';
import { invariant } from '../../core/errors.ts';
import type { Refusal, Result } from '../../core/result.ts';
import { err, ok } from '../../core/result.ts';
import type { FittedModels } from '../models/fit-models.ts';
import { fitModels } from '../models/fit-models.ts';
import type { FitMl } from '../models/ml-scores.ts';
import type { Panel, RegimeDay } from '../panel.ts';
import { writeRankPct } from '../rank-pct.ts';
import type { ComponentScores } from './blend.ts';
import { blend } from './blend.ts';
import type { RankKeys } from './rank-order.ts';
import { compareRank, decidingKey } from './rank-order.ts';
import type { ScoredMember, ScoredPool, ScoreWarning } from './scored-pool.ts';

type Unranked = Omit<ScoredMember, 'rank' | 'selected' | 'tieBreak'>;

/**
 * Fits the models on the training window of a panel, scores its members on as_of, blends and ranks them, and selects the pool
 * (pool spec §13, §14). `fitMl` is `fitHistGbt` in every build. Refused with `INSUFFICIENT_TRAINING_ROWS`, `MODEL_FAILED` or
 * `pool_underfilled`, as far as the parameters do not say to go on.
 */
export function scorePool(panel: Panel, params: PoolParams, fitMl: FitMl): Result<ScoredPool, readonly Refusal[]> {
  const fitted = fitModels(panel.training, panel.scoring, params, fitMl);
  const warnings: ScoreWarning[] = [];
  if (!fitted.ok) {
    if (fitted.error.code !== 'INSUFFICIENT_TRAINING_ROWS' || params.model.on_insufficient === 'fail') return err([fitted.error]);
    warnings.push({ code: 'rule_only', message: `the ranking stands on rule scores alone: ${fitted.error.message}` });
  }
  const models = fitted.ok ? fitted.value : undefined;
  const regime = regimeOfAsOf(panel);
  const weights = params.regime.weights[regime.regime] ?? params.regime.default_weights;
  const members = rankMembers(blendMembers(panel, params, models, weights), params.pool.size);
  const ranked = members.filter(({ rank }) => rank !== null).length;
  if (ranked < params.pool.size) {
    const short = underfilled(ranked, params.pool.size);
    if (params.pool.on_short === 'fail') return err([short]);
    warnings.push({ code: 'pool_short', message: short.message });
  }
  const decision = {
    asOfDate: formatDay(panel.asOf),
    mode: panel.mode,
    poolSize: params.pool.size,
    regime: regime.regime,
    regimeConfidence: regime.confidence,
    universe: members.map(({ symbol }) => symbol).toSorted(),
    members: members.map((member) => rankedMember(member, panel)),
  };
  return ok({ decision, weights, members, models, warnings });
}

/** Regime of as_of. */
export function regimeOfAsOf(panel: Panel): RegimeDay {
  const last = panel.regimes.at(-1);
  invariant(last?.day === panel.asOf, 'the last regime of a panel is that of as_of');
  return last;
}

function blendMembers(
  panel: Panel,
  params: PoolParams,
  models: FittedModels | undefined,
  weights: ScoreWeights,
): readonly Unranked[] {
  const { scoring } = panel;
  const rules = panel.rules.schemes.get(params.rules.active_scheme);
  invariant(rules !== undefined, `the panel has scores of the active scheme ${params.rules.active_scheme}`);
  const firstRulesRow = panel.rules.rowCount - scoring.rowCount;
  const raw = Array.from({ length: scoring.rowCount }, (_, row) => ({
    rule: rules[firstRulesRow + row]!,
    linear: models?.linearRaw[row] ?? Number.NaN,
    ml: models?.ml.raw[row] ?? Number.NaN,
  }));
  const normalised = normalise(raw);
  return raw.map((components, row) => {
    const symbol = panel.symbols[scoring.symbol[row]!]!;
    const rulesRow = firstRulesRow + row;
    const isSameRow = panel.rules.symbol[rulesRow] === scoring.symbol[row] && panel.rules.day[rulesRow] === panel.asOf;
    invariant(isSameRow, `the last rows of the rule scores are those of the scoring matrix, row ${row} is not`);
    const blended = blend(normalised[row]!, weights);
    const keys = rankKeys(panel, row, symbol, blended.final, blended.confidence);
    return { symbol, scoringRow: row, rulesRow, raw: components, normalised: normalised[row]!, blend: blended, keys };
  });
}

/** Percentile ranks of each raw component among the rows that have a rule score; missing for the others. */
function normalise(raw: readonly ComponentScores[]): ComponentScores[] {
  const masked = raw.flatMap(({ rule }, row) => (Number.isNaN(rule) ? [] : [row]));
  const ranks = (values: number[]): Float64Array => {
    const out = new Float64Array(raw.length).fill(Number.NaN);
    writeRankPct(Float64Array.from(values), masked, out);
    return out;
  };
  const rule = ranks(raw.map((components) => components.rule));
  const linear = ranks(raw.map((components) => components.linear));
  const ml = ranks(raw.map((components) => components.ml));
  return raw.map((_, row) => ({ rule: rule[row]!, linear: linear[row]!, ml: ml[row]! }));
}

function rankKeys({ scoring }: Panel, row: number, symbol: string, final: number, confidence: number): RankKeys {
  const read = (column: string): number => scoring.values[scoring.columns.indexOf(column) * scoring.rowCount + row]!;
  return {
    symbol,
    final,
    confidence,
    liquidityStability: read('liquidity_stability'),
    avgQuoteVol180: read('avg_quote_vol_180'),
  };
}

function rankMembers(members: readonly Unranked[], poolSize: number): ScoredMember[] {
  const ordered = members.toSorted((a, b) => compareRank(a.keys, b.keys));
  return ordered.map((member, i) => {
    const rank = Number.isNaN(member.blend.final) ? null : i + 1;
    return { ...member, rank, selected: rank !== null && rank <= poolSize, tieBreak: tieBreakOf(ordered[i - 1], member) };
  });
}

function tieBreakOf(ahead: Unranked | undefined, member: Unranked): ScoredMember['tieBreak'] {
  if (ahead === undefined) return null;
  const key = decidingKey(ahead.keys, member.keys);
  return key === 'final' ? null : { behind: ahead.symbol, key };
}

function underfilled(ranked: number, size: number): Refusal {
  return {
    code: 'pool_underfilled',
    message: `${ranked} ranked members where the pool needs ${size}; the exclusions say what kept the others out`,
    details: { ranked, size },
  };
}

function rankedMember(member: ScoredMember, panel: Panel): RankedMember {
  const { normalised, blend: blended } = member;
  return {
    symbol: member.symbol,
    baseAsset: panel.baseAssets[panel.scoring.symbol[member.scoringRow]!] ?? null,
    ruleScore: orNull(normalised.rule),
    linearScore: orNull(normalised.linear),
    mlScore: orNull(normalised.ml),
    finalScore: orNull(blended.final),
    confidence: orNull(blended.confidence),
    currentRank: member.rank,
    selected: member.selected,
  };
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
