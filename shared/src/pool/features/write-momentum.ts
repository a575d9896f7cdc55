import type { Observations } from '../calendar/observations.ts';
import { finiteOrMissing, writeChange } from './elementwise.ts';
import type { FeatureColumns } from './feature-columns.ts';

/** Weights of the 20, 60 and 120-day changes in a momentum combination. */
const MOMENTUM_WEIGHTS = [0.5, 0.3, 0.2] as const;

/** Writes daily_return, roc20, roc60, roc120 and momentum_combo (pool spec §8). A return needs both adjacent observations. */
export function writeMomentum(observations: Observations, lookupLag: number, columns: FeatureColumns): void {
  const { close, count } = observations;
  writeChange(close, count, 1, 0, columns.daily_return);
  writeChange(close, count, 20, lookupLag, columns.roc20);
  writeChange(close, count, 60, lookupLag, columns.roc60);
  writeChange(close, count, 120, lookupLag, columns.roc120);
  writeCombination(columns.roc20, columns.roc60, columns.roc120, count, columns.momentum_combo);
}

/** Writes .5·a + .3·b + .2·c, missing when one of them is. */
export function writeCombination(a: Float64Array, b: Float64Array, c: Float64Array, count: number, out: Float64Array): void {
  const [wa, wb, wc] = MOMENTUM_WEIGHTS;
  for (let i = 0; i < count; i++) out[i] = finiteOrMissing(wa * a[i]! + wb * b[i]! + wc * c[i]!);
}
