import type { VenueParams } from '../../contracts/venue-policy.ts';
import { checkHost } from '../../market/venue-policy/check-host.ts';
import { venueRefused } from '../../market/venue-policy/check-venue.ts';
import type { VenuePolicy } from '../../market/venue-policy/venue-policy.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import { boundedFetch, type HttpState } from '../net/bounded-fetch.ts';
import { requestBudget } from '../net/request-budget.ts';
import { retryRead } from '../net/retry.ts';
import { mapCcxtError } from './map-error.ts';
import type { CandleVenue, VenueClient } from './venue-client.ts';

export interface CcxtSourceDeps {
  readonly clock: Clock;
  /** Jitter of retries. */
  readonly random: Pick<Random, 'next'>;
}

/** Asks a venue something; `subject` names it in errors. */
export type VenueRequest = <T>(subject: string, call: (client: VenueClient) => Promise<T>, signal?: AbortSignal) => Promise<T>;

/** One request at a time: budget, client, bounds, error mapping, retry. */
export function venueRequests(
  deps: CcxtSourceDeps,
  policy: VenuePolicy,
  id: string,
  venue: CandleVenue,
  simUrl: string | undefined,
): VenueRequest {
  const { http, sample_exchange, candle_collection } = policy.params;
  const state: HttpState = { signal: undefined, retryAfterMs: undefined };
  const takeToken = requestBudget(simUrl === undefined ? candle_collection[id]! : sample_exchange, deps.clock);
  const opened = once(() => venue.open({ ...clientConfig(policy, id, http, state, simUrl) }));
  const retryDeps = { ...deps, retryAfterMs: () => state.retryAfterMs };
  let tail: Promise<unknown> = Promise.resolve();
  return (subject, call, signal) => {
    const attempt = async () => {
      await takeToken(signal);
      const { client, errors } = await opened();
      state.signal = signal;
      state.retryAfterMs = undefined;
      try {
        return await call(client);
      } catch (error) {
        signal?.throwIfAborted();
        throw mapCcxtError(error, id, subject, errors);
      }
    };
    const result = tail.then(() => retryRead(attempt, http, retryDeps, signal));
    tail = result.catch(() => undefined);
    return result;
  };
}

function clientConfig(policy: VenuePolicy, id: string, http: VenueParams['http'], state: HttpState, simUrl: string | undefined) {
  const endpoint = simUrl === undefined ? 'venue' : 'sim';
  const bounds = {
    timeoutMs: http.timeout_ms,
    maxBodyBytes: http.max_body_bytes,
    checkHost: (host: string) => checkHost(policy, id, 'data', endpoint, host),
    refuseRedirect: (host: string): never => {
      throw venueRefused(policy, id, 'data', 'redirect', host);
    },
  };
  return {
    timeoutMs: http.timeout_ms,
    fetch: boundedFetch(bounds, state),
    ...(simUrl !== undefined && { simUrl: `${simUrl}/${id}` }),
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
