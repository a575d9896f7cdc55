import type { QuantParams, ScoreInputName } from '../../contracts/quant-params.ts';
import type { MetricValue, QuantFeatureRow } from '../../contracts/quant-rows.ts';
import { SCORE_INPUTS } from '../confluence.ts';
import { type InstrumentMetric, METRIC_DICTIONARY, type SymbolMetric, type SymbolTimeframeMetric } from '../dictionary.ts';
import { rowInputs, rowInputsHash } from './row-inputs.ts';

/** One input of the score: what it is made of, what it gave, and why it gave nothing. */
export interface ExplainedInput {
  readonly input: ScoreInputName;
  /** Null when the row was computed under parameters that are not at hand. */
  readonly weight: number | null;
  readonly scale: number | null;
  readonly contribution: number | null;
  /** The symbol's figures that it is made of. */
  readonly from: readonly MetricValue[];
  /** The venues' figures behind those, of the instruments that have them. */
  readonly sources: readonly MetricValue[];
  /** Figures without which there is nothing, with the reason; empty when it counts. */
  readonly missing: readonly string[];
}

/** Why a score is what it is (quant spec §12, `quant explain`). */
export interface ScoreExplanation {
  readonly row: QuantFeatureRow;
  readonly score: number | null;
  readonly inputs: readonly ExplainedInput[];
  /** Values that `inputs_hash` is over. */
  readonly hashed: readonly MetricValue[];
  /** Whether the hash of the stored values is the row's. */
  readonly inputsHashHolds: boolean;
  /** One sentence for a score that is null, else null. */
  readonly whyNull: string | null;
}

/** A figure of the symbol and the venues' figures behind it. */
interface MadeOf {
  readonly metric: SymbolMetric | SymbolTimeframeMetric;
  readonly sources: readonly (InstrumentMetric | 'oi_z')[];
}

/** What each input is made of (quant spec §4.1). */
const MADE_OF: Readonly<Record<ScoreInputName, readonly MadeOf[]>> = {
  oi_momentum: [
    { metric: 'oi_z', sources: ['oi_z'] },
    { metric: 'ret_15m', sources: ['mid'] },
  ],
  taker: [{ metric: 'taker_buy_sell_ratio', sources: ['taker_buy_usd', 'taker_sell_usd'] }],
  imbalance: [{ metric: 'imbalance', sources: ['imbalance'] }],
  global_ls: [{ metric: 'global_ls_z', sources: ['global_ls_ratio', 'global_ls_z'] }],
  top_pos_ls: [{ metric: 'top_pos_ls_z', sources: ['top_pos_ls_ratio', 'top_pos_ls_z'] }],
  funding: [{ metric: 'oi_weighted_funding', sources: ['funding_8h', 'oi_usd'] }],
  liquidations: [
    { metric: 'liq_ratio_5m', sources: ['liq_long_usd_5m', 'liq_short_usd_5m'] },
    { metric: 'liq_intensity_5m', sources: ['liq_long_usd_5m', 'liq_short_usd_5m', 'oi_usd'] },
  ],
};

const DEFINED = new Map(METRIC_DICTIONARY.map((metric) => [metric.id, metric]));

/** Explains a stored row; `params` are those it was computed under, null when they are not at hand. */
export function explainScore(row: QuantFeatureRow, params: QuantParams | null): ScoreExplanation {
  const inputs = SCORE_INPUTS.map((input) => explainInput(row, params, input));
  const score = row.metrics.find(({ metric, venue }) => metric === 'confluence_score' && venue === null)?.value ?? null;
  return {
    row,
    score,
    inputs,
    hashed: rowInputs(row),
    inputsHashHolds: rowInputsHash(row) === row.inputs_hash,
    whyNull: score === null ? whyNull(row, params, inputs) : null,
  };
}

function explainInput(row: QuantFeatureRow, params: QuantParams | null, input: ScoreInputName): ExplainedInput {
  const figures = MADE_OF[input].map(({ metric, sources }) => ({
    value: row.metrics.find((each) => each.metric === metric && each.venue === null),
    sources: row.metrics.filter((each) => each.venue !== null && (sources as readonly string[]).includes(each.metric)),
  }));
  const contribution = row.contributions[input] ?? null;
  return {
    input,
    weight: params?.score.inputs[input].weight ?? null,
    scale: params?.score.inputs[input].scale ?? null,
    contribution,
    from: figures.flatMap(({ value }) => value ?? []),
    sources: figures.flatMap(({ sources }) => sources),
    missing: contribution === null ? figures.flatMap(({ value, sources }) => reasonsOf(value, row, sources)) : [],
  };
}

/** Why a figure counts for nothing: its own state and when it is null, then the state of every venue's figure behind it. */
function reasonsOf(value: MetricValue | undefined, row: QuantFeatureRow, sources: readonly MetricValue[]): readonly string[] {
  if (value === undefined || (value.value !== null && isUsable(value))) return [];
  const nulls = DEFINED.get(value.metric)?.nulls ?? '';
  const rule = value.value === null && nulls !== '' ? ` (${nulls})` : '';
  const behind = sources.filter((source) => source.value === null || !isUsable(source));
  return [
    `${value.metric} is ${value.value === null ? 'null' : value.quality}${rule}`,
    ...behind.map((source) => `${source.metric} of ${source.instrument ?? ''} is ${stateOf(source, row.tick_ts)}`),
  ];
}

function isUsable({ quality }: MetricValue): boolean {
  return quality === 'live' || quality === 'converted' || quality === 'carried';
}

function stateOf({ metric, quality, value, available_at: at }: MetricValue, tickTs: number): string {
  const age = at === null ? '' : `, ${Math.round((tickTs - at) / 1000)} s old`;
  if (value !== null || quality === 'missing') return `${quality}${age}`;
  const nulls = DEFINED.get(metric)?.nulls ?? '';
  return `null (${quality}${age}${nulls === '' ? '' : `; ${nulls}`})`;
}

function whyNull({ coverage }: QuantFeatureRow, params: QuantParams | null, inputs: readonly ExplainedInput[]): string {
  const absent = inputs.filter(({ contribution }) => contribution === null).map(({ input }) => input);
  const least = params === null ? 'the least coverage' : params.score.min_coverage.toFixed(2);
  return `coverage ${coverage.toFixed(2)} is below ${least}: nothing from ${absent.join(', ')}`;
}
