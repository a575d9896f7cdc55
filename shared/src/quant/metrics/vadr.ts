/** ((H − L) / C)·√(quote volume) of one hourly bar: how far a volume moves the price (market data spec §8.1). */
export function barRange(high: number, low: number, close: number, quoteVolume: number): number {
  return ((high - low) / close) * Math.sqrt(quoteVolume);
}

/** The newest bar's range against the median of the bars before; null (frozen) with too few of them or a median of 0. */
export function vadr(current: number, before: readonly number[], minBars: number): number {
  if (before.length < minBars) return Number.NaN;
  const middle = median(before);
  return middle > 0 ? current / middle : Number.NaN;
}

/** Middle value, or the mean of the two middle ones; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
