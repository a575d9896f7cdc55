import { DAY_MS } from '../../core/calendar-day.ts';
import { LivepoolError } from '../../core/errors.ts';
import { checkHost } from '../../market/venue-policy/check-host.ts';
import { checkVenue } from '../../market/venue-policy/check-venue.ts';
import type { VenuePolicy } from '../../market/venue-policy/venue-policy.ts';
import type { CandlePage, CandlePageRequest, CandleSource } from '../../ports/candle-source.ts';
import type { HourSource } from '../../ports/hour-source.ts';
import type { InstrumentSource } from '../../ports/instrument-source.ts';
import { ccxtHourSource } from './hour-source.ts';
import type { CandleVenue } from './venue-client.ts';
import { venueListing } from './venue-listing.ts';
import { type CcxtSourceDeps, venueRequests } from './venue-requests.ts';
import { binanceVenue } from './venues/binance.ts';
import { coinbaseVenue } from './venues/coinbase.ts';
import { gateVenue } from './venues/gate.ts';
import { krakenVenue } from './venues/kraken.ts';
import { mexcVenue } from './venues/mexc.ts';

export type { CcxtSourceDeps };

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
  readonly hours: HourSource;
}

const VENUES: Readonly<Record<string, CandleVenue>> = {
  gate: gateVenue,
  mexc: mexcVenue,
  kraken: krakenVenue,
  coinbase: coinbaseVenue,
  binance: binanceVenue,
};

/**
 * Daily and hourly candles and the instruments of one venue through ccxt. The venue policy is checked here, before ccxt is loaded;
 * hosts are checked at every request. Fails with VENUE_REFUSED, or VENUE_ERROR for an allowed venue whose candles this adapter does not read. Requests
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
  const request = venueRequests(deps, policy, id, venue, simUrl);
  const sourceId = simUrl === undefined ? venue.sourceId : 'sim';
  const listing = venueListing(id, request, collection.asset_aliases);
  const { page_days: pageCandles } = collection;
  const { history, quoteVolume } = venue;

  const fetchPage = async ({ symbol, from, to, signal }: CandlePageRequest): Promise<CandlePage> => {
    const venueSymbol = await listing.venueSymbolOf(symbol, signal);
    const last = history === 'newest' ? to : Math.min(to, from + pageCandles - 1);
    const range = { interval: '1d', fromMs: from * DAY_MS, toMs: last * DAY_MS } as const;
    const candles = await request(symbol, (client) => client.fetchCandles(venueSymbol, range), signal);
    return { candles, next: last < to ? last + 1 : null };
  };
  return {
    candles: { sourceId, quoteVolume, fetchPage },
    instruments: { sourceId, fetchInstruments: (signal) => listing.fetchInstruments(signal) },
    hours: ccxtHourSource({ sourceId, listing, request, history, pageCandles }),
  };
}
