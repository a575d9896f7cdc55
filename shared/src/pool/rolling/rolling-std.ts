import { firstBlock, type WindowRule } from './window-rule.ts';

/**
 * Writes the trailing sample standard deviation of `values[0 … count)` to `out`. NaN = missing; one valid value has none.
 *
 * Each window merges the moments of the tail of one block with those of the head of the next (Welford's update, Chan's merge):
 * only non-negative terms are added, so that an extreme value leaves no residue once it is out of the window and a window of
 * identical values has exactly 0.
 */
export function rollingStd(values: Float64Array, count: number, rule: WindowRule, out: Float64Array): void {
  const { width, minSpan, minValid } = rule;
  const tail = { valid: new Int32Array(width + 1), mean: new Float64Array(width + 1), m2: new Float64Array(width + 1) };
  for (let start = firstBlock(rule); start < count; start += width) {
    const end = Math.min(start + width, count);
    let valid = 0;
    let mean = 0;
    let m2 = 0;
    for (let i = start; i < end; i++) {
      const value = values[i]!;
      if (!Number.isNaN(value)) {
        valid++;
        const delta = value - mean;
        mean += delta / valid;
        m2 += delta * (value - mean);
      }
      const inTail = i - start + 1;
      const before = tail.valid[inTail]!;
      const inWindow = valid + before;
      if (i + 1 < minSpan || inWindow < minValid || inWindow < 2) {
        out[i] = Number.NaN;
        continue;
      }
      const gap = valid === 0 || before === 0 ? 0 : mean - tail.mean[inTail]!;
      out[i] = Math.sqrt((m2 + tail.m2[inTail]! + gap * gap * ((valid * before) / inWindow)) / (inWindow - 1));
    }
    if (end < count) writeTail(values, start, width, tail);
  }
}

interface TailMoments {
  readonly valid: Int32Array;
  readonly mean: Float64Array;
  readonly m2: Float64Array;
}

function writeTail(values: Float64Array, start: number, width: number, tail: TailMoments): void {
  let valid = 0;
  let mean = 0;
  let m2 = 0;
  for (let offset = width - 1; offset > 0; offset--) {
    const value = values[start + offset]!;
    if (!Number.isNaN(value)) {
      valid++;
      const delta = value - mean;
      mean += delta / valid;
      m2 += delta * (value - mean);
    }
    tail.valid[offset] = valid;
    tail.mean[offset] = mean;
    tail.m2[offset] = m2;
  }
}
