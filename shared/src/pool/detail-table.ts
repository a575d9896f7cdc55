import type { Observations } from './calendar/observations.ts';
import type { PanelDates } from './calendar/panel-dates.ts';
import { dateFeature } from './feature-matrix.ts';
import type { FeatureSink } from './feature-pass.ts';
import type { BenchmarkColumns } from './features/benchmark-columns.ts';
import { type FeatureColumns, SYMBOL_COLUMNS } from './features/feature-columns.ts';
import { DATE_FEATURES } from './features/feature-names.ts';
import { type MemberGrid, memberGrid } from './member-grid.ts';
import type { DetailTable, LabelTable, MarketContext, RuleScores, UniverseThresholds } from './panel.ts';
import { rowRange } from './row-range.ts';
import type { CandidateJudges } from './universe/candidates.ts';
import { evaluateGates, gateInputsAt } from './universe/gates.ts';

const CANDLE_COLUMNS = [
  ['open', (o: Observations) => o.open],
  ['high', (o: Observations) => o.high],
  ['low', (o: Observations) => o.low],
  ['close', (o: Observations) => o.close],
  ['volume', (o: Observations) => o.volume],
  ['trade_count', (o: Observations) => o.tradeCount],
  ['taker_buy_base_volume', (o: Observations) => o.takerBuyBaseVolume],
  ['taker_buy_quote_volume', (o: Observations) => o.takerBuyQuoteVolume],
] as const;

const BENCHMARK_COLUMNS = [
  ['btc_daily_return', (b: BenchmarkColumns) => b.dailyReturn],
  ['btc_roc20', (b: BenchmarkColumns) => b.roc20],
  ['btc_roc60', (b: BenchmarkColumns) => b.roc60],
  ['btc_roc120', (b: BenchmarkColumns) => b.roc120],
  ['btc_sma200', (b: BenchmarkColumns) => b.sma200],
  ['btc_close', (b: BenchmarkColumns) => b.close],
] as const;

const GATE_COLUMNS = [
  ['history_eligible', 'historyEligible'],
  ['liquidity_eligible', 'liquidityEligible'],
  ['tradable_eligible', 'tradableEligible'],
  ['market_cap_eligible', 'marketCapEligible'],
  ['continuous_liquidity_eligible', 'continuousLiquidityEligible'],
] as const;

/** What a row of the detail table is judged by, besides its columns. */
export interface DetailJudges extends CandidateJudges {
  readonly thresholds: UniverseThresholds;
  readonly futureReturn: (e: number, i: number, horizon: number) => number;
  readonly horizons: readonly number[];
}

export interface DetailBuilder {
  readonly sink: FeatureSink;
  finish(context: (day: number) => MarketContext, labels: LabelTable, rules: RuleScores): DetailTable;
}

/** The table of a build that keeps none. */
export const NO_DETAIL: DetailTable = {
  rowCount: 0,
  day: new Int32Array(0),
  symbol: new Int32Array(0),
  inUniverse: new Uint8Array(0),
  columns: new Map(),
};

/** Table of every observation with a candle from date position `startPosition` on, ordered by (day, symbol). */
export function detailBuilder(
  observations: readonly Observations[],
  dates: PanelDates,
  startPosition: number,
  members: MemberGrid,
  benchmark: BenchmarkColumns,
  judges: DetailJudges,
): DetailBuilder {
  const grid = memberGrid(observations, dates, (_, position) => position >= startPosition);
  const columns = new Map<string, Float64Array>();
  const column = (name: string): Float64Array => {
    const out = columns.get(name) ?? new Float64Array(grid.rowCount).fill(Number.NaN);
    columns.set(name, out);
    return out;
  };
  const inUniverse = new Uint8Array(grid.rowCount);
  const sink: FeatureSink = {
    columns: SYMBOL_COLUMNS.map((name) => [name, column(name)] as const),
    gridRowOf: grid.rowOf,
    firstGridRow: 0,
    visit: (e, features) => {
      const episode = observations[e]!;
      forEachRow(grid.rowOf[e]!, (row, i) => {
        inUniverse[row] = members.rowOf[e]![i]! >= 0 ? 1 : 0;
        for (const [name, of] of CANDLE_COLUMNS) column(name)[row] = of(episode)?.[i] ?? Number.NaN;
        const k = episode.day[i]! - benchmark.firstDay;
        for (const [name, of] of BENCHMARK_COLUMNS) column(name)[row] = of(benchmark)[k]!;
        for (const h of judges.horizons) column(`future_return_${h}`)[row] = judges.futureReturn(e, i, h);
        writeGates(episode, i, features, judges, (name, value) => {
          column(name)[row] = value;
        });
      });
    },
  };
  return {
    sink,
    finish: (context, labels, rules) => {
      const memberRows = rowsByMember(grid, inUniverse);
      for (let row = 0; row < grid.rowCount; row++) {
        const ofDay = context(grid.day[row]!);
        for (const name of DATE_FEATURES) column(name)[row] = dateFeature(ofDay, name);
      }
      for (const { days, rankPct, topK } of labels.horizons) {
        joinTail(rankPct, memberRows, column(`future_rank_pct_${days}`));
        joinTail(topK, memberRows, column(`future_topk_label_${days}`));
      }
      joinTail(labels.blendedTarget, memberRows, column('blended_target'));
      for (const [scheme, score] of rules.schemes) joinTail(score, memberRows, column(`rule_score_${scheme}`));
      return { rowCount: grid.rowCount, day: grid.day, symbol: grid.symbol, inUniverse, columns };
    },
  };
}

function forEachRow(rowOf: Int32Array, visit: (row: number, i: number) => void): void {
  for (let i = 0; i < rowOf.length; i++) if (rowOf[i]! >= 0) visit(rowOf[i]!, i);
}

function writeGates(
  { symbol, day }: Observations,
  i: number,
  features: FeatureColumns,
  judges: DetailJudges,
  write: (name: string, value: number) => void,
): void {
  const gates = evaluateGates(gateInputsAt(features, i), judges.thresholds);
  for (const [name, key] of GATE_COLUMNS) write(name, Number(gates[key]));
  const metadataEligible = judges.isMetadataEligible(symbol, day[i]!);
  const isBenchmark = judges.isBenchmark(symbol);
  const isCandidate =
    metadataEligible && !isBenchmark && GATE_COLUMNS.every(([, key]) => gates[key]) && judges.isQualityEligible(symbol, day[i]!);
  write('metadata_eligible', Number(metadataEligible));
  write('is_benchmark', Number(isBenchmark));
  write('candidate_eligible', Number(isCandidate));
}

/** Rows that are in the universe, in order: the same order as any member table that ends on the same date. */
function rowsByMember(grid: MemberGrid, inUniverse: Uint8Array): Int32Array {
  return rowRange(0, grid.rowCount).filter((row) => inUniverse[row] === 1);
}

/** Copies a column of members to their rows; both end on the same date, so the last entries belong together. */
function joinTail(values: Float64Array, rows: Int32Array, out: Float64Array): void {
  const shared = Math.min(values.length, rows.length);
  for (let k = 1; k <= shared; k++) out[rows[rows.length - k]!] = values[values.length - k]!;
}
