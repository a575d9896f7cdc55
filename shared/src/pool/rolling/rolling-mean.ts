import { firstBlock, type WindowRule } from './window-rule.ts';

/**
 * Writes the trailing mean of `values[0 … count)` to `out`. NaN = missing.
 *
 * Every window is the tail of one block of `width` observations plus the head of the next, so sums are only ever added, never
 * taken away again: no residue of a value that left the window. Each sum carries its rounding error along (Neumaier), so that
 * the mean is right to the last bit and its small distances to a price are too. A window of identical values has exactly that
 * value as its mean.
 */
export function rollingMean(values: Float64Array, count: number, rule: WindowRule, out: Float64Array): void {
  const { width, minSpan, minValid } = rule;
  const tail = { sum: new Float64Array(width + 1), error: new Float64Array(width + 1), valid: new Int32Array(width + 1) };
  let last = Number.NaN;
  let sameRun = 0;
  for (let start = firstBlock(rule); start < count; start += width) {
    const end = Math.min(start + width, count);
    let sum = 0;
    let error = 0;
    let valid = 0;
    for (let i = start; i < end; i++) {
      const value = values[i]!;
      if (!Number.isNaN(value)) {
        const next = sum + value;
        error += roundingError(sum, value, next);
        sum = next;
        valid++;
        sameRun = value === last ? sameRun + 1 : 1;
        last = value;
      }
      const inTail = i - start + 1;
      const inWindow = valid + tail.valid[inTail]!;
      if (i + 1 < minSpan || inWindow < minValid) out[i] = Number.NaN;
      else if (sameRun >= inWindow) out[i] = last;
      else {
        const before = tail.sum[inTail]!;
        const total = sum + before;
        out[i] = (total + (roundingError(sum, before, total) + error + tail.error[inTail]!)) / inWindow;
      }
    }
    if (end < count) writeTail(values, start, width, tail);
  }
}

interface TailSums {
  readonly sum: Float64Array;
  readonly error: Float64Array;
  readonly valid: Int32Array;
}

/** Sums and counts of a block from each offset to its end. */
function writeTail(values: Float64Array, start: number, width: number, tail: TailSums): void {
  let sum = 0;
  let error = 0;
  let valid = 0;
  for (let offset = width - 1; offset > 0; offset--) {
    const value = values[start + offset]!;
    if (!Number.isNaN(value)) {
      const next = sum + value;
      error += roundingError(sum, value, next);
      sum = next;
      valid++;
    }
    tail.sum[offset] = sum;
    tail.error[offset] = error;
    tail.valid[offset] = valid;
  }
}

/** What the rounded sum of a and b lost (Knuth's two-sum, exact unless it overflows). */
function roundingError(a: number, b: number, sum: number): number {
  const bInSum = sum - a;
  return a - (sum - bInSum) + (b - bInSum);
}
