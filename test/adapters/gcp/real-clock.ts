import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '#shared/ports/clock.ts';

/** Real time, for tests that talk to another process or socket. No assertion may depend on it. */
export function realClock(): Clock {
  return {
    nowMs: () => Date.now(),
    sleep: async (ms, signal) => wait(ms, undefined, signal === undefined ? {} : { signal }),
  };
}
