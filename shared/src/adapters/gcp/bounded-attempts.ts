import type { LivepoolError } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';

/** Bounds of one operation against a remote service. */
export interface CallLimits {
  /** One call without an answer is given up after this; whether it took effect is then unknown. Default 20 000. */
  readonly callTimeoutMs?: number;
  /** No further attempt begins later than this after the first. Default 60 000. */
  readonly budgetMs?: number;
  /** Pause before the second attempt, doubled for each further one and shortened by up to half at random. Default 250. */
  readonly firstPauseMs?: number;
  /** Longest pause. Default 8 000. */
  readonly maxPauseMs?: number;
}

/** What the bounds are measured and jittered with. */
export interface CallTiming {
  readonly clock: Clock;
  readonly random: Random;
  readonly limits?: CallLimits;
}

/** How one attempt ended: with a result, or with an error that another attempt may not meet. Anything thrown is final. */
export type Attempt<T> = { readonly done: T } | { readonly again: LivepoolError };

/** Result of the first attempt that is done; the last error once the budget would be exceeded. */
export async function boundedAttempts<T>(
  { clock, random, limits = {} }: CallTiming,
  attempt: () => Promise<Attempt<T>>,
): Promise<T> {
  const { budgetMs = 60_000, firstPauseMs = 250, maxPauseMs = 8_000 } = limits;
  const startedMs = clock.nowMs();
  for (let failures = 0; ; failures++) {
    const outcome = await attempt();
    if ('done' in outcome) return outcome.done;
    const pauseMs = Math.min(maxPauseMs, firstPauseMs * 2 ** failures) * (1 - random.next() / 2);
    if (clock.nowMs() - startedMs + pauseMs > budgetMs) throw outcome.again;
    await clock.sleep(pauseMs);
  }
}

/** Thrown when a call did not answer within `callTimeoutMs`. */
export class NoAnswer extends Error {}

/** Answer of a call, or NoAnswer after the limit: the call may still be under way and take effect later. */
export async function answerInTime<T>({ clock, limits = {} }: CallTiming, call: () => Promise<T>): Promise<T> {
  const { callTimeoutMs = 20_000 } = limits;
  const answered = new AbortController();
  const timeout = clock.sleep(callTimeoutMs, answered.signal).then(() => {
    throw new NoAnswer(`no answer within ${callTimeoutMs} ms`);
  });
  try {
    return await Promise.race([call(), timeout]);
  } finally {
    answered.abort();
    // The loser of the race has nobody else to report to.
    timeout.catch(() => undefined);
  }
}
