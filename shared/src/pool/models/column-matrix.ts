import type { Refusal, Result } from '../../core/result.ts';
import { err, ok } from '../../core/result.ts';

/** Feature columns of the same rows, in model order. NaN = missing. */
export interface ColumnMatrix {
  readonly features: readonly string[];
  readonly rowCount: number;
  readonly columns: readonly Float64Array[];
}

/** A matrix without missing values, ready for a learner. */
export interface ImputedMatrix extends ColumnMatrix {
  /** Per column and row: 1 where the value is the training median. */
  readonly imputed: readonly Uint8Array[];
}

/** The named columns of a matrix, in the order given; `MODEL_FAILED` names those it lacks. */
export function selectColumns(matrix: ImputedMatrix, features: readonly string[]): Result<ImputedMatrix, Refusal> {
  const positions = features.map((feature) => matrix.features.indexOf(feature));
  const missing = features.filter((_, k) => positions[k] === -1);
  if (missing.length > 0) {
    return err({ code: 'MODEL_FAILED', message: `the matrix lacks the columns ${missing.join(', ')}` });
  }
  return ok({
    features,
    rowCount: matrix.rowCount,
    columns: positions.map((j) => matrix.columns[j]!),
    imputed: positions.map((j) => matrix.imputed[j]!),
  });
}
