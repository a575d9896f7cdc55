import type { RequestBudget } from '../../contracts/venue-policy.ts';
import type { Clock } from '../../ports/clock.ts';

/** Resolves when the next request may leave; rejects with the signal's reason when aborted. */
export type TakeToken = ((signal?: AbortSignal) => Promise<void>) & {
  /** Requests that could leave now without waiting. */
  readonly left: () => number;
};

/**
 * Token bucket of `burst` tokens refilled at `requests_per_second`, for callers that ask one after the other. It replaces ccxt's
 * own throttle, which knows the venue's full limit and not our 40 % of it (market-data spec §5).
 */
export function requestBudget(budget: RequestBudget, clock: Clock): TakeToken {
  let tokens = budget.burst;
  let filledAtMs = clock.nowMs();
  const refill = (): void => {
    const nowMs = clock.nowMs();
    // A clock that was set back must not drain the bucket.
    const elapsedMs = Math.max(0, nowMs - filledAtMs);
    tokens = Math.min(budget.burst, tokens + (elapsedMs / 1000) * budget.requests_per_second);
    filledAtMs = nowMs;
  };
  const take = async (signal?: AbortSignal): Promise<void> => {
    refill();
    if (tokens < 1) {
      await clock.sleep(Math.ceil(((1 - tokens) / budget.requests_per_second) * 1000), signal);
      refill();
    }
    tokens = Math.max(0, tokens - 1);
  };
  const left = (): number => {
    refill();
    return Math.floor(tokens);
  };
  return Object.assign(take, { left });
}
