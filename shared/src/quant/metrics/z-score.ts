const LEAST_DEVIATION = 1e-9;

/** Moments of the points of a window that are present, and how many grid points lie from the oldest of them to the newest point. */
export interface WindowMoments {
  readonly count: number;
  readonly mean: number;
  /** Σ (x − mean)². */
  readonly squares: number;
  readonly span: number;
}

export interface ZRules {
  readonly min_points: number;
  readonly min_share: number;
  readonly clip: number;
}

/** Distance of a value from the window before it in population σ, clipped; null by the rules of quant spec §3.1. */
export function zScore(value: number, window: WindowMoments, rules: ZRules): number {
  const { count, mean, squares, span } = window;
  if (count < rules.min_points || count < rules.min_share * span) return Number.NaN;
  const deviation = Math.sqrt(squares / count);
  if (deviation < LEAST_DEVIATION) return Number.NaN;
  const z = (value - mean) / deviation;
  return z > rules.clip ? rules.clip : z < -rules.clip ? -rules.clip : z;
}
