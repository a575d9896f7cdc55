import { LivepoolError } from '../../core/errors.ts';
import { type Attempt, answerInTime, boundedAttempts, type CallTiming } from './bounded-attempts.ts';
import { type StorageFailure, storageFailure } from './storage-failure.ts';

/** A failure that is an expected outcome gives its value, any other undefined. */
export type Expected<T> = (failure: StorageFailure) => Attempt<T> | undefined | Promise<Attempt<T> | undefined>;

/** A call without effect, repeated within the budget as long as no usable answer comes. */
export async function repeatedRead<T>(
  timing: CallTiming,
  what: string,
  call: () => Promise<T>,
  expected?: Expected<T>,
): Promise<T> {
  return boundedAttempts(timing, async () => {
    const outcome = await tried(timing, what, call);
    if ('done' in outcome) return outcome;
    return (await expected?.(outcome.failure)) ?? again(outcome.failure);
  });
}

/**
 * A conditional write, repeated within the budget: at most one of its attempts can take effect. Once an attempt went without
 * answer, a refused condition no longer says whose write changed it; that is STORE_UNAVAILABLE, and the caller reads.
 */
export async function repeatedWrite<T>(
  timing: CallTiming,
  what: string,
  call: () => Promise<T>,
  expected: Expected<T>,
): Promise<T> {
  let isUnsure = false;
  return boundedAttempts(timing, async () => {
    const outcome = await tried(timing, what, call);
    if ('done' in outcome) return outcome;
    if (outcome.failure.kind === 'unknown') isUnsure = true;
    if (isUnsure && isConditionFailure(outcome.failure)) throw answerLost(what);
    const known = await expected(outcome.failure);
    // Forbidden because of an object that an unanswered attempt may have made.
    if (isUnsure && known !== undefined && outcome.failure.kind === 'forbidden') throw answerLost(what);
    return known ?? again(outcome.failure);
  });
}

type Tried<T> = { readonly done: T } | { readonly failure: StorageFailure };

async function tried<T>(timing: CallTiming, what: string, call: () => Promise<T>): Promise<Tried<T>> {
  try {
    return { done: await answerInTime(timing, call) };
  } catch (thrown) {
    return { failure: storageFailure(thrown, what) };
  }
}

function again<T>({ kind, error }: StorageFailure): Attempt<T> {
  if (kind === 'rejected' || kind === 'unknown') return { again: error };
  throw error;
}

function isConditionFailure({ kind }: StorageFailure): boolean {
  return kind === 'precondition' || kind === 'absent';
}

function answerLost(what: string): LivepoolError {
  const message = `the answer to ${what} was lost and the object has changed since, by that write or by another; read it`;
  return new LivepoolError('STORE_UNAVAILABLE', 'transient', message, { what });
}
