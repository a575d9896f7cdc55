import { setTimeout as timer } from 'node:timers/promises';
import type { Clock } from '../../ports/clock.ts';

/** The machine's clock. */
export function systemClock(): Clock {
  return {
    nowMs: () => Date.now(),
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      try {
        await timer(Math.max(0, ms), undefined, signal === undefined ? {} : { signal });
      } catch (error) {
        // The timer rejects with an AbortError of its own; callers compare with the signal's reason.
        throw signal?.aborted === true ? signal.reason : error;
      }
    },
  };
}
