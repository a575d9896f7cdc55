import type { PoolParams } from '../../contracts/pool-params.ts';
import { formatDay } from '../../core/calendar-day.ts';
import type { Refusal, Result } from '../../core/result.ts';
import { err, ok } from '../../core/result.ts';
import { CROSS_SECTIONAL_FEATURES } from '../features/feature-names.ts';
import type { FeatureMatrix, TrainingMatrix } from '../panel.ts';
import type { ColumnMatrix, ImputedMatrix } from './column-matrix.ts';
import { selectColumns } from './column-matrix.ts';
import type { FitMl, MlScores } from './ml-scores.ts';
import { type PreparedMatrices, prepareMatrices } from './prepare-matrices.ts';
import type { RidgeModel } from './ridge.ts';
import { fitRidge, predictRidge } from './ridge.ts';

/** Both models of a build, fitted on one window, with their raw scores of the scoring rows. */
export interface FittedModels {
  readonly ridge: RidgeModel;
  readonly linearRaw: Float64Array;
  readonly ml: MlScores;
  /** Scoring rows as the models saw them, all columns. */
  readonly score: ImputedMatrix;
  /** The columns of `score` that ridge uses. */
  readonly ridgeScore: ImputedMatrix;
  /** Training median of each ridge column. */
  readonly ridgeMedians: Float64Array;
}

/** Fits ridge and the trees on the training window and scores the rows of as_of (pool spec §13). */
export function fitModels(
  training: TrainingMatrix,
  scoring: FeatureMatrix,
  params: PoolParams,
  fitMl: FitMl,
): Result<FittedModels, Refusal> {
  const short = insufficientRows(training, scoring, params);
  if (short !== undefined) return err(short);
  return fitPrepared(prepareFeatures(training, scoring), training.target, params, fitMl);
}

/** Both matrices as the models see them; targets that know the same rows can share them. */
export function prepareFeatures(training: FeatureMatrix, scoring: FeatureMatrix): PreparedMatrices {
  return prepareMatrices(columnMatrix(training), columnMatrix(scoring));
}

/** Fits both models to one target and scores the scoring rows; `MODEL_FAILED` when they cannot. */
export function fitPrepared(
  prepared: PreparedMatrices,
  target: Float64Array,
  params: PoolParams,
  fitMl: FitMl,
): Result<FittedModels, Refusal> {
  const features = params.ridge.features === 'cross_sectional' ? CROSS_SECTIONAL_FEATURES : prepared.train.features;
  const ridgeTrain = selectColumns(prepared.train, features);
  if (!ridgeTrain.ok) return ridgeTrain;
  const ridgeScore = selectColumns(prepared.score, features);
  if (!ridgeScore.ok) return ridgeScore;
  const ridge = fitRidge(ridgeTrain.value, target, params.ridge.alpha);
  if (!ridge.ok) return ridge;
  const ml = fitMl(prepared, target, params.hist_gbt, params.seed);
  if (!ml.ok) return ml;
  return ok({
    ridge: ridge.value,
    linearRaw: predictRidge(ridge.value, ridgeScore.value),
    ml: ml.value,
    score: prepared.score,
    ridgeScore: ridgeScore.value,
    ridgeMedians: Float64Array.from(features, (feature) => prepared.medians[prepared.train.features.indexOf(feature)]!),
  });
}

/** Refusal for a window that is too thin to learn from, or for nothing to score. */
function insufficientRows(training: TrainingMatrix, scoring: FeatureMatrix, params: PoolParams): Refusal | undefined {
  const needed = params.model.min_train_rows;
  if (training.rowCount >= needed && scoring.rowCount > 0) return undefined;
  const window = `${formatDay(training.firstDay)} to ${formatDay(training.lastDay)}`;
  const details = { rows: training.rowCount, needed, scored: scoring.rowCount, window };
  const message =
    training.rowCount < needed
      ? `${training.rowCount} training rows in ${window}, at least ${needed} are needed; load more symbols or an earlier history`
      : 'no symbol is in the universe on as_of; the list of exclusions says why for each';
  return { code: 'INSUFFICIENT_TRAINING_ROWS', message, details };
}

function columnMatrix({ columns, rowCount, values }: FeatureMatrix): ColumnMatrix {
  return {
    features: columns,
    rowCount,
    columns: columns.map((_, j) => values.subarray(j * rowCount, (j + 1) * rowCount)),
  };
}
