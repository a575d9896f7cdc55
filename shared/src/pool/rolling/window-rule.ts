/**
 * Which trailing windows yield a value. A window ends at observation i and holds up to `width` observations; it counts when it
 * spans at least `minSpan` observations and holds at least `minValid` that are not missing. Statistics are over the valid ones.
 */
export interface WindowRule {
  readonly width: number;
  readonly minSpan: number;
  readonly minValid: number;
  /** First observation whose window is wanted: what a statistic writes before it has no meaning. */
  readonly from: number;
}

/** A full window of `width` observations of which ⌈minValidFrac · width⌉ are valid (pool spec §7). */
export function fullWindow(width: number, minValidFrac: number, from = 0): WindowRule {
  // The subtraction keeps .95 · 60 at 57 whatever its last bit.
  return { width, minSpan: width, minValid: Math.max(1, Math.ceil(minValidFrac * width - 1e-9)), from };
}

/** A window that may be shorter at the start of a history: up to `width` observations, at least `minSpan`. */
export function growingWindow(width: number, minSpan: number, from = 0): WindowRule {
  return { width, minSpan, minValid: minSpan, from };
}

/** Where the block before that of the first wanted observation starts: blocks of `width` observations follow each other from 0 on. */
export function firstBlock({ width, from }: WindowRule): number {
  return Math.max(0, Math.floor(from / width) - 1) * width;
}
