import type { InstrumentSpec } from '../../../contracts/instrument-spec.ts';
import type { LiquidationEvent } from '../../../contracts/market-events/derivative-events.ts';
import type { MarketEvent } from '../../../contracts/market-events/market-event.ts';
import { candleEvents } from '../../feed/candle-events.ts';
import { POLL_EVERY_MS, type PollContext, type PollRequest, type PollTask, polled } from '../../feed/poll-task.ts';
import { statsEvents } from '../../feed/stats-events.ts';
import { arrayOf, integerOf, type JsonObject, objectOf, textOf } from '../json-fields.ts';
import { numberOf, numberOrNull, positiveOf, positiveOrNull, spanMsOrNull } from '../number-fields.ts';
import { gateStats } from './contract-stats.ts';

const HOUR_MS = 3_600_000;
const STATS_WINDOW_MS = 300_000;
const FUTURES = '/api/v4/futures/usdt';
/** Two-sided over one-sided open interest; the two answers are not of the same moment (market data spec §7.2). */
const SIDES_RATIO = 2;
const MOST_SIDES_ERROR = 0.1;

/** What is polled of Gate's spot section: closed hourly bars. */
export function gateSpotTasks(instruments: readonly InstrumentSpec[]): readonly PollTask[] {
  return instruments.map(({ id, venue_symbol: symbol }) => ({
    name: 'candles',
    everyMs: POLL_EVERY_MS.candles,
    isHistory: true,
    requests: () => [get(`/api/v4/spot/candlesticks?currency_pair=${symbol}&interval=1h&limit=30`)],
    read: ([reply], context) => candleEvents(id, arrayOf(reply, 'reply').map(candle), HOUR_MS, 'base', context),
  }));
}

/** What is polled of Gate's futures: contracts with funding and open interest, basis, and per contract ratios, history and forced orders. */
export function gateFuturesTasks(instruments: readonly InstrumentSpec[]): readonly PollTask[] {
  const bySymbol = new Map(instruments.map((spec) => [spec.venue_symbol, spec]));
  return [contractsTask(bySymbol), basisTask(bySymbol), ...instruments.flatMap(perContract)];
}

function get(path: string): PollRequest {
  return { venue: 'gate', path };
}

type Specs = ReadonlyMap<string, InstrumentSpec>;

/** Funding and mark from the contracts, open interest from the tickers, held against each other. */
function contractsTask(specs: Specs): PollTask {
  return {
    name: 'contracts',
    everyMs: POLL_EVERY_MS.funding,
    isHistory: false,
    requests: () => [get(`${FUTURES}/contracts`), get(`${FUTURES}/tickers`)],
    read: ([contracts, tickers], context) => {
      const totals = byText(tickers, 'contract');
      return followed(contracts, 'name', specs).flatMap(([row, spec]) =>
        contractEvents(row, totals.get(spec.venue_symbol), spec, context),
      );
    },
  };
}

function contractEvents(
  row: JsonObject,
  ticker: JsonObject | undefined,
  spec: InstrumentSpec,
  context: PollContext,
): MarketEvent[] {
  const common = polled(spec.id, context, -1);
  const mark = positiveOrNull(row.mark_price);
  const events: MarketEvent[] = [
    { ...common, type: 'mark', unit: 'quote', mark_price: mark, index_price: positiveOrNull(row.index_price) },
  ];
  const rate = numberOrNull(row.funding_rate);
  if (rate !== null) {
    events.push({
      ...common,
      type: 'funding',
      unit: 'fraction',
      rate,
      interval_ms: spanMsOrNull(row.funding_interval, 1000),
      predicted_rate: numberOrNull(row.funding_rate_indicative),
      next_settlement: spanMsOrNull(row.funding_next_apply, 1000),
    });
  }
  const total = numberOrNull(ticker?.total_size);
  const oneSide = numberOrNull(row.position_size);
  if (total !== null && total >= 0) {
    const isTwice = oneSide === null || Math.abs(total - SIDES_RATIO * oneSide) <= MOST_SIDES_ERROR * oneSide;
    const quality = isTwice ? common.quality : 'suspect';
    events.push({ ...common, quality, type: 'open_interest', unit: 'contracts', amount: total, sides: 2, mark_price: mark });
  }
  return events;
}

/** Mark against Gate's own spot price of the same pair. */
function basisTask(specs: Specs): PollTask {
  return {
    name: 'basis',
    everyMs: POLL_EVERY_MS.openInterest,
    isHistory: false,
    requests: () => [get(`${FUTURES}/tickers`), get('/api/v4/spot/tickers')],
    read: ([futures, spot], context) => {
      const spots = byText(spot, 'currency_pair');
      return followed(futures, 'contract', specs).flatMap(([row, spec]) => {
        const pair = spots.get(spec.venue_symbol);
        if (pair === undefined) return [];
        return {
          ...polled(spec.id, context, -1),
          type: 'basis',
          unit: 'quote',
          mark_price: positiveOrNull(row.mark_price),
          spot_price: positiveOrNull(pair.last),
          spot_instrument: spec.id.replace('.perp@', '.spot@'),
        };
      });
    },
  };
}

function perContract(spec: InstrumentSpec): readonly PollTask[] {
  const { id, venue_symbol: symbol } = spec;
  return [
    {
      name: 'contract_stats',
      everyMs: POLL_EVERY_MS.longShort,
      isHistory: true,
      requests: () => [get(`${FUTURES}/contract_stats?contract=${symbol}&interval=5m&limit=3`)],
      // Flow and liquidations come by the stream, minute by minute; told twice they would count twice.
      read: ([reply], context) => arrayOf(reply, 'reply').flatMap((row) => ratioEvents(id, objectOf(row, 'row'), context)),
    },
    {
      name: 'funding_history',
      everyMs: POLL_EVERY_MS.fundingHistory,
      isHistory: true,
      requests: () => [get(`${FUTURES}/funding_rate?contract=${symbol}&limit=100`)],
      read: ([reply], context) => arrayOf(reply, 'reply').map((row) => settledEvent(spec, objectOf(row, 'row'), context)),
    },
    {
      name: 'liq_orders',
      everyMs: POLL_EVERY_MS.liquidations,
      isHistory: true,
      requests: (nowMs) => [get(`${FUTURES}/liq_orders?contract=${symbol}&from=${Math.floor(nowMs / 1000) - 600}&limit=100`)],
      read: ([reply], context) => arrayOf(reply, 'reply').map((row) => liquidationEvent(id, objectOf(row, 'row'), context)),
    },
  ];
}

/** Ratios of the windows that are over. */
function ratioEvents(id: string, row: JsonObject, context: PollContext): readonly MarketEvent[] {
  const stats = gateStats(row, STATS_WINDOW_MS);
  if (stats.tsEventMs + stats.windowMs > context.nowMs) return [];
  const source = { venue: 'gate', instrument: id, rawRef: context.rawRef };
  return statsEvents(source, stats, context.nowMs).filter((event) => event.type === 'long_short');
}

function settledEvent(spec: InstrumentSpec, row: JsonObject, context: PollContext): MarketEvent {
  const common = polled(spec.id, context, integerOf(row.t, 't') * 1000);
  return {
    ...common,
    type: 'funding_settled',
    unit: 'fraction',
    rate: numberOf(row.r, 'r'),
    interval_ms: spec.funding_interval_ms,
  };
}

/** The side is the order's, never the position's: a forced order with a negative size sells a long (market data spec §7.2). */
function liquidationEvent(id: string, row: JsonObject, context: PollContext): LiquidationEvent {
  const size = numberOf(row.order_size, 'order_size');
  const common = polled(id, context, integerOf(row.time, 'time') * 1000);
  const price = positiveOrNull(row.fill_price) ?? positiveOf(row.order_price, 'order_price');
  const qty = Math.abs(size) - Math.abs(numberOrNull(row.left) ?? 0);
  return {
    ...common,
    type: 'liquidation',
    unit: 'contracts',
    liquidated: size < 0 ? 'long' : 'short',
    price,
    qty: positiveOf(qty > 0 ? qty : Math.abs(size), 'order_size'),
  };
}

/** `[time s, quote volume, close, high, low, open, base volume, closed]`. */
function candle(value: unknown) {
  const row = arrayOf(value, 'bar');
  const openMs = integerOf(row[0], 'time') * 1000;
  return { openMs, open: row[5], high: row[3], low: row[4], close: row[2], volume: row[6], quoteVolume: numberOrNull(row[1]) };
}

function byText(rows: unknown, field: string): ReadonlyMap<string, JsonObject> {
  return new Map(
    arrayOf(rows, 'reply')
      .map((row) => objectOf(row, 'row'))
      .map((row) => [textOf(row[field], field), row]),
  );
}

/** Rows of the instruments that are followed, with them. */
function followed(rows: unknown, field: string, specs: Specs): readonly (readonly [JsonObject, InstrumentSpec])[] {
  return [...byText(rows, field)].flatMap(([symbol, row]) => {
    const spec = specs.get(symbol);
    return spec === undefined ? [] : [[row, spec] as const];
  });
}
