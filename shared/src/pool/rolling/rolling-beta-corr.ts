import { firstBlock, type WindowRule } from './window-rule.ts';

/** Moments of pairs: count, means, centred sums of squares and of products. */
interface PairMoments {
  readonly valid: Int32Array;
  readonly meanX: Float64Array;
  readonly meanY: Float64Array;
  readonly xx: Float64Array;
  readonly yy: Float64Array;
  readonly xy: Float64Array;
}

/**
 * Writes trailing cov(x, y)/var(y) to `beta` and the correlation to `corr`, over the pairs of which both are present. A ratio
 * that is not finite (a constant series) is missing. Merges block moments as `rollingStd` does.
 */
export function rollingBetaCorr(
  x: Float64Array,
  y: Float64Array,
  count: number,
  rule: WindowRule,
  beta: Float64Array,
  corr: Float64Array,
): void {
  const { width, minSpan, minValid } = rule;
  const tail = emptyMoments(width + 1);
  for (let start = firstBlock(rule); start < count; start += width) {
    const end = Math.min(start + width, count);
    let valid = 0;
    let meanX = 0;
    let meanY = 0;
    let xx = 0;
    let yy = 0;
    let xy = 0;
    for (let i = start; i < end; i++) {
      const dx = x[i]! - meanX;
      const dy = y[i]! - meanY;
      if (!Number.isNaN(dx) && !Number.isNaN(dy)) {
        valid++;
        meanX += dx / valid;
        meanY += dy / valid;
        xx += dx * (x[i]! - meanX);
        yy += dy * (y[i]! - meanY);
        xy += dx * (y[i]! - meanY);
      }
      const inTail = i - start + 1;
      const before = tail.valid[inTail]!;
      const inWindow = valid + before;
      if (i + 1 < minSpan || inWindow < minValid || inWindow < 2) {
        beta[i] = Number.NaN;
        corr[i] = Number.NaN;
        continue;
      }
      const share = valid === 0 || before === 0 ? 0 : (valid * before) / inWindow;
      const gapX = meanX - tail.meanX[inTail]!;
      const gapY = meanY - tail.meanY[inTail]!;
      const sumXX = xx + tail.xx[inTail]! + gapX * gapX * share;
      const sumYY = yy + tail.yy[inTail]! + gapY * gapY * share;
      const sumXY = xy + tail.xy[inTail]! + gapX * gapY * share;
      beta[i] = sumYY > 0 ? sumXY / sumYY : Number.NaN;
      corr[i] = sumXX > 0 && sumYY > 0 ? sumXY / Math.sqrt(sumXX * sumYY) : Number.NaN;
    }
    if (end < count) writeTail(x, y, start, width, tail);
  }
}

function emptyMoments(length: number): PairMoments {
  return {
    valid: new Int32Array(length),
    meanX: new Float64Array(length),
    meanY: new Float64Array(length),
    xx: new Float64Array(length),
    yy: new Float64Array(length),
    xy: new Float64Array(length),
  };
}

function writeTail(x: Float64Array, y: Float64Array, start: number, width: number, tail: PairMoments): void {
  let valid = 0;
  let meanX = 0;
  let meanY = 0;
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let offset = width - 1; offset > 0; offset--) {
    const dx = x[start + offset]! - meanX;
    const dy = y[start + offset]! - meanY;
    if (!Number.isNaN(dx) && !Number.isNaN(dy)) {
      valid++;
      meanX += dx / valid;
      meanY += dy / valid;
      xx += dx * (x[start + offset]! - meanX);
      yy += dy * (y[start + offset]! - meanY);
      xy += dx * (y[start + offset]! - meanY);
    }
    tail.valid[offset] = valid;
    tail.meanX[offset] = meanX;
    tail.meanY[offset] = meanY;
    tail.xx[offset] = xx;
    tail.yy[offset] = yy;
    tail.xy[offset] = xy;
  }
}
