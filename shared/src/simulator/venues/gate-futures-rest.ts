import type { LiveMarket } from '../live/live-market.ts';
import type { Perpetual } from '../live/perpetual.ts';
import type { TradedInstrument } from '../live/traded-instrument.ts';
import { contractStats, STATS_INTERVALS } from '../streams/gate/contract-stats.ts';
import { indexText, levelObjects, markText, multiplierText, tickerRow, tradeRow } from '../streams/gate/futures-frames.ts';
import { plainDecimal, trimmedText } from '../streams/wire-text.ts';
import { gateError } from './gate-error.ts';
import { GATE_INTERVALS, liveCandleWindow } from './gate-live-window.ts';
import type { VenueState } from './kraken-live-rest.ts';
import { jsonAnswer, type VenueAnswer, type VenueRequest } from './venue-http.ts';

const MOST_LEVELS = 300;
const MOST_ROWS = 1000;
const MOST_CANDLES = 1999;
/** Longest window of `liq_orders`, s. */
const LONGEST_LIQUIDATION_WINDOW_S = 3600;
const UNKNOWN_CONTRACT = gateError('CONTRACT_NOT_FOUND', 'CONTRACT_NOT_FOUND');

/** Gate's futures REST below `/futures/usdt`; `path` is what follows, for example `/order_book`. */
export function gateFuturesRest(market: LiveMarket, state: VenueState, path: string, { query }: VenueRequest): VenueAnswer {
  const all = market.on('gate_futures');
  if (path === '/contracts')
    return jsonAnswer(
      200,
      all.map((instrument) => contractRow(instrument)),
    );
  if (path.startsWith('/contracts/'))
    return one(market, path.slice('/contracts/'.length), (instrument) => contractRow(instrument));
  if (path === '/tickers') return tickers(market, query.get('contract'));
  const name = query.get('contract');
  if (path === '/liq_orders' && name === null)
    return jsonAnswer(
      200,
      all.flatMap((instrument) => liquidations(instrument, query, state)),
    );
  if (name === null) return gateError('MISSING_REQUIRED_PARAM', 'Missing required parameter: contract');
  switch (path) {
    case '/order_book':
      return one(market, name, (instrument) => orderBook(instrument, query, state));
    case '/trades':
      return one(market, name, (instrument) => trades(instrument, query));
    case '/candlesticks':
      return candlesticks(market, name, query);
    case '/funding_rate':
      return one(market, name, ({ perpetual }) => fundingRates(perpetual, query));
    case '/contract_stats':
      return stats(market, name, query);
    case '/liq_orders': {
      const [from, to] = [whole(query.get('from')), whole(query.get('to'))];
      if (from !== undefined && to !== undefined && to - from > LONGEST_LIQUIDATION_WINDOW_S) {
        return gateError('INVALID_PARAM_VALUE', 'time range too broad, maximum 3600 seconds');
      }
      return one(market, name, (instrument) => liquidations(instrument, query, state));
    }
    default:
      return gateError('NOT_FOUND', `Not found: ${path}`, 404);
  }
}

function one(market: LiveMarket, name: string, body: (instrument: TradedInstrument) => unknown): VenueAnswer {
  const instrument = market.find('gate_futures', name);
  return instrument === undefined ? UNKNOWN_CONTRACT : jsonAnswer(200, body(instrument));
}

function contractRow({ spec, book, tape, perpetual, status }: TradedInstrument): Record<string, unknown> {
  const mark = perpetual?.mark ?? 0;
  const positions = perpetual?.positions;
  return {
    funding_rate_indicative: plainDecimal(perpetual?.funding.predicted ?? 0, 6),
    mark_price_round: trimmedText(1, Math.min(spec.priceDigits + 1, 12)),
    funding_offset: 0,
    in_delisting: status === 'delisted',
    risk_limit_base: '500000',
    interest_rate: '0.0003',
    index_price: indexText(spec, perpetual?.index ?? 0),
    order_price_round: trimmedText(spec.tick, spec.priceDigits),
    order_size_min: 1,
    enable_decimal: false,
    ref_rebate_rate: '0.2',
    name: spec.symbol,
    ref_discount_rate: '0',
    order_price_deviate: '0.1',
    maintenance_rate: '0.005',
    mark_type: 'index',
    funding_interval: (perpetual?.funding.rule.intervalUs ?? 0) / 1_000_000,
    type: 'direct',
    risk_limit_step: '1000000',
    enable_bonus: true,
    enable_credit: true,
    leverage_min: '1',
    funding_rate: plainDecimal(perpetual?.funding.rate ?? 0, 6),
    last_price: trimmedText(tape.lastPrice, spec.priceDigits),
    mark_price: markText(spec, mark),
    order_size_max: 1_000_000,
    funding_next_apply: Math.floor((perpetual?.funding.nextUs ?? 0) / 1_000_000),
    short_users: positions?.shortUsers ?? 0,
    config_change_time: 1_788_234_002,
    create_time: 1_574_035_200,
    trade_size: tape.newest?.id ?? 0,
    position_size: Math.round(positions?.openInterest ?? 0),
    long_users: positions?.longUsers ?? 0,
    quanto_multiplier: multiplierText(spec),
    funding_impact_value: '30000',
    leverage_max: '100',
    cross_leverage_default: '10',
    risk_limit_max: '10000000',
    maker_fee_rate: '-0.0001',
    taker_fee_rate: '0.00075',
    orders_limit: 100,
    trade_id: tape.newest?.id ?? 0,
    orderbook_id: book.sequence,
    funding_cap_ratio: '0.75',
    voucher_leverage: '2',
    is_pre_market: false,
    status: status === 'online' ? 'trading' : 'suspend',
    launch_time: 1_574_035_200,
    enable_circuit_breaker: false,
    funding_rate_limit: '0.003',
    market_order_slip_ratio: '0.01',
    market_order_size_max: '10000000',
    contract_type: '',
  };
}

function tickers(market: LiveMarket, name: string | null): VenueAnswer {
  const shown = name === null ? market.on('gate_futures') : [market.find('gate_futures', name)];
  const rows = shown.flatMap((instrument) =>
    instrument === undefined || instrument.perpetual === null
      ? []
      : [tickerRow(instrument, instrument.perpetual, market.days.of(instrument, market.schedule.nowMs))],
  );
  return rows.length === 0 ? UNKNOWN_CONTRACT : jsonAnswer(200, rows);
}

function orderBook({ spec, book, changedUs }: TradedInstrument, query: URLSearchParams, state: VenueState): unknown {
  const limit = Math.min(MOST_LEVELS, whole(query.get('limit')) ?? 10);
  return {
    ...(query.get('with_id') === 'true' ? { id: book.sequence } : {}),
    current: state.nowMs() / 1000,
    update: Math.floor(changedUs / 1000) / 1000,
    asks: levelObjects(spec, book.asks.levels(limit)),
    bids: levelObjects(spec, book.bids.levels(limit)),
  };
}

/** Newest first. */
function trades({ spec, tape }: TradedInstrument, query: URLSearchParams): unknown {
  const limit = Math.min(MOST_ROWS, whole(query.get('limit')) ?? 100);
  const [from, to] = [whole(query.get('from')) ?? 0, whole(query.get('to')) ?? Number.POSITIVE_INFINITY];
  const lastId = whole(query.get('last_id')) ?? 0;
  return tape.trades
    .filter(({ atUs, id }) => id > lastId && atUs / 1e6 >= from && atUs / 1e6 <= to)
    .slice(-limit)
    .toReversed()
    .map((trade) => ({ ...tradeRow(spec, trade, 0), create_time_ms: trade.atUs / 1_000_000 }));
}

/** The contract's name may begin with `mark_` or `index_`; those have no volume. */
function candlesticks(market: LiveMarket, name: string, query: URLSearchParams): VenueAnswer {
  const contract = name.replace(/^(mark|index)_/, '');
  const lengthMs = GATE_INTERVALS[query.get('interval') ?? '5m'];
  if (lengthMs === undefined) return gateError('INVALID_PARAM_VALUE', 'invalid argument: interval');
  const nowMs = market.schedule.nowMs;
  const window = liveCandleWindow(query, lengthMs, nowMs, MOST_CANDLES);
  return one(market, contract, (instrument) => {
    const price = (units: number): string => trimmedText(units, instrument.spec.priceDigits);
    return market.history.bars(instrument, lengthMs, window.fromMs, window.toMs, nowMs).map((bar) => ({
      t: bar.startMs / 1000,
      o: price(bar.open),
      h: price(bar.high),
      l: price(bar.low),
      c: price(bar.close),
      ...(contract === name ? { v: bar.buySize + bar.sellSize, sum: plainDecimal(bar.value, 6) } : {}),
    }));
  });
}

/** Newest first. */
function fundingRates(perpetual: Perpetual | null, query: URLSearchParams): unknown {
  const limit = Math.min(MOST_ROWS, whole(query.get('limit')) ?? 100);
  const [from, to] = [whole(query.get('from')) ?? 0, whole(query.get('to')) ?? Number.POSITIVE_INFINITY];
  return (perpetual?.funding.history(limit) ?? [])
    .map(({ atUs, rate }) => ({ r: plainDecimal(rate, 6), t: Math.floor(atUs / 1_000_000) }))
    .filter(({ t }) => t >= from && t <= to);
}

/** Oldest first, the newest `limit` or those from `from` (s) on. */
function stats(market: LiveMarket, name: string, query: URLSearchParams): VenueAnswer {
  const lengthMs = STATS_INTERVALS[query.get('interval') ?? '5m'];
  if (lengthMs === undefined) return gateError('INVALID_PARAM_VALUE', 'invalid argument: interval');
  const limit = Math.min(MOST_ROWS, whole(query.get('limit')) ?? 30);
  const nowMs = market.schedule.nowMs;
  const newest = Math.floor(nowMs / lengthMs) * lengthMs;
  const from = whole(query.get('from'));
  const firstMs = from === undefined ? newest - (limit - 1) * lengthMs : Math.ceil((from * 1000) / lengthMs) * lengthMs;
  const lastMs = Math.min(newest, firstMs + (limit - 1) * lengthMs);
  return one(market, name, (instrument) => contractStats(market, instrument, lengthMs, firstMs, lastMs));
}

/** Side by `order_size`: negative sells a long (market data spec §7.2). Newest first, of the last hour. */
function liquidations({ spec, perpetual }: TradedInstrument, query: URLSearchParams, state: VenueState): readonly unknown[] {
  const nowS = Math.floor(state.nowMs() / 1000);
  const to = whole(query.get('to')) ?? nowS;
  const from = whole(query.get('from')) ?? to - LONGEST_LIQUIDATION_WINDOW_S;
  const limit = Math.min(MOST_ROWS, whole(query.get('limit')) ?? 100);
  return (perpetual?.liquidations ?? [])
    .filter(({ atUs }) => atUs / 1e6 >= from && atUs / 1e6 <= to)
    .slice(-limit)
    .toReversed()
    .map(({ atUs, liquidated, size, orderPrice, fillPrice }) => ({
      time: Math.floor(atUs / 1_000_000),
      contract: spec.symbol,
      size: liquidated === 'long' ? size : -size,
      order_size: liquidated === 'long' ? -size : size,
      order_price: trimmedText(orderPrice, spec.priceDigits),
      fill_price: trimmedText(fillPrice, spec.priceDigits),
      left: 0,
    }));
}

function whole(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
