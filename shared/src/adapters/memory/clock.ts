import type { Clock } from '../../ports/clock.ts';

/** A clock that moves only by hand. */
export interface ManualClock extends Clock {
  /** Moves time forward and wakes every sleeper whose time has come, earliest first. */
  advance(ms: number): void;
  /** Number of sleepers that still wait. */
  pending(): number;
}

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

/** A ManualClock that shows `startMs` (ms since the epoch) until it is advanced. */
export function manualClock(startMs: number): ManualClock {
  let nowMs = startMs;
  const sleepers = new Set<Sleeper>();
  return {
    nowMs: () => nowMs,
    pending: () => sleepers.size,
    advance: (ms) => {
      nowMs += ms;
      const due = [...sleepers].filter((sleeper) => sleeper.dueMs <= nowMs).sort((a, b) => a.dueMs - b.dueMs);
      for (const sleeper of due) sleeper.wake();
    },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        if (ms <= 0) return resolve();
        const onAbort = (): void => {
          sleepers.delete(sleeper);
          reject(signal?.reason as Error);
        };
        const sleeper: Sleeper = {
          dueMs: nowMs + ms,
          wake: () => {
            sleepers.delete(sleeper);
            signal?.removeEventListener('abort', onAbort);
            resolve();
          },
        };
        signal?.addEventListener('abort', onAbort, { once: true });
        sleepers.add(sleeper);
      }),
  };
}
