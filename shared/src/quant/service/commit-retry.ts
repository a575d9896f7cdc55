import { LivepoolError } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { QuantCommit, QuantStore } from '../../ports/quant-store.ts';

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 2_000;

export interface CommitDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: QuantStore;
}

/**
 * Commits a tick, again and again while the store fails in passing: the next tick builds on this one, so it is never given up for
 * it. A lost answer is asked again too: the same commit twice is one. False when `signal` aborted before it was done.
 */
export async function commitPatiently(
  { clock, logger, store }: CommitDeps,
  token: number,
  commit: QuantCommit,
  ttlMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    try {
      await store.commit(token, { ...commit, leaseUntilMs: clock.nowMs() + ttlMs });
      return true;
    } catch (error) {
      if (!(error instanceof LivepoolError) || error.kind !== 'transient') throw error;
      logger.warn('quant.commit_retried', { tick_ts: commit.tickTs, code: error.code, retry_ms: waitMs });
    }
    if (!(await slept(clock, waitMs, signal))) return false;
  }
}

/** False when `signal` aborted meanwhile or before. */
export async function slept(clock: Clock, ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(ms, signal);
    return !signal.aborted;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}
