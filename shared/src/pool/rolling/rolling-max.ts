import { firstBlock, type WindowRule } from './window-rule.ts';

/**
 * Writes the trailing maximum of `values[0 … count)` to `out` (van Herk, Gil and Werman: tail of one block, head of the next).
 * NaN = missing.
 */
export function rollingMax(values: Float64Array, count: number, rule: WindowRule, out: Float64Array): void {
  const { width, minSpan, minValid } = rule;
  const tailMax = new Float64Array(width + 1).fill(Number.NEGATIVE_INFINITY);
  const tailValid = new Int32Array(width + 1);
  for (let start = firstBlock(rule); start < count; start += width) {
    const end = Math.min(start + width, count);
    let max = Number.NEGATIVE_INFINITY;
    let valid = 0;
    for (let i = start; i < end; i++) {
      const value = values[i]!;
      if (!Number.isNaN(value)) {
        valid++;
        if (value > max) max = value;
      }
      const inTail = i - start + 1;
      const before = tailMax[inTail]!;
      const enough = i + 1 >= minSpan && valid + tailValid[inTail]! >= minValid;
      out[i] = enough ? (before > max ? before : max) : Number.NaN;
    }
    if (end < count) writeTail(values, start, width, tailMax, tailValid);
  }
}

function writeTail(values: Float64Array, start: number, width: number, tailMax: Float64Array, tailValid: Int32Array): void {
  let max = Number.NEGATIVE_INFINITY;
  let valid = 0;
  for (let offset = width - 1; offset > 0; offset--) {
    const value = values[start + offset]!;
    if (!Number.isNaN(value)) {
      valid++;
      if (value > max) max = value;
    }
    tailMax[offset] = max;
    tailValid[offset] = valid;
  }
}
