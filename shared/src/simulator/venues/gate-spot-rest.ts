import { DAY_MS } from '../../core/calendar-day.ts';
import { unitsText } from '../fixed-digits.ts';
import type { SampleMarket } from '../market/sample-market.ts';
import { dayTicker } from './day-ticker.ts';
import { candlesticks } from './gate-candlesticks.ts';
import { gateError, invalidPair } from './gate-error.ts';
import { type GateListing, gateListings } from './gate-listings.ts';
import { listingCandles, rememberedById, type VenueCandle, wholeListingCandles } from './listing.ts';
import { jsonAnswer, type VenueAnswer, type VenueRequest, type VenueSurface } from './venue-http.ts';

const DAY_S = DAY_MS / 1000;

/** Products that Gate has and the sample market has not: ccxt asks for their lists while it loads markets. */
const EMPTY_LISTS =
  /^\/(margin\/currency_pairs|(futures|delivery)\/[a-z]+\/(contracts|tickers)|options\/(underlyings|contracts))$/;

/** Gate's public spot REST (`/api/v4`) over the sample market: instruments, tickers, daily and hourly candles, server time, errors. */
export function gateSpotRest(market: SampleMarket): VenueSurface {
  const listings = gateListings(market);
  const byId = new Map(listings.map((listing) => [listing.id, listing]));
  const candlesOf = rememberedById((listing) => listingCandles(market, listing));
  const wholeCandlesOf = rememberedById((listing) => wholeListingCandles(market, listing));
  return (request) => {
    const path = request.path.replace(/^\/api\/v4/, '');
    if (request.method !== 'GET') return gateError('METHOD_NOT_ALLOWED', 'Method not allowed', 405);
    if (EMPTY_LISTS.test(path)) return jsonAnswer(200, []);
    if (path === '/spot/time') return jsonAnswer(200, { server_time: market.nowMs });
    if (path === '/spot/currencies') return jsonAnswer(200, currencies(listings));
    if (path === '/spot/currency_pairs') return jsonAnswer(200, listings.map(currencyPair));
    if (path.startsWith('/spot/currency_pairs/')) return onePair(byId, path.slice('/spot/currency_pairs/'.length));
    if (path === '/spot/tickers') return tickers(market, listings, byId, candlesOf, request);
    if (path === '/spot/candlesticks') return candlesticks(market, byId, candlesOf, wholeCandlesOf, request);
    return gateError('NOT_FOUND', `Not found: ${request.path}`, 404);
  };
}

function currencyPair(listing: GateListing): Record<string, string | number> {
  const { asset, base, quote } = listing;
  const opensAt = asset.listed * DAY_S;
  return {
    id: listing.id,
    base,
    base_name: asset.name,
    quote,
    quote_name: quote === 'USDT' ? 'Tether' : quote,
    fee: '0.2',
    min_base_amount: unitsText(1, listing.lotDigits),
    min_quote_amount: quote === 'USDT' || quote === 'USDC' ? '3' : '0.0001',
    max_quote_amount: '5000000',
    amount_precision: listing.lotDigits,
    precision: listing.priceDigits,
    trade_status: listing.tradable ? 'tradable' : 'untradable',
    sell_start: opensAt,
    buy_start: opensAt,
    delisting_time: asset.delisted === undefined ? 0 : (asset.delisted + 1) * DAY_S,
    type: 'normal',
    trade_url: `https://www.gate.com/trade/${listing.id}`,
  };
}

function onePair(byId: ReadonlyMap<string, GateListing>, encodedId: string): VenueAnswer {
  // Decodes like a query does: a malformed escape stays as it is instead of throwing.
  const id = new URLSearchParams(`id=${encodedId}`).get('id') ?? encodedId;
  const listing = byId.get(id);
  return listing === undefined ? invalidPair(id) : jsonAnswer(200, currencyPair(listing));
}

function currencies(listings: readonly GateListing[]): unknown[] {
  const names = new Map([['USDT', { name: 'Tether', delisted: false }]]);
  for (const { asset, tradable } of listings) {
    names.set(asset.base, { name: asset.name, delisted: !tradable && asset.delisted !== undefined });
  }
  return [...names].map(([currency, { name, delisted }]) => ({
    currency,
    name,
    delisted,
    withdraw_disabled: delisted,
    withdraw_delayed: false,
    deposit_disabled: delisted,
    trade_disabled: delisted,
    chain: currency,
    chains: [],
  }));
}

function tickers(
  market: SampleMarket,
  listings: readonly GateListing[],
  byId: ReadonlyMap<string, GateListing>,
  candlesOf: (listing: GateListing) => readonly VenueCandle[],
  request: VenueRequest,
): VenueAnswer {
  const wanted = request.query.get('currency_pair');
  const one = wanted === null ? undefined : byId.get(wanted);
  if (wanted !== null && one === undefined) return invalidPair(wanted);
  const shown = one === undefined ? listings : [one];
  const fraction = (market.nowMs - market.today * DAY_MS) / DAY_MS;
  return jsonAnswer(
    200,
    shown.filter((listing) => listing.tradable).flatMap((listing) => tickerRow(listing, candlesOf(listing), fraction)),
  );
}

function tickerRow(listing: GateListing, candles: readonly VenueCandle[], dayFraction: number): Record<string, string>[] {
  const ticker = dayTicker(candles, dayFraction);
  if (ticker === undefined) return [];
  const price = (ticks: number): string => unitsText(ticks, listing.priceDigits);
  return [
    {
      currency_pair: listing.id,
      last: price(ticker.last),
      lowest_ask: price(ticker.ask),
      highest_bid: price(ticker.bid),
      change_percentage: ((ticker.last / ticker.open - 1) * 100).toFixed(2),
      base_volume: unitsText(ticker.lots, listing.lotDigits),
      quote_volume: ticker.quoteVolume.toFixed(6),
      high_24h: price(ticker.high),
      low_24h: price(ticker.low),
    },
  ];
}
