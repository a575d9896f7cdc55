import type { SeededRandom } from '../../core/seeded-random.ts';

/** Shocks of unit size on average whose size clusters: calm follows calm, storm follows storm. */
export interface ShockSource {
  next(): number;
}

const MEMORY = 0.93;
const REACTION = 0.06;
const FAT_TAIL_CHANCE = 0.03;
const FAT_TAIL_FACTOR = 2.2;

/**
 * A recursion on the variance in the manner of GARCH(1,1): variance = 1 % floor + 93 % of yesterday's + 6 % of yesterday's
 * squared shock, kept within [0.35, 4]. Draws 13 numbers a call, so a longer history begins with the shorter one.
 */
export function clusteredShocks(random: SeededRandom): ShockSource {
  let variance = 1;
  return {
    next: () => {
      const normal = random.nextNormal();
      const shock = (random.next() < FAT_TAIL_CHANCE ? normal * FAT_TAIL_FACTOR : normal) * Math.sqrt(variance);
      variance = clamp(1 - MEMORY - REACTION + MEMORY * variance + REACTION * shock * shock, 0.35, 4);
      return shock;
    },
  };
}

/** `value` kept within [low, high]. */
export function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}
