export interface LineFit {
  readonly slope: number;
  readonly intercept: number;
  /** Share of the variance of y that the line explains; NaN when y does not vary. */
  readonly rSquared: number;
  /** Slope over its standard error; NaN with fewer than three points or a perfect fit. */
  readonly t: number;
  readonly count: number;
}

/** Ordinary least squares of y on x; a slope needs two different x, else it is NaN. Points are taken in order, which fixes the bits. */
export function fitLine(x: ArrayLike<number>, y: ArrayLike<number>): LineFit {
  const count = x.length;
  const meanX = mean(x);
  const meanY = mean(y);
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (let i = 0; i < count; i++) {
    const dx = x[i]! - meanX;
    const dy = y[i]! - meanY;
    xx += dx * dx;
    xy += dx * dy;
    yy += dy * dy;
  }
  const slope = xx > 0 ? xy / xx : Number.NaN;
  const intercept = meanY - slope * meanX;
  const unexplained = squaredResiduals(x, y, slope, intercept);
  const error = Math.sqrt(unexplained / (count - 2) / xx);
  return {
    slope,
    intercept,
    rSquared: yy > 0 ? 1 - unexplained / yy : Number.NaN,
    t: count > 2 && error > 0 ? slope / error : Number.NaN,
    count,
  };
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

function squaredResiduals(x: ArrayLike<number>, y: ArrayLike<number>, slope: number, intercept: number): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    const residual = y[i]! - intercept - slope * x[i]!;
    sum += residual * residual;
  }
  return sum;
}
