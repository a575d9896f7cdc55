import { unitsText } from '../fixed-digits.ts';
import type { LiveMarket } from '../live/live-market.ts';
import type { TradedInstrument } from '../live/traded-instrument.ts';
import { levelsText, spotTickerRow, spotTradeRow } from '../streams/gate/spot-frames.ts';
import { trimmedText } from '../streams/wire-text.ts';
import { gateError, invalidPair } from './gate-error.ts';
import { gateFuturesRest } from './gate-futures-rest.ts';
import { GATE_INTERVALS, liveCandleWindow } from './gate-live-window.ts';
import type { VenueState } from './kraken-live-rest.ts';
import { liveCurrencyPairs } from './live-listing-rows.ts';
import { jsonAnswer, type VenueAnswer, type VenueRequest, type VenueSurface } from './venue-http.ts';

const FUTURES = '/futures/usdt/';
const MOST_LEVELS = 5000;
const MOST_ROWS = 1000;

/** Gate's REST over the live market: spot and USDT futures. Currencies, daily candles and pairs that are not live `sample` answers. */
export function gateLiveRest(market: LiveMarket, spot: VenueState, futures: VenueState, sample: VenueSurface): VenueSurface {
  return (request) => {
    const path = request.path.replace(/^\/api\/v4/, '');
    const isFutures = path.startsWith(FUTURES);
    if ((isFutures ? futures : spot).isInMaintenance()) return gateError('SERVER_ERROR', 'The service is under maintenance', 503);
    if (isFutures && request.method === 'GET') return gateFuturesRest(market, futures, path.slice(FUTURES.length - 1), request);
    switch (path) {
      case '/spot/time':
        return jsonAnswer(200, { server_time: spot.nowMs() });
      case '/spot/currency_pairs':
        return liveCurrencyPairs(market, sample(request));
      case '/spot/tickers':
        return tickers(market, sample(request));
      case '/spot/order_book':
        return withPair(market, request, (instrument) => orderBook(instrument, request, spot));
      case '/spot/trades':
        return withPair(market, request, (instrument) => trades(instrument, request));
      case '/spot/candlesticks':
        return candlesticks(market, request, sample);
      default:
        return path.startsWith('/spot/currency_pairs/') ? liveCurrencyPairs(market, sample(request)) : sample(request);
    }
  };
}

function withPair(
  market: LiveMarket,
  { query }: VenueRequest,
  answer: (instrument: TradedInstrument) => VenueAnswer,
): VenueAnswer {
  const name = query.get('currency_pair');
  if (name === null) return gateError('MISSING_REQUIRED_PARAM', 'Missing required parameter: currency_pair');
  const instrument = market.find('gate_spot', name);
  return instrument === undefined ? invalidPair(name) : answer(instrument);
}

function tickers(market: LiveMarket, sampled: VenueAnswer): VenueAnswer {
  if (sampled.status !== 200) return sampled;
  const rows = JSON.parse(sampled.body) as readonly { readonly currency_pair: string }[];
  return jsonAnswer(
    200,
    rows.map((row) => {
      const live = market.find('gate_spot', row.currency_pair);
      return live === undefined ? row : spotTickerRow(live, market.days.of(live, market.schedule.nowMs));
    }),
  );
}

function orderBook({ spec, book, changedUs }: TradedInstrument, { query }: VenueRequest, state: VenueState): VenueAnswer {
  const limit = Math.min(MOST_LEVELS, Number(query.get('limit') ?? 10) || 10);
  const id = query.get('with_id') === 'true' ? `"id":${book.sequence},` : '';
  const times = `"current":${state.nowMs()},"update":${Math.floor(changedUs / 1000)}`;
  const sides = `"asks":${levelsText(spec, book.asks.levels(limit))},"bids":${levelsText(spec, book.bids.levels(limit))}`;
  return { status: 200, headers: { 'content-type': 'application/json' }, body: `{${id}${times},${sides}}` };
}

/** Newest first. */
function trades({ spec, tape }: TradedInstrument, { query }: VenueRequest): VenueAnswer {
  const limit = Math.min(MOST_ROWS, Number(query.get('limit') ?? 100) || 100);
  const rows = tape.trades.slice(-limit).toReversed();
  return jsonAnswer(
    200,
    rows.map((trade) => {
      const row = spotTradeRow(spec, trade, 0);
      return { ...row, id: String(row.id), create_time: String(row.create_time), sequence_id: String(row.id) };
    }),
  );
}

/** Live pairs below a day; the rest is the sample market's. */
function candlesticks(market: LiveMarket, request: VenueRequest, sample: VenueSurface): VenueAnswer {
  const { query } = request;
  const interval = query.get('interval') ?? '30m';
  const lengthMs = GATE_INTERVALS[interval];
  if (
    lengthMs === undefined ||
    lengthMs >= GATE_INTERVALS['1d']! ||
    market.find('gate_spot', query.get('currency_pair') ?? '') === undefined
  ) {
    return sample(request);
  }
  return withPair(market, request, (instrument) => {
    const nowMs = market.schedule.nowMs;
    const { fromMs, toMs } = liveCandleWindow(query, lengthMs, nowMs, MOST_ROWS);
    const price = (units: number): string => trimmedText(units, instrument.spec.priceDigits);
    return jsonAnswer(
      200,
      market.history
        .bars(instrument, lengthMs, fromMs, toMs, nowMs)
        .map((bar) => [
          String(bar.startMs / 1000),
          bar.value.toFixed(8),
          price(bar.close),
          price(bar.high),
          price(bar.low),
          price(bar.open),
          unitsText(bar.buySize + bar.sellSize, instrument.spec.sizeDigits),
          String(bar.startMs + lengthMs <= nowMs),
        ]),
    );
  });
}
