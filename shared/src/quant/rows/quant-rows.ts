import type { MetricValue, QuantFeatureRow, QuantStrip, QuantSummaryRow } from '../../contracts/quant-rows.ts';
import { SCORE_INPUTS } from '../confluence.ts';
import { SYMBOL_PLACE as S, SYMBOL_TIMEFRAME_PLACE as T } from '../dictionary.ts';
import { ENGINE_VERSION, type QuantTick } from '../engine.ts';
import { finite, orNull } from '../finite.ts';
import { QUALITIES } from '../quality.ts';
import { InputTexts } from './input-slots.ts';
import { InputsHasher } from './inputs-hash.ts';
import { metricValues, venuesOf } from './metric-values.ts';

type ScoreCells = Pick<QuantFeatureRow, 'contributions' | 'coverage' | 'bias' | 'inputs_hash'>;

/** Values of the summary whose quality it tells, and the slot of each. */
const TOLD = ['imbalance', 'oi_weighted_funding', 'oi_usd', 'global_ls_ratio', 'volatility', 'taker_buy_sell_ratio'] as const;

/**
 * Turns ticks of one engine into rows. It keeps texts that did not change from tick to tick; it has no say in any number. A
 * deliberate recompute of a committed tick is written with the next `revision`.
 */
export class QuantRows {
  readonly #hasher = new InputsHasher();
  #inputs: readonly InputTexts[] = [];

  /** `quant_summary` rows of a tick: symbols in sorted order, each with its timeframes. */
  summary(tick: QuantTick, revision = 0): readonly QuantSummaryRow[] {
    const rows: QuantSummaryRow[] = [];
    for (let index = 0; index < tick.symbols.length; index++) {
      this.#hasher.take(this.#valuesText(tick, index));
      const shared = sharedCells(tick, index);
      for (let at = 0; at < tick.params.timeframes.length; at++) {
        rows.push(summaryRow(tick, index, at, revision, shared, this.#hashOf(tick, index, at)));
      }
    }
    return rows;
  }

  /** `quant_features` row of one symbol and timeframe: every metric, made when somebody asks for it. */
  features(tick: QuantTick, index: number, at: number, revision = 0): QuantFeatureRow {
    const { contributions, coverage, bias, inputs_hash } = this.scores(tick, index, at);
    return {
      tick_ts: tick.tickTs,
      symbol: tick.symbols[index]!.symbol,
      timeframe: tick.params.timeframes[at]!,
      revision,
      metrics: [...metricValues(tick, index, at)] satisfies MetricValue[],
      contributions,
      coverage,
      bias,
      warming: tick.warming,
      inputs_hash,
      params_hash: tick.paramsHash,
      engine_version: ENGINE_VERSION,
    };
  }

  /** What of that row is not a metric: the score's parts alone, for many symbols at once. */
  scores(tick: QuantTick, index: number, at: number): ScoreCells {
    const row = index * tick.params.timeframes.length + at;
    this.#hasher.take(this.#valuesText(tick, index));
    return {
      contributions: Object.fromEntries(SCORE_INPUTS.map((name, input) => [name, orNull(tick.scores.contribution(row, input))])),
      coverage: tick.scores.coverage(row),
      bias: tick.scores.biases[row]!,
      inputs_hash: this.#hashOf(tick, index, at),
    };
  }

  #valuesText(tick: QuantTick, index: number): string {
    if (this.#inputs.length !== tick.symbols.length) {
      this.#inputs = tick.symbols.map((symbol, place) => new InputTexts(symbol, place, tick.layout));
    }
    return this.#inputs[index]!.of(tick.frame);
  }

  /** Hash of the inputs last taken, as those of a timeframe. */
  #hashOf({ tickTs, symbols, params, paramsHash }: QuantTick, index: number, at: number): string {
    return this.#hasher.of({ tickTs, symbol: symbols[index]!.symbol, timeframe: params.timeframes[at]!, paramsHash });
  }
}

/** Headline over all symbols of one timeframe (quant spec §9.1): Σ OI, mean z, the strongest score and its bias. */
export function quantStrip(tick: QuantTick, at: number): QuantStrip {
  const { symbols, frame, layout, scores, params } = tick;
  let oi = Number.NaN;
  let zSum = 0;
  let zCount = 0;
  let strongest = -1;
  for (let index = 0; index < symbols.length; index++) {
    const usd = frame.usable(layout.symbolBase[index]! + S.oi_usd);
    if (!Number.isNaN(usd)) oi = (Number.isNaN(oi) ? 0 : oi) + usd;
    const z = frame.usable(layout.timeframeBase[index]![at]! + T.oi_z);
    if (!Number.isNaN(z)) {
      zSum += z;
      zCount += 1;
    }
    const score = Math.abs(scores.score(index * params.timeframes.length + at));
    const best = strongest < 0 ? -1 : Math.abs(scores.score(strongest * params.timeframes.length + at));
    if (score > best) strongest = index;
  }
  return {
    total_oi_usd: orNull(oi),
    avg_z: zCount === 0 ? null : orNull(zSum / zCount),
    strongest_symbol: strongest < 0 ? null : symbols[strongest]!.symbol,
    bias: strongest < 0 ? null : scores.biases[strongest * params.timeframes.length + at]!,
  };
}

/** What the rows of a symbol have in common. */
type SharedCells = Pick<
  QuantSummaryRow,
  'oi_z_24h' | 'imbalance' | 'funding_8h' | 'volatility' | 'oi_usd' | 'top_levels' | 'venues' | 'quality'
>;

function sharedCells(tick: QuantTick, index: number): SharedCells {
  const { frame, layout } = tick;
  const base = layout.symbolBase[index]!;
  return {
    oi_z_24h: orNull(frame.usable(base + S.oi_z_24h)),
    imbalance: orNull(frame.usable(base + S.imbalance)),
    funding_8h: orNull(frame.usable(base + S.oi_weighted_funding)),
    volatility: orNull(frame.usable(base + S.volatility)),
    oi_usd: orNull(frame.usable(base + S.oi_usd)),
    top_levels: tick.tops.of(index),
    venues: venuesOf(tick, index),
    quality: Object.fromEntries(TOLD.map((metric) => [metric, QUALITIES[frame.quality(base + S[metric])]!])),
  };
}

/** The order of the fields is that of the text whose hash identifies a commit. */
function summaryRow(
  tick: QuantTick,
  index: number,
  at: number,
  revision: number,
  shared: SharedCells,
  inputsHash: string,
): QuantSummaryRow {
  const { frame, layout, scores, params } = tick;
  const slot = layout.timeframeBase[index]![at]!;
  const row = index * params.timeframes.length + at;
  return {
    symbol: tick.symbols[index]!.symbol,
    timeframe: params.timeframes[at]!,
    tick_ts: tick.tickTs,
    revision,
    oi_z: orNull(frame.usable(slot + T.oi_z)),
    oi_z_24h: shared.oi_z_24h,
    ls_delta_pct: orNull(frame.usable(slot + T.ls_delta_pct)),
    imbalance: shared.imbalance,
    funding_8h: shared.funding_8h,
    confluence_score: orNull(finite(scores.score(row))),
    coverage: scores.coverage(row),
    bias: scores.biases[row]!,
    volatility: shared.volatility,
    oi_usd: shared.oi_usd,
    top_levels: shared.top_levels,
    venues: shared.venues,
    quality: shared.quality,
    warming: tick.warming,
    inputs_hash: inputsHash,
    params_hash: tick.paramsHash,
    engine_version: ENGINE_VERSION,
    updated_at: tick.tickTs,
  };
}
