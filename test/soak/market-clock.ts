import type { Clock } from '#shared/ports/clock.ts';
import type { LiveSimulator } from '#shared/simulator/live-simulator.ts';

/** A clock on which clients live, and how it comes to move. */
export interface SoakClock extends Clock {
  /** Aborts after `ms` of this clock. */
  timeout(ms: number): AbortSignal;
  /** Lets time pass until `ms`, with room for everything that is on its way. */
  passUntil(ms: number): Promise<void>;
}

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

/** Turns of the event loop after a step: what was woken comes to rest in between. */
const TURNS = 4;

/**
 * The simulator's market time as the clients' clock. Without a pace it moves from one sleeper to the next, so that a run repeats
 * itself exactly; with one it takes the machine's time, `speed` seconds of market time in a second.
 */
export function marketClock(simulator: LiveSimulator, speed: number | null = null): SoakClock {
  const [startMs, startedMs] = [simulator.nowMs, performance.now()];
  const sleepers = new Set<Sleeper>();
  const sleepUntil = (dueMs: number, wake: () => void): Sleeper => {
    const sleeper = { dueMs, wake };
    sleepers.add(sleeper);
    return sleeper;
  };
  const wakeDue = (): void => {
    const due = [...sleepers].filter(({ dueMs }) => dueMs <= simulator.nowMs).toSorted((a, b) => a.dueMs - b.dueMs);
    for (const sleeper of due) {
      sleepers.delete(sleeper);
      sleeper.wake();
    }
  };
  return {
    nowMs: () => simulator.nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        if (ms <= 0) return resolve();
        const onAbort = (): void => {
          sleepers.delete(sleeper);
          reject(signal?.reason as Error);
        };
        const sleeper = sleepUntil(simulator.nowMs + Math.ceil(ms), () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        });
        signal?.addEventListener('abort', onAbort, { once: true });
      }),
    timeout: (ms) => {
      const abort = new AbortController();
      sleepUntil(simulator.nowMs + ms, () => abort.abort(new DOMException('The time is out', 'TimeoutError')));
      return abort.signal;
    },
    passUntil: async (ms) => {
      while (simulator.nowMs < ms) {
        let next = ms;
        for (const { dueMs } of sleepers) next = Math.min(next, dueMs);
        if (speed !== null) {
          const waitMs = (next - startMs) / speed - (performance.now() - startedMs);
          if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
        }
        simulator.advanceTo(Math.max(next, simulator.nowMs + 1));
        wakeDue();
        for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}
