import type { Refusal, Result } from '../../core/result.ts';
import { ok } from '../../core/result.ts';
import type { PathContributions } from './hist-gbt/path-contributions.ts';
import { pathContributions } from './hist-gbt/path-contributions.ts';
import { predictHistGbt } from './hist-gbt/predict.ts';
import type { HistGbtParams } from './hist-gbt/train.ts';
import { trainHistGbt } from './hist-gbt/train.ts';
import type { PreparedMatrices } from './prepare-matrices.ts';

/** Raw `ml` scores of the scoring rows and where they come from. */
export interface MlScores {
  readonly backend: string;
  readonly raw: Float64Array;
  /** Score of a scoring row taken apart; null when the scores were not computed here. */
  readonly explain: (row: number) => PathContributions | null;
}

/** The learner behind `ml`: fits on the training matrix and scores the scoring matrix. */
export type FitMl = (
  matrices: PreparedMatrices,
  target: Float64Array,
  params: HistGbtParams,
  seed: number,
) => Result<MlScores, Refusal>;

/** The learner of every build: our histogram trees on all columns (pool spec §13). */
export const fitHistGbt: FitMl = ({ train, score, ascending }, target, params, seed) => {
  const trained = trainHistGbt(train, ascending, target, params, seed);
  if (!trained.ok) return trained;
  const model = trained.value;
  return ok({
    backend: 'hist_gbt',
    raw: predictHistGbt(model, score),
    explain: (row) => pathContributions(model, score, row),
  });
};
