import type { VenueParams } from '../../contracts/venue-policy.ts';
import { LivepoolError } from '../../core/errors.ts';
import { checkHost } from '../../market/venue-policy/check-host.ts';
import { checkVenue, venueRefused } from '../../market/venue-policy/check-venue.ts';
import type { VenuePolicy } from '../../market/venue-policy/venue-policy.ts';
import type { CandlePage, CandlePageRequest, CandleSource } from '../../ports/candle-source.ts';
import type { Clock } from '../../ports/clock.ts';
import type { InstrumentList, InstrumentSource } from '../../ports/instrument-source.ts';
import type { Random } from '../../ports/random.ts';
import { boundedFetch, type HttpState } from '../net/bounded-fetch.ts';
import { requestBudget } from '../net/request-budget.ts';
import { retryRead } from '../net/retry.ts';
import { toInstrumentList } from './instrument-list.ts';
import { mapCcxtError } from './map-error.ts';
import type { CandleVenue, VenueClient } from './venue-client.ts';
import { binanceVenue } from './venues/binance.ts';
import { coinbaseVenue } from './venues/coinbase.ts';
import { gateVenue } from './venues/gate.ts';
import { krakenVenue } from './venues/kraken.ts';
import { mexcVenue } from './venues/mexc.ts';

export interface CcxtSourceDeps {
  readonly clock: Clock;
  /** Jitter of retries. */
  readonly random: Pick<Random, 'next'>;
}

export interface CcxtSourceOptions {
  /** ccxt id, any spelling. */
  readonly venue: string;
  readonly policy: VenuePolicy;
  /** Base url of a running sample exchange that speaks this venue's protocol; absent = the venue itself. */
  readonly simUrl?: string;
}

export interface CcxtSource {
  readonly candles: CandleSource;
  readonly instruments: InstrumentSource;
}

const VENUES: Readonly<Record<string, CandleVenue>> = {
  gate: gateVenue,
  mexc: mexcVenue,
  kraken: krakenVenue,
  coinbase: coinbaseVenue,
  binance: binanceVenue,
};

/**
 * Candles and instruments of one venue through ccxt. The venue policy is checked here, before ccxt is loaded; hosts are checked at
 * every request. Fails with VENUE_REFUSED, or VENUE_ERROR for an allowed venue whose candles this adapter does not read. Requests
 * leave one after the other within the budget of the venue table.
 */
export function ccxtSource(deps: CcxtSourceDeps, options: CcxtSourceOptions): CcxtSource {
  const { policy, simUrl } = options;
  const id = checkVenue(policy, options.venue, 'data');
  const venue = Object.hasOwn(VENUES, id) ? VENUES[id] : undefined;
  const collection = policy.params.candle_collection[id];
  if (venue === undefined || collection === undefined) {
    const message = `daily candles of ${id} cannot be collected; choose one of ${Object.keys(VENUES).join(', ')}`;
    throw new LivepoolError('VENUE_ERROR', 'terminal', message, { venue: id });
  }
  if (simUrl !== undefined) checkHost(policy, id, 'data', 'sim', new URL(simUrl).hostname);
  const request = requester(deps, policy, id, venue, simUrl);
  const sourceId = simUrl === undefined ? venue.sourceId : 'sim';
  let venueSymbols: ReadonlyMap<string, string> | undefined;

  const fetchInstruments = async (signal?: AbortSignal): Promise<InstrumentList> => {
    const rows = await request('instruments', (client) => client.fetchInstruments(), signal);
    const list = toInstrumentList(rows, collection.asset_aliases);
    venueSymbols = list.venueSymbols;
    return { instruments: list.instruments, skipped: list.skipped };
  };
  const fetchPage = async ({ symbol, from, to, signal }: CandlePageRequest): Promise<CandlePage> => {
    if (venueSymbols === undefined) await fetchInstruments(signal);
    const venueSymbol = venueSymbols?.get(symbol);
    if (venueSymbol === undefined) {
      throw new LivepoolError('SYMBOL_UNKNOWN', 'terminal', `${id} does not list ${symbol}`, { venue: id, symbol });
    }
    const last = venue.history === 'newest' ? to : Math.min(to, from + collection.page_days - 1);
    const candles = await request(symbol, (client) => client.fetchCandles(venueSymbol, from, last), signal);
    return { candles, next: last < to ? last + 1 : null };
  };
  return {
    candles: { sourceId, quoteVolume: venue.quoteVolume, fetchPage },
    instruments: { sourceId, fetchInstruments },
  };
}

type Request = <T>(subject: string, call: (client: VenueClient) => Promise<T>, signal?: AbortSignal) => Promise<T>;

/** One request at a time: budget, client, bounds, error mapping, retry. */
function requester(
  deps: CcxtSourceDeps,
  policy: VenuePolicy,
  id: string,
  venue: CandleVenue,
  simUrl: string | undefined,
): Request {
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
