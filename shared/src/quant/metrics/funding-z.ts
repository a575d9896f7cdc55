const LEAST_DEVIATION = 1e-8;

/** Mean and population σ of settled 8 h rates, null (NaN) below the least number of periods. */
export interface FundingMoments {
  readonly mean: number;
  readonly deviation: number;
}

export interface FundingZ extends FundingMoments {
  /** Null (NaN) below the least number of periods. */
  readonly z: number;
  /** The past hardly moved: z is 0 by rule. */
  readonly lowVariance: boolean;
}

/** z of the current 8 h rate over the settled ones before it, population σ (quant spec §3.2, signals §11). */
export function fundingZ(current: number, settled: readonly number[], minPeriods: number): FundingZ {
  const { mean, deviation } = fundingMoments(settled, minPeriods);
  return { z: fundingZOf(current, mean, deviation), mean, deviation, lowVariance: isLowVariance(deviation) };
}

export function fundingMoments(settled: readonly number[], minPeriods: number): FundingMoments {
  const count = settled.length;
  if (count < minPeriods || count === 0) return { mean: Number.NaN, deviation: Number.NaN };
  const mean = settled.reduce((sum, rate) => sum + rate, 0) / count;
  const deviation = Math.sqrt(settled.reduce((sum, rate) => sum + (rate - mean) * (rate - mean), 0) / count);
  return { mean, deviation };
}

/** z over known moments; 0 when the past hardly moved. */
export function fundingZOf(current: number, mean: number, deviation: number): number {
  return isLowVariance(deviation) ? 0 : (current - mean) / deviation;
}

export function isLowVariance(deviation: number): boolean {
  return deviation < LEAST_DEVIATION;
}
