import { DAY_MS } from '../../core/calendar-day.ts';
import { powerOfTen, unitsText } from '../fixed-digits.ts';
import type { SampleMarket } from '../market/sample-market.ts';
import { dayTicker } from './day-ticker.ts';
import { assetPair, DARK_POOL_IDS, darkPoolPair } from './kraken-asset-pair.ts';
import { type KrakenListing, krakenAsset, krakenListings } from './kraken-listings.ts';
import { listingCandles, rememberedById, type VenueCandle, wholeListingCandles } from './listing.ts';
import { HOUR_MS, listingHours } from './listing-hours.ts';
import { jsonAnswer, type VenueAnswer, type VenueRequest, type VenueSurface } from './venue-http.ts';

const DAY_S = DAY_MS / 1000;
const MAX_ROWS = 720;
/** Lengths of candles that are served, seconds, by the minutes that name them. */
const LENGTHS_S: Readonly<Record<string, number>> = { '60': HOUR_MS / 1000, '1440': DAY_S };
const INTERVALS: readonly string[] = ['1', '5', '15', '30', '60', '240', '1440', '10080', '21600'];

interface Pairs {
  readonly all: readonly KrakenListing[];
  /** By id, altname or websocket name. */
  find(name: string): KrakenListing | undefined;
  candles(listing: KrakenListing): readonly VenueCandle[];
  wholeCandles(listing: KrakenListing): readonly VenueCandle[];
}

/** Kraken's public spot REST (`/0/public`) over the sample market. Every error is HTTP 200 with a text in `error`. */
export function krakenSpotRest(market: SampleMarket, darkPools: boolean): VenueSurface {
  const pairs = pairsOf(market);
  return (request) => {
    if (request.path.startsWith('/0/private/')) return failed('EAPI:Invalid key');
    switch (request.path) {
      case '/0/public/Time':
        return ok({ unixtime: Math.floor(market.nowMs / 1000), rfc1123: rfc1123(market.nowMs) });
      case '/0/public/SystemStatus':
        return ok({ status: 'online', timestamp: `${new Date(market.nowMs).toISOString().slice(0, 19)}Z` });
      case '/0/public/Assets':
        return ok(assets(pairs.all));
      case '/0/public/AssetPairs':
        return assetPairs(pairs, darkPools, request);
      case '/0/public/Ticker':
        return ticker(market, pairs, request);
      case '/0/public/OHLC':
        return ohlc(market, pairs, request);
      default:
        return failed('EGeneral:Unknown method');
    }
  };
}

/** Kraken's error form: HTTP 200, `error` not empty. */
export function failed(error: string): VenueAnswer {
  return jsonAnswer(200, { error: [error] });
}

/** The venue’s form of success. */
export function ok(result: unknown): VenueAnswer {
  return jsonAnswer(200, { error: [], result });
}

function pairsOf(market: SampleMarket): Pairs {
  const all = krakenListings(market);
  const byName = new Map(all.flatMap((pair) => [pair.id, pair.altname, pair.wsName].map((name) => [name, pair] as const)));
  return {
    all,
    find: (name) => byName.get(name),
    candles: rememberedById((listing) => listingCandles(market, listing)),
    wholeCandles: rememberedById((listing) => wholeListingCandles(market, listing)),
  };
}

/** `Sun, 01 Nov 26 03:15:00 +0000`. */
export function rfc1123(ms: number): string {
  const [weekday = '', rest = ''] = new Date(ms).toUTCString().split(', ');
  const [date = '', month = '', year = '', time = ''] = rest.split(' ');
  return `${weekday}, ${date} ${month} ${year.slice(2)} ${time} +0000`;
}

function assets(pairs: readonly KrakenListing[]): Record<string, unknown> {
  const bases = new Set(pairs.flatMap((pair) => [pair.base, pair.quote]));
  return Object.fromEntries(
    [...bases].map((base) => {
      const { id, altname } = krakenAsset(base);
      const decimals = id.startsWith('Z') ? 4 : 10;
      return [id, { aclass: 'currency', altname, decimals, display_decimals: decimals === 4 ? 2 : 5, status: 'enabled' }];
    }),
  );
}

function assetPairs(pairs: Pairs, darkPools: boolean, request: VenueRequest): VenueAnswer {
  const names = request.query.get('pair');
  const wanted = selected(pairs, names);
  if (wanted === undefined) return failed('EQuery:Unknown asset pair');
  const shown = wanted.map((pair) => [pair.id, assetPair(pair)] as const);
  return ok(
    Object.fromEntries(darkPools && names === null ? [...shown, ...DARK_POOL_IDS.flatMap((id) => darkPair(pairs, id))] : shown),
  );
}

function darkPair(pairs: Pairs, id: string): (readonly [string, unknown])[] {
  const pair = pairs.find(id);
  return pair === undefined ? [] : [[`${id}.d`, darkPoolPair(pair)]];
}

/** Pairs named in a comma list, all of them when there is none, undefined when one is unknown. */
function selected(pairs: Pairs, names: string | null): readonly KrakenListing[] | undefined {
  if (names === null) return pairs.all;
  const found = names.split(',').map((name) => pairs.find(name));
  return found.every((pair) => pair !== undefined) ? found : undefined;
}

function ticker(market: SampleMarket, pairs: Pairs, request: VenueRequest): VenueAnswer {
  const wanted = selected(pairs, request.query.get('pair'));
  if (wanted === undefined) return failed('EQuery:Unknown asset pair');
  const fraction = (market.nowMs - market.today * DAY_MS) / DAY_MS;
  return ok(Object.fromEntries(wanted.flatMap((pair) => tickerEntry(pair, pairs.candles(pair), fraction))));
}

function tickerEntry(pair: KrakenListing, candles: readonly VenueCandle[], dayFraction: number): [string, unknown][] {
  const day = dayTicker(candles, dayFraction);
  const today = candles.at(-1);
  if (day === undefined || today === undefined) return [];
  const price = (ticks: number): string => unitsText(ticks, pair.priceDigits);
  const volume = (lots: number): string => unitsText(lots, pair.lotDigits);
  return [
    [
      pair.id,
      {
        a: [price(day.ask), '1', '1.000'],
        b: [price(day.bid), '1', '1.000'],
        c: [price(day.last), '0.10000000'],
        v: [volume(today.lots), volume(day.lots)],
        p: [price(vwapTicks(today.quoteVolume, today.lots, pair)), price(vwapTicks(day.quoteVolume, day.lots, pair))],
        t: [tradeCount(today.quoteVolume), tradeCount(day.quoteVolume)],
        l: [price(today.low), price(day.low)],
        h: [price(today.high), price(day.high)],
        o: price(today.open),
      },
    ],
  ];
}

function vwapTicks(quoteVolume: number, lots: number, pair: KrakenListing): number {
  return lots === 0 ? 0 : Math.round((quoteVolume / (lots / powerOfTen(pair.lotDigits))) * powerOfTen(pair.priceDigits));
}

function tradeCount(quoteVolume: number): number {
  return quoteVolume === 0 ? 0 : Math.floor(quoteVolume / 900) + 1;
}

/**
 * The newest 720 rows whatever `since` says; of those, the ones that begin after `since` (seconds). The last row is the
 * unfinished day; `last` is the newest finished one.
 */
function ohlc(market: SampleMarket, pairs: Pairs, request: VenueRequest): VenueAnswer {
  const name = request.query.get('pair');
  if (name === null) return failed('EGeneral:Invalid arguments');
  const pair = pairs.find(name);
  if (pair === undefined) return failed('EQuery:Unknown asset pair');
  const interval = request.query.get('interval') ?? '1';
  const lengthS = LENGTHS_S[interval];
  if (lengthS === undefined) return failed(INTERVALS.includes(interval) ? 'EService:Unavailable' : 'EGeneral:Invalid arguments');
  const sinceText = request.query.get('since') ?? '0';
  if (!/^-?\d{1,13}$/.test(sinceText)) return failed('EGeneral:Invalid arguments');
  const newest = (lengthS === DAY_S ? days(pairs, pair) : hours(market, pairs, pair)).slice(-MAX_ROWS);
  const rows = newest.filter(({ startS }) => startS > Number(sinceText));
  const finished = newest.findLast(({ startS }) => startS + lengthS <= market.nowMs / 1000);
  return ok({ [pair.id]: rows.map((row) => ohlcRow(pair, row)), last: finished?.startS ?? 0 });
}

interface OhlcRow extends Omit<VenueCandle, 'day'> {
  readonly startS: number;
}

function days(pairs: Pairs, pair: KrakenListing): readonly OhlcRow[] {
  return pairs.candles(pair).map(({ day, ...candle }) => ({ startS: day * DAY_S, ...candle }));
}

function hours(market: SampleMarket, pairs: Pairs, pair: KrakenListing): readonly OhlcRow[] {
  const fromMs = market.nowMs - MAX_ROWS * HOUR_MS;
  const rows = listingHours(market, pair, pairs.wholeCandles(pair), fromMs, market.nowMs);
  return rows.map(({ startMs, ...hour }) => ({ startS: startMs / 1000, ...hour }));
}

/** `[time, open, high, low, close, vwap, volume, count]`: time and count are numbers, the rest texts. */
function ohlcRow(pair: KrakenListing, candle: OhlcRow): (string | number)[] {
  const price = (ticks: number): string => unitsText(ticks, pair.priceDigits);
  return [
    candle.startS,
    price(candle.open),
    price(candle.high),
    price(candle.low),
    price(candle.close),
    price(vwapTicks(candle.quoteVolume, candle.lots, pair)),
    unitsText(candle.lots, pair.lotDigits),
    tradeCount(candle.quoteVolume),
  ];
}
