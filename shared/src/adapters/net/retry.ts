import type { HttpParams } from '../../contracts/venue-policy.ts';
import { LivepoolError } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';

export interface RetryDeps {
  readonly clock: Clock;
  readonly random: Pick<Random, 'next'>;
  /** Wait that the venue asked for with its last answer, if any. */
  readonly retryAfterMs: () => number | undefined;
}

/**
 * Runs an idempotent read up to `tries` times while it fails with a transient error. Waits w/2 + u·w/2 with w doubling from
 * `base_delay_ms` (from `rate_limited_delay_ms` after "too many requests"), never more than `max_delay_ms`, and at least as long
 * as the venue asked; a longer ask ends the tries (pool spec §3, market-data spec §5).
 */
export async function retryRead<T>(
  read: () => Promise<T>,
  params: HttpParams,
  deps: RetryDeps,
  signal?: AbortSignal,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await read();
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof LivepoolError) || error.kind !== 'transient' || attempt >= params.tries) throw error;
      const askedMs = deps.retryAfterMs() ?? 0;
      if (askedMs > params.max_delay_ms) throw error;
      await deps.clock.sleep(Math.max(askedMs, backoffMs(error.code, attempt, params, deps.random.next())), signal);
    }
  }
}

function backoffMs(code: string, attempt: number, params: HttpParams, uniform: number): number {
  const base = code === 'VENUE_RATE_LIMITED' ? params.rate_limited_delay_ms : params.base_delay_ms;
  const wait = Math.min(params.max_delay_ms, base * 2 ** (attempt - 1));
  return Math.round(wait / 2 + (uniform * wait) / 2);
}
