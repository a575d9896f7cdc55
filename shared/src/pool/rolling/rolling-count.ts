/**
 * Writes how many of the last `width` flags (0 or 1, never missing) of `flags[0 … count)` are set to `out`: NaN until `minSpan`
 * observations are there. Counts are integers, so the running difference is exact.
 */
export function rollingCount(flags: Uint8Array, count: number, width: number, minSpan: number, out: Float64Array): void {
  let set = 0;
  for (let i = 0; i < count; i++) {
    set += flags[i]!;
    if (i >= width) set -= flags[i - width]!;
    out[i] = i + 1 >= minSpan ? set : Number.NaN;
  }
}
