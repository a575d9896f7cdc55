import { naturalLog } from '../../core/elementary.ts';

/** 2^(−1/30): a half-life of thirty minutes. */
export const RV_DECAY = 0.9771599684342459;
/** Squared returns whose mean starts the average. */
export const RV_START = 30;
const MINUTES_PER_YEAR = 525_600;
const HOURS_PER_YEAR = 8760;

/** v ← λ·v + (1 − λ)·r² (quant spec §3.3). */
export function nextVariance(variance: number, minuteReturn: number): number {
  return RV_DECAY * variance + (1 - RV_DECAY) * (minuteReturn * minuteReturn);
}

/** Yearly volatility of a variance per minute, a fraction. */
export function annualVolatility(minuteVariance: number): number {
  return Math.sqrt(minuteVariance) * Math.sqrt(MINUTES_PER_YEAR);
}

/** √(Σ ln²(H/L) / (4·24·ln 2))·√8760 over closed hourly bars, a fraction a year (quant spec §2 `parkinson_24h`). */
export function parkinson(highs: readonly number[], lows: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < highs.length; i++) {
    const range = naturalLog(highs[i]! / lows[i]!);
    sum += range * range;
  }
  return Math.sqrt(sum / (4 * highs.length * Math.LN2)) * Math.sqrt(HOURS_PER_YEAR);
}
