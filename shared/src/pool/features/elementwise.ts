/** The value, or NaN when it is infinite: a division that is not finite is missing (pool spec §8). */
export function finiteOrMissing(value: number): number {
  return value - value === 0 ? value : Number.NaN;
}

/** Writes numerator/denominator − 1. */
export function writeRatioMinusOne(numerator: Float64Array, denominator: Float64Array, count: number, out: Float64Array): void {
  for (let i = 0; i < count; i++) out[i] = finiteOrMissing(numerator[i]! / denominator[i]! - 1);
}

/** Writes numerator/denominator. */
export function writeRatio(numerator: Float64Array, denominator: Float64Array, count: number, out: Float64Array): void {
  for (let i = 0; i < count; i++) out[i] = finiteOrMissing(numerator[i]! / denominator[i]!);
}

/**
 * Writes value/(value n observations ago) − 1, where "n ago" is the newest valid value in [i − n − lookupLag, i − n]
 * (pool spec §7).
 */
export function writeChange(values: Float64Array, count: number, n: number, lookupLag: number, out: Float64Array): void {
  for (let i = 0; i < count; i++) out[i] = finiteOrMissing(values[i]! / newestAt(values, i - n, lookupLag) - 1);
}

/** Newest valid value in [index − lookupLag, index]; NaN when there is none or the history begins later. */
function newestAt(values: Float64Array, index: number, lookupLag: number): number {
  for (let i = index; i >= 0 && i >= index - lookupLag; i--) {
    const value = values[i]!;
    if (!Number.isNaN(value)) return value;
  }
  return Number.NaN;
}
