import { powerOfTen, unitsText } from '../fixed-digits.ts';
import type { Level } from '../live/limit-book.ts';
import type { LiveMarket } from '../live/live-market.ts';
import type { Trade } from '../live/trade-tape.ts';
import type { TradedInstrument } from '../live/traded-instrument.ts';
import { failed, ok, rfc1123 } from './kraken-spot-rest.ts';
import { liveAssetPairs } from './live-listing-rows.ts';
import type { VenueAnswer, VenueRequest, VenueSurface } from './venue-http.ts';

/** What the venue's clock and state are, which faults may change. */
export interface VenueState {
  nowMs(): number;
  isInMaintenance(): boolean;
}

const MOST_LEVELS = 500;
const USUAL_LEVELS = 100;
const MOST_TRADES = 1000;
const MOST_BARS = 720;
const DAY_MINUTES = 1440;
const INTERVALS: readonly number[] = [1, 5, 15, 30, 60, 240];
/** Depth pads prices to so many decimals and cuts sizes to so many (market data spec §3.1). */
const DEPTH_PRICE_DIGITS = 5;
const DEPTH_SIZE_DIGITS = 3;

/**
 * Kraken's public spot REST over the live market: time, tickers, books, trades and bars below a day of the live pairs. What the
 * live market does not know (asset lists, daily candles, other pairs) `sample` answers.
 */
export function krakenLiveRest(market: LiveMarket, state: VenueState, sample: VenueSurface): VenueSurface {
  return (request) => {
    if (state.isInMaintenance())
      return request.path.endsWith('/SystemStatus') ? status(state, 'maintenance') : failed('EService:Unavailable');
    switch (request.path) {
      case '/0/public/Time':
        return ok({ unixtime: Math.floor(state.nowMs() / 1000), rfc1123: rfc1123(state.nowMs()) });
      case '/0/public/SystemStatus':
        return status(state, 'online');
      case '/0/public/AssetPairs':
        return liveAssetPairs(market, sample(request));
      case '/0/public/Ticker':
        return tickers(market, request, sample(request));
      case '/0/public/Depth':
        return withPair(market, request, (instrument) => depth(instrument, request, state));
      case '/0/public/Trades':
        return withPair(market, request, (instrument) => trades(instrument, request));
      case '/0/public/OHLC':
        return bars(market, request, sample);
      default:
        return sample(request);
    }
  };
}

function status(state: VenueState, text: string): VenueAnswer {
  return ok({ status: text, timestamp: `${new Date(state.nowMs()).toISOString().slice(0, 19)}Z` });
}

function withPair(market: LiveMarket, request: VenueRequest, answer: (instrument: TradedInstrument) => VenueAnswer): VenueAnswer {
  const name = request.query.get('pair');
  if (name === null) return failed('EGeneral:Invalid arguments');
  const instrument = market.find('kraken_spot', name);
  return instrument === undefined ? failed('EQuery:Unknown asset pair') : answer(instrument);
}

/** Key of an answer: the pair's own id. */
function idOf({ spec }: TradedInstrument): string {
  return spec.aliases[0] ?? spec.symbol;
}

function tickers(market: LiveMarket, request: VenueRequest, sampled: VenueAnswer): VenueAnswer {
  const decoded = JSON.parse(sampled.body) as { error: string[]; result?: Record<string, unknown> };
  if (decoded.result === undefined) return sampled;
  const wanted = request.query.get('pair');
  const shown = market
    .on('kraken_spot')
    .filter((instrument) => wanted === null || decoded.result?.[idOf(instrument)] !== undefined);
  return ok({
    ...decoded.result,
    ...Object.fromEntries(shown.map((instrument) => [idOf(instrument), ticker(market, instrument)])),
  });
}

function ticker(market: LiveMarket, instrument: TradedInstrument): Record<string, unknown> {
  const { spec, book, tape } = instrument;
  const day = market.days.of(instrument, market.schedule.nowMs);
  const price = (units: number): string => unitsText(units, spec.priceDigits);
  const size = (units: number): string => unitsText(units, spec.sizeDigits);
  const vwap =
    day.size === 0 ? tape.lastPrice : Math.round((day.value / instrument.size(day.size)) * powerOfTen(spec.priceDigits));
  const best = (levels: readonly Level[]): string[] => {
    const level = levels[0];
    const whole = level === undefined ? 0 : Math.max(1, Math.round(instrument.size(level.size)));
    return [price(level?.price ?? 0), String(whole), `${whole}.000`];
  };
  return {
    a: best(book.asks.levels(1)),
    b: best(book.bids.levels(1)),
    c: [price(tape.lastPrice), size(tape.newest?.size ?? 0)],
    v: [size(day.size), size(day.size)],
    p: [price(vwap), price(vwap)],
    t: [day.trades, day.trades],
    l: [price(day.low), price(day.low)],
    h: [price(day.high), price(day.high)],
    o: price(day.open),
  };
}

function depth(instrument: TradedInstrument, request: VenueRequest, state: VenueState): VenueAnswer {
  const { spec, book } = instrument;
  const count = Math.min(MOST_LEVELS, Math.max(1, Number(request.query.get('count') ?? USUAL_LEVELS) || USUAL_LEVELS));
  const atS = Math.floor(state.nowMs() / 1000);
  const digits = Math.max(DEPTH_PRICE_DIGITS, spec.priceDigits);
  const row = ({ price, size }: Level): unknown[] => [
    unitsText(price * powerOfTen(digits - spec.priceDigits), digits),
    cutText(size, spec.sizeDigits, DEPTH_SIZE_DIGITS),
    atS,
  ];
  return ok({ [idOf(instrument)]: { asks: book.asks.levels(count).map(row), bids: book.bids.levels(count).map(row) } });
}

/** `units` × 10^−digits with exactly `shown` decimals, the rest cut off. */
function cutText(units: number, digits: number, shown: number): string {
  const cut = digits > shown ? Math.floor(units / powerOfTen(digits - shown)) : units * powerOfTen(shown - digits);
  return unitsText(cut, shown);
}

/** Rows after the cursor `since` (ns), oldest first; without it the newest. `last` is the next cursor. */
function trades(instrument: TradedInstrument, request: VenueRequest): VenueAnswer {
  const { spec, tape } = instrument;
  const since = request.query.get('since');
  const after = since === null ? undefined : sinceNs(since);
  const count = Math.min(MOST_TRADES, Number(request.query.get('count') ?? MOST_TRADES) || MOST_TRADES);
  const rows =
    after === undefined
      ? tape.trades.slice(-count)
      : tape.trades.filter(({ atUs }) => BigInt(atUs) * 1000n > after).slice(0, count);
  const last = rows.at(-1)?.atUs ?? tape.newest?.atUs ?? 0;
  const row = ({ price, size, side, atUs, id }: Trade): unknown[] => [
    unitsText(price, spec.priceDigits),
    unitsText(size, spec.sizeDigits),
    atUs / 1_000_000,
    side === 'buy' ? 'b' : 's',
    id % 3 === 0 ? 'l' : 'm',
    '',
    id,
  ];
  return ok({ [idOf(instrument)]: rows.map(row), last: `${BigInt(last) * 1000n}` });
}

/** Seconds or nanoseconds, as the venue accepts both. */
function sinceNs(text: string): bigint {
  if (!/^\d{1,19}$/.test(text)) return 0n;
  const value = BigInt(text);
  return value < 100_000_000_000n ? value * 1_000_000_000n : value;
}

function bars(market: LiveMarket, request: VenueRequest, sample: VenueSurface): VenueAnswer {
  const interval = Number(request.query.get('interval') ?? '1');
  const isLive = market.find('kraken_spot', request.query.get('pair') ?? '') !== undefined;
  if (interval >= DAY_MINUTES || !INTERVALS.includes(interval) || !isLive) return sample(request);
  return withPair(market, request, (instrument) => {
    const { spec } = instrument;
    const [nowMs, lengthMs] = [market.schedule.nowMs, interval * 60_000];
    const newest = Math.floor(nowMs / lengthMs) * lengthMs;
    const sinceMs = Number(request.query.get('since') ?? 0) * 1000;
    const rows = market.history.bars(instrument, lengthMs, newest - (MOST_BARS - 1) * lengthMs, newest, nowMs);
    const price = (units: number): string => unitsText(units, spec.priceDigits);
    const shown = rows
      .filter((bar) => bar.startMs > sinceMs)
      .map((bar) => {
        const size = bar.buySize + bar.sellSize;
        const vwap = size === 0 ? 0 : Math.round((bar.value / instrument.size(size)) * powerOfTen(spec.priceDigits));
        const prices = [bar.open, bar.high, bar.low, bar.close, vwap].map(price);
        return [bar.startMs / 1000, ...prices, unitsText(size, spec.sizeDigits), bar.trades];
      });
    return ok({ [idOf(instrument)]: shown, last: (newest - lengthMs) / 1000 });
  });
}
