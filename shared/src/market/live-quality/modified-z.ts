import type { ValueWindow } from './value-window.ts';

/** How far a value is from those before it; `score` is null where nothing can be said, or no scale exists. */
export interface Anomaly {
  readonly score: number | null;
  readonly level: 'none' | 'flag' | 'quarantine';
}

/** Fewer values before say nothing. */
export const MIN_VALUES = 20;

const FLAG_ABOVE = 3.5;
const QUARANTINE_ABOVE = 5;

/** Makes the median deviation comparable to a standard deviation of normal values, and the mean deviation too. */
const OF_MEDIAN_DEVIATION = 0.6745;
const OF_MEAN_DEVIATION = 1.2533;

const UNKNOWN: Anomaly = { score: null, level: 'none' };

/**
 * Modified z of a value over the values before it, itself excluded (data platform spec §6): .6745·(x − median)/MAD; where half of
 * them are equal (x − median)/(1.2533·mean deviation); where all are, any change is a flag. Beyond 3.5 a flag, beyond 5 quarantine.
 */
export function modifiedZ(value: number, before: ValueWindow): Anomaly {
  if (before.count < MIN_VALUES) return UNKNOWN;
  const median = before.median();
  const mad = before.medianDeviation(median);
  if (mad > 0) return graded((OF_MEDIAN_DEVIATION * (value - median)) / mad);
  const mean = before.meanDeviation(median);
  if (mean > 0) return graded((value - median) / (OF_MEAN_DEVIATION * mean));
  return { score: null, level: value === median ? 'none' : 'flag' };
}

function graded(score: number): Anomaly {
  const size = Math.abs(score);
  return { score, level: size > QUARANTINE_ABOVE ? 'quarantine' : size > FLAG_ABOVE ? 'flag' : 'none' };
}
