import { type SeededRandom, seededRandom } from '../../core/seeded-random.ts';
import { powerOfTen, toUnits } from '../fixed-digits.ts';
import type { MarketCandle } from '../market/market-candle.ts';
import type { SampleMarket } from '../market/sample-market.ts';

/** One pair on one venue: which digits it prints and which part of the market's turnover passes through it. */
export interface Listing {
  /** The venue's own id, for example `BTC_USDT` or `XXBTZUSD`. */
  readonly id: string;
  readonly base: string;
  /** `USDT` or an asset of the market. */
  readonly quote: string;
  readonly priceDigits: number;
  readonly lotDigits: number;
  readonly turnoverShare: number;
}

/** A candle on the venue's grid: prices in ticks of 10^−priceDigits, volume in lots of 10^−lotDigits, quote volume as a number. */
export interface VenueCandle {
  readonly day: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly lots: number;
  readonly quoteVolume: number;
}

/** Counters of a venue end somewhere; lots stay exact integers. */
const MAX_LOTS = Number.MAX_SAFE_INTEGER;

/** Candles of a listing, ascending; the last one is unfinished when its day is the market's today. */
export function listingCandles(market: SampleMarket, listing: Listing): readonly VenueCandle[] {
  return candlesOnGrid(market.seed, listing, (base) => market.candles(base));
}

/** The same with the last day as it will be in the end. */
export function wholeListingCandles(market: SampleMarket, listing: Listing): readonly VenueCandle[] {
  return candlesOnGrid(market.seed, listing, (base) => market.wholeCandles(base));
}

/** Makes the candles of a listing when they are first asked for, and keeps them. */
export function rememberedById(make: (listing: Listing) => readonly VenueCandle[]): (listing: Listing) => readonly VenueCandle[] {
  const known = new Map<string, readonly VenueCandle[]>();
  return (listing) => {
    const candles = known.get(listing.id) ?? make(listing);
    known.set(listing.id, candles);
    return candles;
  };
}

function candlesOnGrid(
  seed: string,
  listing: Listing,
  candlesOf: (base: string) => readonly MarketCandle[],
): readonly VenueCandle[] {
  const random = seededRandom(`${seed}/listing/${listing.id}`);
  const baseCandles = candlesOf(listing.base);
  if (listing.quote === 'USDT') return baseCandles.map((candle) => onGrid(candle, listing, random));
  const quoteByDay = new Map(candlesOf(listing.quote).map((candle) => [candle.day, candle]));
  return baseCandles.flatMap((candle) => {
    const quote = quoteByDay.get(candle.day);
    return quote === undefined ? [] : [onGrid(crossCandle(candle, quote), listing, random)];
  });
}

/** The base's candle in units of the quote; wicks keep their relative size. */
function crossCandle(base: MarketCandle, quote: MarketCandle): MarketCandle {
  const open = base.open / quote.open;
  const close = base.close / quote.close;
  return {
    ...base,
    open,
    close,
    high: Math.max(open, close) * (base.high / Math.max(base.open, base.close)),
    low: Math.min(open, close) * (base.low / Math.min(base.open, base.close)),
    quoteVolume: base.quoteVolume / quote.close,
  };
}

function onGrid(candle: MarketCandle, listing: Listing, random: SeededRandom): VenueCandle {
  const tick = (price: number): number => Math.max(1, toUnits(price, listing.priceDigits));
  const [open, high, low, close] = [tick(candle.open), tick(candle.high), tick(candle.low), tick(candle.close)];
  const typical = (open + high + low + close) / (4 * powerOfTen(listing.priceDigits));
  // Venues other than the largest see a part of the turnover that varies from day to day.
  const share = listing.turnoverShare === 1 ? 1 : listing.turnoverShare * (0.8 + 0.4 * random.next());
  const lots = Math.round(Math.min(((candle.quoteVolume * share) / typical) * powerOfTen(listing.lotDigits), MAX_LOTS));
  const venueCandle = {
    day: candle.day,
    open,
    high,
    low,
    close,
    lots,
    quoteVolume: (lots / powerOfTen(listing.lotDigits)) * typical,
  };
  return candle.defect === undefined ? venueCandle : withDefect(venueCandle, candle.defect);
}

function withDefect(candle: VenueCandle, defect: NonNullable<MarketCandle['defect']>): VenueCandle {
  switch (defect) {
    case 'negative_volume':
      return { ...candle, lots: -candle.lots, quoteVolume: -candle.quoteVolume };
    case 'high_below_low':
      return { ...candle, high: candle.low, low: candle.high };
  }
}
