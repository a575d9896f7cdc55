import type { LiveMarket } from '../live/live-market.ts';
import type { TradedInstrument } from '../live/traded-instrument.ts';
import { absoluteRate } from '../streams/kraken-futures/frames.ts';
import { millisText, trimmedText } from '../streams/wire-text.ts';
import { krakenAnalytics } from './kraken-futures-analytics.ts';
import { executionRow, historyRow, instrumentRow, tickerRow } from './kraken-futures-rows.ts';
import type { VenueState } from './kraken-live-rest.ts';
import { jsonAnswer, type VenueAnswer, type VenueRequest, type VenueSurface } from './venue-http.ts';

const MOST_CANDLES = 2000;
const MOST_EXECUTIONS = 1000;
const USUAL_TRADES = 100;
const RATES_OF_A_YEAR = 720;
const RESOLUTIONS: Readonly<Record<string, number>> = {
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '30m': 1_800_000,
  '1h': 3_600_000,
  '4h': 14_400_000,
  '12h': 43_200_000,
  '1d': 86_400_000,
  '1w': 604_800_000,
};

/** Kraken Futures' public REST: instruments, tickers, books, trades, funding, charts and analytics of the live perpetuals. */
export function krakenFuturesRest(market: LiveMarket, state: VenueState): VenueSurface {
  return (request) => {
    if (state.isInMaintenance()) return jsonAnswer(503, { result: 'error', error: 'Unavailable', serverTime: serverTime(state) });
    if (request.method !== 'GET') return failed(state, 'apiMethodNotAllowed', 405);
    const version = /^\/derivatives\/api\/v[34]\/(.+)$/.exec(request.path)?.[1];
    if (version !== undefined) return derivatives(market, state, version, request);
    return charts(market, state, request) ?? executions(market, state, request) ?? failed(state, 'notFound', 404);
  };
}

function derivatives(market: LiveMarket, state: VenueState, path: string, { query }: VenueRequest): VenueAnswer {
  const [name = '', symbol] = path.split('/');
  const all = market.on('kraken_futures');
  switch (name) {
    case 'instruments':
      return ok(state, { instruments: all.map(instrumentRow) });
    case 'tickers': {
      if (symbol === undefined) return ok(state, { tickers: all.map((instrument) => tickerRow(market, instrument, state)) });
      const one = market.find('kraken_futures', symbol);
      return one === undefined ? failed(state, 'contractUnavailable', 404) : ok(state, { ticker: tickerRow(market, one, state) });
    }
    default: {
      const instrument = market.find('kraken_futures', query.get('symbol') ?? '');
      if (instrument === undefined)
        return failed(state, query.get('symbol') === null ? 'requiredArgumentMissing' : 'contractUnavailable', 400);
      return ofOne(state, name, instrument, query);
    }
  }
}

function ofOne(state: VenueState, name: string, instrument: TradedInstrument, query: URLSearchParams): VenueAnswer {
  const { spec, book, tape, perpetual } = instrument;
  switch (name) {
    case 'orderbook': {
      const side = (levels: ReturnType<typeof book.bids.levels>) =>
        levels.map(({ price, size }) => [instrument.price(price), instrument.size(size)]);
      const all = Number.POSITIVE_INFINITY;
      return ok(state, { orderBook: { bids: side(book.bids.levels(all)), asks: side(book.asks.levels(all)) } });
    }
    case 'history': {
      const until = Date.parse(query.get('lastTime') ?? '');
      const shown = tape.trades.filter(({ atUs }) => Number.isNaN(until) || atUs / 1000 < until).slice(-USUAL_TRADES);
      return ok(state, { history: shown.toReversed().map((trade) => historyRow(instrument, trade)) });
    }
    case 'historicalfundingrates': {
      const rates = (perpetual?.funding.history(RATES_OF_A_YEAR) ?? []).toReversed();
      const index = perpetual?.index ?? 1;
      return ok(state, {
        rates: rates.map(({ atUs, rate }) => ({
          timestamp: millisText(atUs),
          fundingRate: absoluteRate(spec, rate, index),
          relativeFundingRate: rate,
        })),
      });
    }
    default:
      return failed(state, 'notFound', 404);
  }
}

function charts(market: LiveMarket, state: VenueState, request: VenueRequest): VenueAnswer | undefined {
  const [, kind = '', symbol = '', what = ''] =
    /^\/api\/charts\/v1\/([a-z]+)\/([A-Za-z_0-9]+)\/([a-z0-9-]+)$/.exec(request.path) ?? [];
  if (kind === '') return undefined;
  const instrument = market.find('kraken_futures', symbol);
  if (instrument === undefined) return failed(state, 'marketNotFound', 404);
  if (kind === 'analytics') return krakenAnalytics(market, instrument, what, request.query);
  const lengthMs = RESOLUTIONS[what];
  if (!['trade', 'mark', 'spot'].includes(kind) || lengthMs === undefined) return failed(state, 'invalidArgument', 400);
  return candles(market, instrument, kind, lengthMs, request.query);
}

/** At most 2000 rows from `from` (s) on; `more_candles` when the range holds more. Mark and spot have no volume. */
function candles(
  market: LiveMarket,
  instrument: TradedInstrument,
  kind: string,
  lengthMs: number,
  query: URLSearchParams,
): VenueAnswer {
  const nowMs = market.schedule.nowMs;
  const toMs = query.get('to') === null ? nowMs : Number(query.get('to')) * 1000;
  const newest = Math.floor(Math.min(toMs, nowMs) / lengthMs) * lengthMs;
  const fromMs = query.get('from') === null ? newest - (MOST_CANDLES - 1) * lengthMs : Number(query.get('from')) * 1000;
  const lastMs = Math.min(newest, Math.ceil(fromMs / lengthMs) * lengthMs + (MOST_CANDLES - 1) * lengthMs);
  const price = (units: number): string => trimmedText(units, instrument.spec.priceDigits);
  const rows = market.history.bars(instrument, lengthMs, fromMs, lastMs, nowMs).map((bar) => ({
    time: bar.startMs,
    open: price(bar.open),
    high: price(bar.high),
    low: price(bar.low),
    close: price(bar.close),
    volume: kind === 'trade' ? trimmedText(bar.buySize + bar.sellSize, instrument.spec.sizeDigits) : '0',
  }));
  return jsonAnswer(200, { candles: rows, more_candles: lastMs < newest });
}

/** `/api/history/v3/market/{symbol}/executions` (v2 alike), newest first unless `sort=asc`. */
function executions(market: LiveMarket, state: VenueState, { path, query }: VenueRequest): VenueAnswer | undefined {
  const symbol = /^\/api\/history\/v[23]\/market\/([A-Za-z_0-9]+)\/executions$/.exec(path)?.[1];
  if (symbol === undefined) return undefined;
  const instrument = market.find('kraken_futures', symbol);
  if (instrument === undefined) return failed(state, 'marketNotFound', 404);
  const count = Math.min(MOST_EXECUTIONS, Number(query.get('count') ?? MOST_EXECUTIONS) || MOST_EXECUTIONS);
  const since = Number(query.get('since') ?? 0);
  const before = query.get('before') === null ? Number.POSITIVE_INFINITY : Number(query.get('before'));
  const inside = instrument.tape.trades.filter(({ atUs }) => atUs / 1000 >= since && atUs / 1000 < before);
  const rows = query.get('sort') === 'asc' ? inside.slice(0, count) : inside.slice(-count).toReversed();
  return jsonAnswer(200, { elements: rows.map((trade) => executionRow(instrument, trade)), len: rows.length });
}

function ok(state: VenueState, body: Record<string, unknown>): VenueAnswer {
  return jsonAnswer(200, { result: 'success', ...body, serverTime: serverTime(state) });
}

function failed(state: VenueState, error: string, status: number): VenueAnswer {
  return jsonAnswer(status, { result: 'error', error, serverTime: serverTime(state) });
}

function serverTime(state: VenueState): string {
  return new Date(state.nowMs()).toISOString();
}
