import type { Clock } from '#shared/ports/clock.ts';

/** A clock whose sleeps end at once, move its time forward and are remembered. */
export interface InstantClock extends Clock {
  readonly sleptMs: readonly number[];
}

export function instantClock(startMs = 0): InstantClock {
  let nowMs = startMs;
  const sleptMs: number[] = [];
  return {
    sleptMs,
    nowMs: () => nowMs,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      nowMs += ms;
      sleptMs.push(ms);
    },
  };
}
