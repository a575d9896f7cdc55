import type { RuleScheme } from '../contracts/pool-params.ts';
import { LivepoolError } from '../core/errors.ts';
import { type DetailBuilder, detailBuilder, NO_DETAIL } from './detail-table.ts';
import { type MatrixBuilder, matrixBuilder, writeDateFeatures } from './feature-matrix.ts';
import { type FeatureSink, featurePass, isSymbolColumn } from './feature-pass.ts';
import type { BenchmarkColumns } from './features/benchmark-columns.ts';
import type { FeatureWorkspace, SymbolColumn } from './features/feature-columns.ts';
import { benchmarkColumns, type FeatureRule, featureRule } from './features/write-features.ts';
import { targetColumn } from './labels/build-labels.ts';
import { type ContextInputs, contextInputs, marketContext } from './market-context.ts';
import type { MemberGrid } from './member-grid.ts';
import type { LabelTable, Panel, RegimeDay, RuleScores } from './panel.ts';
import { classifyRegime } from './regime.ts';
import { rowRange } from './row-range.ts';
import type { Scene } from './scene.ts';
import { type RuleInputs, ruleFeatures, scoreRules } from './score-rules.ts';
import type { TrainingWindow } from './training-window.ts';

/** The parts of a panel that come out of the feature pass. */
export type FeatureTables = Pick<Panel, 'training' | 'scoring' | 'rules' | 'regimes' | 'detail'>;

type ReturnAfter = (e: number, i: number, horizon: number) => number;

/** Features, context, regime, model matrices and rule scores of a live build, in one pass over the symbols. */
export function featureTables(
  scene: Scene,
  workspace: FeatureWorkspace,
  grid: MemberGrid,
  window: TrainingWindow,
  labels: LabelTable,
  returnAfter: ReturnAfter,
): FeatureTables {
  const { input, dates } = scene;
  const { params } = input;
  const dateCount = dates.days.length;
  const { rows: trainingRows, target } = labelledRows(grid, window, targetColumn(labels, params.labels.target));
  const training = matrixBuilder(grid, trainingRows);
  const scoring = matrixBuilder(grid, rowRange(grid.rowStart[dateCount - 1]!, grid.rowCount));
  const scoredFrom = Math.max(0, dateCount - Math.max(1, input.scoredDates ?? 1));
  const benchmark = sceneBenchmark(scene, workspace);
  const detail = detailFor(scene, grid, benchmark, labels, returnAfter);
  const extra = detail === undefined ? [] : [detail.sink];
  const { rules, regimes, contextOf } = memberTables(scene, grid, benchmark, scoredFrom, [training, scoring], extra);
  return {
    training: { ...training.matrix, target, firstDay: dates.days[window.start]!, lastDay: dates.days[window.end]! },
    scoring: scoring.matrix,
    rules,
    regimes,
    detail: detail?.finish(contextOf, labels, rules) ?? NO_DETAIL,
  };
}

/** The benchmark's columns on every day of the panel. */
export function sceneBenchmark(scene: Scene, workspace: FeatureWorkspace): BenchmarkColumns {
  const { observations, dates, judges } = scene;
  const ofBenchmark = observations.filter(({ symbol }) => judges.isBenchmark(symbol));
  return benchmarkColumns(ofBenchmark, dates.days[0]!, dates.days.at(-1)!, sceneFeatureRule(scene), workspace);
}

/** What every kind of panel derives from one feature pass. */
export interface MemberTables {
  /** Rule scores of the in-universe rows from the asked date on. */
  readonly rules: RuleScores;
  /** One entry per panel date. */
  readonly regimes: readonly RegimeDay[];
  readonly contextOf: (day: number) => RegimeDay;
}

/** One pass over the symbols: fills the matrices and `extra` sinks, then scores the rules from date position `scoredFrom` on. */
export function memberTables(
  scene: Scene,
  grid: MemberGrid,
  benchmark: BenchmarkColumns,
  scoredFrom: number,
  matrices: readonly MatrixBuilder[],
  extra: readonly FeatureSink[] = [],
): MemberTables {
  const { observations, dates } = scene;
  const { params } = scene.input;
  const inputs = contextInputs(grid.rowCount);
  const scored = ruleTable(grid, grid.rowStart[scoredFrom]!, params.rules.schemes);
  const sinks = [contextSink(grid, inputs), ...matrices.map(({ sink }) => sink), scored.sink, ...extra];
  featurePass(observations, benchmark, params.benchmark_symbol, sceneFeatureRule(scene), sinks);

  const regimes = Array.from(dates.days, (day, position): RegimeDay => {
    const context = marketContext(inputs, grid, position, day, benchmark, params.context.min_names);
    return { day, ...context, ...classifyRegime(context, params.regime.burst_sigma) };
  });
  const contextOf = (day: number): RegimeDay => regimes[dates.positionOf(day)]!;
  for (const { matrix } of matrices) writeDateFeatures(matrix, contextOf);
  return { rules: scoreRules(scored, params.rules.schemes), regimes, contextOf };
}

function sceneFeatureRule({ input, thresholds }: Scene): FeatureRule {
  return featureRule(input.params, thresholds.liquidDayQuoteVolume);
}

/** Grid rows of the window with a known target, and their targets. `column` starts at the window's first row. */
function labelledRows(
  grid: MemberGrid,
  window: TrainingWindow,
  column: Float64Array,
): { readonly rows: Int32Array; readonly target: Float64Array } {
  const firstRow = grid.rowStart[window.start]!;
  const inWindow = rowRange(firstRow, grid.rowStart[window.end + 1]!);
  const rows = inWindow.filter((row) => !Number.isNaN(column[row - firstRow]!));
  const target = new Float64Array(rows.length);
  for (let k = 0; k < rows.length; k++) target[k] = column[rows[k]! - firstRow]!;
  return { rows, target };
}

function contextSink(grid: MemberGrid, inputs: ContextInputs): FeatureSink {
  return {
    columns: [
      ['price_vs_sma60', inputs.priceVsSma60],
      ['price_vs_sma200', inputs.priceVsSma200],
      ['momentum_combo', inputs.momentumCombo],
      ['rs_combo', inputs.rsCombo],
    ],
    gridRowOf: grid.rowOf,
    firstGridRow: 0,
  };
}

function ruleTable(
  grid: MemberGrid,
  firstRow: number,
  schemes: Readonly<Record<string, RuleScheme>>,
): RuleInputs & { readonly sink: FeatureSink } {
  const values = new Map<SymbolColumn, Float64Array>();
  for (const name of ruleFeatures(schemes)) {
    if (!isSymbolColumn(name)) {
      throw new LivepoolError('PARAMS_INVALID', 'terminal', `rules.schemes names the feature ${name}, which no symbol has`);
    }
    values.set(name, new Float64Array(grid.rowCount - firstRow));
  }
  const sink: FeatureSink = { columns: [...values], gridRowOf: grid.rowOf, firstGridRow: firstRow };
  return { sink, values, day: grid.day.subarray(firstRow), symbol: grid.symbol.subarray(firstRow) };
}

function detailFor(
  { input, observations, dates, thresholds, judges }: Scene,
  grid: MemberGrid,
  benchmark: BenchmarkColumns,
  labels: LabelTable,
  futureReturn: ReturnAfter,
): DetailBuilder | undefined {
  const wanted = Math.min(input.detailDates ?? 0, dates.days.length);
  if (wanted === 0) return undefined;
  const horizons = labels.horizons.map(({ days }) => days);
  return detailBuilder(observations, dates, dates.days.length - wanted, grid, benchmark, {
    ...judges,
    thresholds,
    futureReturn,
    horizons,
  });
}
