import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { PoolParams } from '#shared/contracts/pool-params.ts';
import { formatDay } from '#shared/core/calendar-day.ts';
import type { ColumnMatrix } from '#shared/pool/models/column-matrix.ts';
import { fitHistGbt } from '#shared/pool/models/ml-scores.ts';
import { prepareMatrices } from '#shared/pool/models/prepare-matrices.ts';
import { fitRidge, predictRidge } from '#shared/pool/models/ridge.ts';
import type { Panel, TrainingMatrix } from '#shared/pool/panel.ts';
import { rankPct } from '#shared/pool/rank-pct.ts';
import { scorePool } from '#shared/pool/ranking/score-pool.ts';
import { goldenPanel, goldenPath } from './golden-build.ts';

/**
 * How well the models order symbols that they have not seen: on the golden training window, fitted on earlier dates (less the
 * label horizon) and scored on later ones; the mean over dates of the rank correlation with the label. The golden tree scores
 * exist for as_of only, whose labels lie in the future, so they are compared with ours there.
 */
const AS_OF = '2026-10-31';
const FOLDS = 3;
const TEST_SHARE = 1 / 6;

const golden = await goldenPanel(AS_OF);
if (golden === undefined) console.log('the golden set is not beside the project; nothing to measure');
else report(golden.panel, golden.params);

function report(panel: Panel, params: PoolParams): void {
  console.log('fold  test dates                 rows    ours   ridge  (mean daily rank correlation with the label)');
  const days = [...new Set(panel.training.day)];
  const testDates = Math.floor(days.length * TEST_SHARE);
  for (let fold = FOLDS; fold >= 1; fold--) {
    const testFrom = days.length - fold * testDates;
    const test = days.slice(testFrom, testFrom + testDates);
    const lastTrained = days[testFrom - 1 - params.model.embargo_dates]!;
    const { ours, ridge, rows } = outOfSample(panel.training, params, lastTrained, test);
    const span = `${formatDay(test[0]!)} to ${formatDay(test.at(-1)!)}`;
    console.log(`${FOLDS - fold + 1}     ${span}  ${String(rows).padStart(6)}  ${ours.toFixed(3)}  ${ridge.toFixed(3)}`);
  }
  compareOnAsOf(panel, params);
}

function outOfSample(training: TrainingMatrix, params: PoolParams, lastTrained: number, test: readonly number[]) {
  const { day, target } = training;
  const trainRows = rowsWhere(day, (value) => value <= lastTrained);
  const testRows = rowsWhere(day, (value) => value >= test[0]! && value <= test.at(-1)!);
  const prepared = prepareMatrices(matrixOf(training, trainRows), matrixOf(training, testRows));
  const y = trainRows.map((row) => target[row]!);
  const fitted = Float64Array.from(y);
  const ml = fitHistGbt(prepared, fitted, params.hist_gbt, params.seed);
  const ridge = fitRidge(prepared.train, fitted, params.ridge.alpha);
  if (!ml.ok || !ridge.ok) throw new Error('a model could not be fitted');
  const labels = Float64Array.from(testRows, (row) => target[row]!);
  const testDay = Int32Array.from(testRows, (row) => day[row]!);
  const linear = predictRidge(ridge.value, prepared.score);
  return {
    rows: testRows.length,
    ours: meanDailyCorrelation(testDay, ml.value.raw, labels),
    ridge: meanDailyCorrelation(testDay, linear, labels),
  };
}

function compareOnAsOf(panel: Panel, params: PoolParams): void {
  const scored = scorePool(panel, params, fitHistGbt);
  if (!scored.ok) throw new Error(scored.error.map(({ message }) => message).join('; '));
  const recorded = goldenMlScores();
  const { members } = scored.value;
  const ours = Float64Array.from(members, ({ raw }) => raw.ml);
  const linear = Float64Array.from(members, ({ raw }) => raw.linear);
  const theirs = Float64Array.from(members, ({ symbol }) => recorded.get(symbol)!);
  console.log(
    `\nas of ${AS_OF}, ${members.length} members, rank correlation with the golden tree scores: ` +
      `ours ${rankCorrelation(ours, theirs).toFixed(3)}, ridge ${rankCorrelation(linear, theirs).toFixed(3)}`,
  );
}

function goldenMlScores(): ReadonlyMap<string, number> {
  const path = goldenPath(`expected-f64-asof-${AS_OF}/scores_last60.csv.gz`)!;
  const [header, ...rows] = gunzipSync(readFileSync(path))
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  const at = (row: readonly string[], name: string): string => row[header!.indexOf(name)]!;
  const last = rows.filter((row) => at(row, 'date') === AS_OF);
  return new Map(last.map((row) => [at(row, 'symbol'), Number(at(row, 'ml_score_raw'))]));
}

function rowsWhere(day: Int32Array, accepts: (day: number) => boolean): number[] {
  return Array.from(day, (_, row) => row).filter((row) => accepts(day[row]!));
}

function matrixOf({ columns, values, rowCount }: TrainingMatrix, rows: readonly number[]): ColumnMatrix {
  const pick = (j: number) => Float64Array.from(rows, (row) => values[j * rowCount + row]!);
  return { features: columns, rowCount: rows.length, columns: columns.map((_, j) => pick(j)) };
}

function meanDailyCorrelation(day: Int32Array, scores: Float64Array, labels: Float64Array): number {
  const daily: number[] = [];
  for (let from = 0; from < day.length; ) {
    let to = from;
    while (to < day.length && day[to] === day[from]) to++;
    daily.push(rankCorrelation(scores.slice(from, to), labels.slice(from, to)));
    from = to;
  }
  return daily.reduce((sum, value) => sum + value, 0) / daily.length;
}

/** Spearman: Pearson's correlation of the ranks. */
function rankCorrelation(a: Float64Array, b: Float64Array): number {
  const x = rankPct(a);
  const y = rankPct(b);
  const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const mx = mean(x);
  const my = mean(y);
  const product = (f: (i: number) => number): number => x.reduce((sum, _, i) => sum + f(i), 0);
  const covariance = product((i) => (x[i]! - mx) * (y[i]! - my));
  return covariance / Math.sqrt(product((i) => (x[i]! - mx) ** 2) * product((i) => (y[i]! - my) ** 2));
}
