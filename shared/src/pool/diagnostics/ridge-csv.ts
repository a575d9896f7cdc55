import type { FittedModels } from '../models/fit-models.ts';
import { csvText, floatCell } from './csv-cells.ts';

/** `ridge_coefficients.csv`: training median, mean, population standard deviation and coefficient per feature; header only without a fit. */
export function ridgeCoefficientsCsv(models: FittedModels | undefined): string {
  const rows = models?.ridge.features.map((feature, j) => [
    feature,
    floatCell(models.ridgeMedians[j]!),
    floatCell(models.ridge.means[j]!),
    floatCell(models.ridge.stds[j]!),
    floatCell(models.ridge.coefficients[j]!),
  ]);
  return csvText(['feature', 'train_median', 'scaler_mean', 'scaler_std', 'ridge_coef'], rows ?? []);
}
