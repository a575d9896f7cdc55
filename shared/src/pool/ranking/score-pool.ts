import type { RankedMember } from '../../contracts/pool-decision.ts';
import type { PoolParams, RegimeName, ScoreWeights } from '../../contracts/pool-params.ts';
import { formatDay } from '../../core/calendar-day.ts';
import { invariant } from '../../core/errors.ts';
import type { Refusal, Result } from '../../core/result.ts';
import { err, ok } from '../../core/result.ts';
import type { FittedModels } from '../models/fit-models.ts';
import { fitModels } from '../models/fit-models.ts';
import type { FitMl } from '../models/ml-scores.ts';
import type { Panel, RegimeDay } from '../panel.ts';
import { blendRows } from './blend-rows.ts';
import { rankMembers } from './rank-members.ts';
import type { RankKeys } from './rank-order.ts';
import type { Ranked, ScoredMember, ScoredPool, ScoreWarning } from './scored-pool.ts';

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
  const weights = weightsOf(params, regime.regime);
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

/** Component weights of a regime. */
export function weightsOf({ regime }: PoolParams, name: RegimeName): ScoreWeights {
  return regime.weights[name] ?? regime.default_weights;
}

function blendMembers(
  panel: Panel,
  params: PoolParams,
  models: FittedModels | undefined,
  weights: ScoreWeights,
): Omit<ScoredMember, keyof Ranked>[] {
  const { scoring } = panel;
  const rules = panel.rules.schemes.get(params.rules.active_scheme);
  invariant(rules !== undefined, `the panel has scores of the active scheme ${params.rules.active_scheme}`);
  const firstRulesRow = panel.rules.rowCount - scoring.rowCount;
  const raw = Array.from({ length: scoring.rowCount }, (_, row) => ({
    rule: rules[firstRulesRow + row]!,
    linear: models?.linearRaw[row] ?? Number.NaN,
    ml: models?.ml.raw[row] ?? Number.NaN,
  }));
  return blendRows(raw, weights).map((blended, row) => {
    const symbol = panel.symbols[scoring.symbol[row]!]!;
    const rulesRow = firstRulesRow + row;
    const isSameRow = panel.rules.symbol[rulesRow] === scoring.symbol[row] && panel.rules.day[rulesRow] === panel.asOf;
    invariant(isSameRow, `the last rows of the rule scores are those of the scoring matrix, row ${row} is not`);
    const { final, confidence } = blended.blend;
    return { ...blended, symbol, scoringRow: row, rulesRow, keys: rankKeys(panel, row, symbol, final, confidence) };
  });
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
