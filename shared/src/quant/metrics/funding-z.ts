const LEAST_DEVIATION = 1e-8;

export interface FundingZ {
  /** Null (NaN) below the least number of periods. */
  readonly z: number;
  readonly mean: number;
  readonly deviation: number;
  /** The past hardly moved: z is 0 by rule. */
  readonly lowVariance: boolean;
}

/** z of the current 8 h rate over the settled ones before it, population σ (quant spec §3.2, signals §11). */
export function fundingZ(current: number, settled: readonly number[], minPeriods: number): FundingZ {
  const count = settled.length;
  if (count < minPeriods || count === 0) return { z: Number.NaN, mean: Number.NaN, deviation: Number.NaN, lowVariance: false };
  const mean = settled.reduce((sum, rate) => sum + rate, 0) / count;
  const deviation = Math.sqrt(settled.reduce((sum, rate) => sum + (rate - mean) * (rate - mean), 0) / count);
  const lowVariance = deviation < LEAST_DEVIATION;
  return { z: lowVariance ? 0 : (current - mean) / deviation, mean, deviation, lowVariance };
}
