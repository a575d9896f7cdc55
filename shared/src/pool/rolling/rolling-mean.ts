import type { WindowRule } from './window-rule.ts';

/**
 * Writes the trailing mean of `values[0 … count)` to `out`. NaN = missing.
 *
 * Every window is the tail of one block of `width` observations plus the head of the next, so sums are only ever added, never
 * taken away again: no cancellation, no residue of a value that left the window. A window of identical values has exactly that
 * value as its mean.
 */
export function rollingMean(values: Float64Array, count: number, rule: WindowRule, out: Float64Array): void {
  const { width, minSpan, minValid } = rule;
  const tailSum = new Float64Array(width + 1);
  const tailValid = new Int32Array(width + 1);
  let last = Number.NaN;
  let sameRun = 0;
  for (let start = 0; start < count; start += width) {
    const end = Math.min(start + width, count);
    let sum = 0;
    let valid = 0;
    for (let i = start; i < end; i++) {
      const value = values[i]!;
      if (!Number.isNaN(value)) {
        sum += value;
        valid++;
        sameRun = value === last ? sameRun + 1 : 1;
        last = value;
      }
      const inTail = i - start + 1;
      const inWindow = valid + tailValid[inTail]!;
      if (i + 1 < minSpan || inWindow < minValid) out[i] = Number.NaN;
      else out[i] = sameRun >= inWindow ? last : (sum + tailSum[inTail]!) / inWindow;
    }
    if (end < count) writeTail(values, start, width, tailSum, tailValid);
  }
}

/** Sums and counts of a block from each offset to its end. */
function writeTail(values: Float64Array, start: number, width: number, tailSum: Float64Array, tailValid: Int32Array): void {
  let sum = 0;
  let valid = 0;
  for (let offset = width - 1; offset > 0; offset--) {
    const value = values[start + offset]!;
    if (!Number.isNaN(value)) {
      sum += value;
      valid++;
    }
    tailSum[offset] = sum;
    tailValid[offset] = valid;
  }
}
