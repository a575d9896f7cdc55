import type { PoolDecision, RankedMember } from '../../contracts/pool-decision.ts';
import type { PoolParams, RegimeName, ScoreWeights } from '../../contracts/pool-params.ts';
import { type CalendarDay, formatDay } from '../../core/calendar-day.ts';
import { invariant } from '../../core/errors.ts';
import type { FeatureMatrix, RuleScores } from '../panel.ts';
import type { RegimeCall } from '../regime.ts';
import { blendRows } from './blend-rows.ts';
import { rankMembers } from './rank-members.ts';
import type { RankKeys } from './rank-order.ts';
import type { Ranked, ScoredMember } from './scored-pool.ts';

/** The members of one date, wherever their rows are kept. */
export interface DatedMembers {
  readonly day: CalendarDay;
  readonly mode: string;
  readonly symbols: readonly string[];
  readonly baseAssets: readonly (string | null)[];
  /** The rows of the date are `firstRow … firstRow + count − 1`, ascending by symbol. */
  readonly features: FeatureMatrix;
  readonly firstRow: number;
  readonly count: number;
  readonly rules: RuleScores;
  /** The rules row of the first member; the others follow in the same order. */
  readonly firstRulesRow: number;
  readonly regime: RegimeCall;
}

/** Raw model scores per member of a date; NaN = none. */
export interface RawScores {
  readonly linear: (member: number) => number;
  readonly ml: (member: number) => number;
}

/** The ranking of one date and the decision that follows from it. */
export interface RankedDate {
  readonly decision: PoolDecision;
  /** Component weights of the date's regime. */
  readonly weights: ScoreWeights;
  /** In ranking order, those without a final score last. */
  readonly members: readonly ScoredMember[];
  /** How many have a final score. */
  readonly rankedCount: number;
}

/** Blends, ranks and selects the members of one date (pool spec §14): the same code for a live build and for every date of a history. */
export function rankDate(date: DatedMembers, raw: RawScores, params: PoolParams): RankedDate {
  const { regime, confidence: regimeConfidence } = date.regime;
  const weights = weightsOf(params, regime);
  const members = rankMembers(blendMembers(date, raw, params, weights), params.pool.size);
  const decision = {
    asOfDate: formatDay(date.day),
    mode: date.mode,
    poolSize: params.pool.size,
    regime,
    regimeConfidence,
    universe: members.map(({ symbol }) => symbol).toSorted(),
    members: members.map((member) => rankedMember(member, date)),
  };
  return { decision, weights, members, rankedCount: members.filter(({ rank }) => rank !== null).length };
}

/** Component weights of a regime. */
export function weightsOf({ regime }: PoolParams, name: RegimeName): ScoreWeights {
  return regime.weights[name] ?? regime.default_weights;
}

function blendMembers(
  date: DatedMembers,
  { linear, ml }: RawScores,
  params: PoolParams,
  weights: ScoreWeights,
): Omit<ScoredMember, keyof Ranked>[] {
  const { features, firstRow, count, firstRulesRow } = date;
  const rules = date.rules.schemes.get(params.rules.active_scheme);
  invariant(rules !== undefined, `the panel has scores of the active scheme ${params.rules.active_scheme}`);
  const raw = Array.from({ length: count }, (_, member) => ({
    rule: rules[firstRulesRow + member]!,
    linear: linear(member),
    ml: ml(member),
  }));
  return blendRows(raw, weights).map((blended, member) => {
    const scoringRow = firstRow + member;
    const rulesRow = firstRulesRow + member;
    const isSameRow = date.rules.symbol[rulesRow] === features.symbol[scoringRow] && date.rules.day[rulesRow] === date.day;
    invariant(isSameRow, `rule scores and features of a date have the same rows, row ${member} has not`);
    const symbol = date.symbols[features.symbol[scoringRow]!]!;
    const { final, confidence } = blended.blend;
    return { ...blended, symbol, scoringRow, rulesRow, keys: rankKeys(features, scoringRow, symbol, final, confidence) };
  });
}

function rankKeys(features: FeatureMatrix, row: number, symbol: string, final: number, confidence: number): RankKeys {
  const read = (column: string): number => features.values[features.columns.indexOf(column) * features.rowCount + row]!;
  return {
    symbol,
    final,
    confidence,
    liquidityStability: read('liquidity_stability'),
    avgQuoteVol180: read('avg_quote_vol_180'),
  };
}

function rankedMember(member: ScoredMember, date: DatedMembers): RankedMember {
  const { normalised, blend: blended } = member;
  return {
    symbol: member.symbol,
    baseAsset: date.baseAssets[date.features.symbol[member.scoringRow]!] ?? null,
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
