import type { Histogram } from './histogram.ts';
import { BIN_STRIDE } from './histogram.ts';

/** Where a leaf would split: rows with bin ≤ `bin` of sampled column `position` go left. */
export interface SplitCandidate {
  /** Largest gain; 0 when no split is allowed. */
  gain: number;
  position: number;
  bin: number;
  leftSum: number;
  leftRows: number;
}

const MIN_GAIN = 1e-12;
/** Generous bound on the rounding error of a gain, relative to the terms it is the difference of. */
const ROUNDING_SLACK = 1e-9;

/**
 * Best split of a leaf with gradient sum `total` and `rows` rows: largest GL·GL/nL + GR·GR/nR − G·G/n evaluated left to right,
 * both sides at least `minRows`, ties to the earlier column, then the lower bin; gain 0 when none exceeds 1e-12 (pool spec §13).
 *
 * The gain equals (GL·n − G·nL)²/(n·nL·nR). That form needs no division and sorts out nearly every bin; the slack only lets
 * doubtful ones through to the exact formula, so it cannot change the result.
 */
export function findSplit(
  histogram: Histogram,
  binCounts: readonly number[],
  total: number,
  rows: number,
  minRows: number,
  best: SplitCandidate,
): void {
  const { sum, count } = histogram;
  const whole = (total * total) / rows;
  best.gain = 0;
  let bestGain = MIN_GAIN;
  let bar = (bestGain - ROUNDING_SLACK * (whole + bestGain)) * rows;
  for (let position = 0; position < binCounts.length; position++) {
    const offset = position * BIN_STRIDE;
    const lastBin = binCounts[position]! - 1;
    let leftSum = 0;
    let leftRows = 0;
    for (let bin = 0; bin < lastBin; bin++) {
      leftSum += sum[offset + bin]!;
      leftRows += count[offset + bin]!;
      const rightRows = rows - leftRows;
      const skew = leftSum * rows - total * leftRows;
      if (skew * skew <= bar * (leftRows * rightRows)) continue;
      if (leftRows < minRows) continue;
      if (rightRows < minRows) break;
      const rightSum = total - leftSum;
      const gain = (leftSum * leftSum) / leftRows + (rightSum * rightSum) / rightRows - whole;
      if (gain <= bestGain) continue;
      bestGain = gain;
      bar = (gain - ROUNDING_SLACK * (whole + gain)) * rows;
      best.gain = gain;
      best.position = position;
      best.bin = bin;
      best.leftSum = leftSum;
      best.leftRows = leftRows;
    }
  }
}
