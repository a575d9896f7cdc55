import { naturalLog } from '../../core/elementary.ts';

/**
 * Annualised volatility of consecutive hourly closes: the sample standard deviation of their log returns times √(hours of a year),
 * as a fraction (signals spec §6 `realized_vol_7d`). Null when one close is missing: a return over a gap is no hourly return.
 */
export function realizedVol(closes: ArrayLike<number>, hoursPerYear: number): number | null {
  const returns = closes.length - 1;
  if (returns < 2) return null;
  const logReturn = (i: number): number => naturalLog(closes[i + 1]! / closes[i]!);
  let sum = 0;
  for (let i = 0; i < returns; i++) sum += logReturn(i);
  const mean = sum / returns;
  let squares = 0;
  for (let i = 0; i < returns; i++) squares += (logReturn(i) - mean) ** 2;
  const vol = Math.sqrt(squares / (returns - 1)) * Math.sqrt(hoursPerYear);
  return Number.isFinite(vol) ? vol : null;
}

/** Middle of the values, in any order: linear interpolation at rank (n − 1)/2. Null without values. */
export function medianOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}
