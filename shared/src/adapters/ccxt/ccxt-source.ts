import { DAY_MS } from '../../core/calendar-day.ts';
import { LivepoolError } from '../../core/errors.ts';
import { checkHost } from '../../market/venue-policy/check-host.ts';
import { checkVenue } from '../../market/venue-policy/check-venue.ts';
import type { VenuePolicy } from '../../market/venue-policy/venue-policy.ts';
import type { CandlePage, CandlePageRequest, CandleSource, SourceCandle } from '../../ports/candle-source.ts';
import type { HourSource, HoursRequest } from '../../ports/hour-source.ts';
import type { InstrumentList, InstrumentSource } from '../../ports/instrument-source.ts';
import { toInstrumentList } from './instrument-list.ts';
import type { CandleVenue } from './venue-client.ts';
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

const HOUR_MS = 3_600_000;

const VENUES: Readonly<Record<string, CandleVenue>> = {
  gate: gateVenue,
  mexc: mexcVenue,
  kraken: krakenVenue,
  coinbase: coinbaseVenue,
  binance: binanceVenue,
};

/**
 * Daily and hourly candles and the instruments of one venue through ccxt. The venue policy is checked here, before ccxt is loaded; hosts are checked at
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
  const request = venueRequests(deps, policy, id, venue, simUrl);
  const sourceId = simUrl === undefined ? venue.sourceId : 'sim';
  let venueSymbols: ReadonlyMap<string, string> | undefined;

  const fetchInstruments = async (signal?: AbortSignal): Promise<InstrumentList> => {
    const rows = await request('instruments', (client) => client.fetchInstruments(), signal);
    const list = toInstrumentList(rows, collection.asset_aliases);
    venueSymbols = list.venueSymbols;
    return { instruments: list.instruments, skipped: list.skipped };
  };
  const venueSymbolOf = async (symbol: string, signal: AbortSignal | undefined): Promise<string> => {
    if (venueSymbols === undefined) await fetchInstruments(signal);
    const venueSymbol = venueSymbols?.get(symbol);
    if (venueSymbol !== undefined) return venueSymbol;
    throw new LivepoolError('SYMBOL_UNKNOWN', 'terminal', `${id} does not list ${symbol}`, { venue: id, symbol });
  };
  const fetchPage = async ({ symbol, from, to, signal }: CandlePageRequest): Promise<CandlePage> => {
    const venueSymbol = await venueSymbolOf(symbol, signal);
    const last = venue.history === 'newest' ? to : Math.min(to, from + collection.page_days - 1);
    const range = { interval: '1d', fromMs: from * DAY_MS, toMs: last * DAY_MS } as const;
    const candles = await request(symbol, (client) => client.fetchCandles(venueSymbol, range), signal);
    return { candles, next: last < to ? last + 1 : null };
  };
  const fetchHours = async ({ symbol, fromMs, toMs, signal }: HoursRequest): Promise<readonly SourceCandle[]> => {
    const venueSymbol = await venueSymbolOf(symbol, signal);
    const pageMs = venue.history === 'newest' ? Number.POSITIVE_INFINITY : collection.page_days * HOUR_MS;
    const candles: SourceCandle[] = [];
    for (let first = fromMs; first <= toMs; first += pageMs) {
      const range = { interval: '1h', fromMs: first, toMs: Math.min(toMs, first + pageMs - HOUR_MS) } as const;
      candles.push(...(await request(symbol, (client) => client.fetchCandles(venueSymbol, range), signal)));
    }
    return candles;
  };
  const fetchDayVolumes = async (signal?: AbortSignal): Promise<ReadonlyMap<string, number>> => {
    if (venueSymbols === undefined) await fetchInstruments(signal);
    const rows = await request('tickers', (client) => client.fetchDayVolumes(), signal);
    const byVenueSymbol = new Map(rows.map(({ venueSymbol, quoteVolume }) => [venueSymbol, quoteVolume]));
    const volumes = [...(venueSymbols ?? [])].map(([symbol, venueSymbol]) => [symbol, byVenueSymbol.get(venueSymbol)] as const);
    return new Map(volumes.filter((entry): entry is [string, number] => entry[1] !== undefined && entry[1] >= 0));
  };
  return {
    candles: { sourceId, quoteVolume: venue.quoteVolume, fetchPage },
    instruments: { sourceId, fetchInstruments },
    hours: { sourceId, fetchHours, fetchDayVolumes },
  };
}
