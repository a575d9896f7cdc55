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
  return zOf(value, window.mean, windowDeviation(window.count, window.squares, window.span, rules), rules.clip);
}

/** Population σ of a window, null where the rules allow no z: too few points, too many gaps, or values that hardly move. */
export function windowDeviation(count: number, squares: number, span: number, rules: ZRules): number {
  if (count < rules.min_points || count < rules.min_share * span) return Number.NaN;
  const deviation = Math.sqrt(squares / count);
  return deviation < LEAST_DEVIATION ? Number.NaN : deviation;
}

/** The clipped distance itself. */
export function zOf(value: number, mean: number, deviation: number, clip: number): number {
  const z = (value - mean) / deviation;
  return z > clip ? clip : z < -clip ? -clip : z;
}
