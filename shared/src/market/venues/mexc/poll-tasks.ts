import type { InstrumentSpec } from '../../../contracts/instrument-spec.ts';
import type { MarketEvent } from '../../../contracts/market-events/market-event.ts';
import { candleEvents } from '../../feed/candle-events.ts';
import { POLL_EVERY_MS, type PollContext, type PollRequest, type PollTask, polled } from '../../feed/poll-task.ts';
import { FrameRefused } from '../frame-syntax.ts';
import { arrayOf, integerOf, type JsonObject, objectOf, textOf } from '../json-fields.ts';
import { millisOf, millisOrNull, numberOf, numberOrNull, positiveOrNull, spanMsOrNull } from '../number-fields.ts';

const HOUR_MS = 3_600_000;
const CONTRACT = '/api/v1/contract';

/** What is polled of MEXC spot: closed hourly bars. */
export function mexcSpotTasks(instruments: readonly InstrumentSpec[]): readonly PollTask[] {
  return instruments.map(({ id, venue_symbol: symbol }) => ({
    name: 'candles',
    everyMs: POLL_EVERY_MS.candles,
    isHistory: true,
    requests: () => [get(`/api/v3/klines?symbol=${symbol}&interval=60m&limit=30`)],
    read: ([reply], context) => candleEvents(id, arrayOf(reply, 'reply').map(candle), HOUR_MS, 'base', context),
  }));
}

/** What is polled of MEXC's contracts: tickers with mark and holdings, basis, funding now and settled. */
export function mexcContractTasks(instruments: readonly InstrumentSpec[]): readonly PollTask[] {
  const specs = new Map(instruments.map((spec) => [spec.venue_symbol, spec]));
  return [tickersTask(specs), ...instruments.flatMap(perContract)];
}

function get(path: string): PollRequest {
  return { venue: 'mexc', path };
}

function dataOf(value: unknown): unknown {
  const reply = objectOf(value, 'reply');
  if (reply.success !== true) throw new FrameRefused('shape', `success ${String(reply.success)}`);
  return reply.data;
}

function tickersTask(specs: ReadonlyMap<string, InstrumentSpec>): PollTask {
  return {
    name: 'contract_tickers',
    everyMs: POLL_EVERY_MS.openInterest,
    isHistory: false,
    requests: () => [get(`${CONTRACT}/ticker`), get('/api/v3/ticker/price')],
    read: ([contracts, spot], context) => {
      const prices = new Map(arrayOf(spot, 'spot reply').map((row) => spotPrice(objectOf(row, 'price'))));
      return arrayOf(dataOf(contracts), 'data').flatMap((entry) => {
        const row = objectOf(entry, 'ticker');
        const spec = specs.get(String(row.symbol));
        return spec === undefined ? [] : tickerEvents(spec, row, prices.get(spec.venue_symbol.replace('_', '')), context);
      });
    },
  };
}

function spotPrice(row: JsonObject): readonly [string, number | null] {
  return [textOf(row.symbol, 'symbol'), positiveOrNull(row.price)];
}

function tickerEvents(
  spec: InstrumentSpec,
  row: JsonObject,
  spot: number | null | undefined,
  context: PollContext,
): readonly MarketEvent[] {
  const common = polled(spec.id, context, millisOrNull(row.timestamp) ?? -1);
  const mark = positiveOrNull(row.fairPrice);
  const events: MarketEvent[] = [
    { ...common, type: 'mark', unit: 'quote', mark_price: mark, index_price: positiveOrNull(row.indexPrice) },
  ];
  const amount = numberOrNull(row.holdVol);
  if (amount !== null && amount >= 0) {
    events.push({ ...common, type: 'open_interest', unit: 'contracts', amount, sides: 1, mark_price: mark });
  }
  if (spot !== undefined) {
    const against = { spot_price: spot, spot_instrument: spec.id.replace('.perp@', '.spot@') };
    events.push({ ...common, type: 'basis', unit: 'quote', mark_price: mark, ...against });
  }
  return events;
}

function perContract(spec: InstrumentSpec): readonly PollTask[] {
  const { id, venue_symbol: symbol } = spec;
  return [
    {
      name: 'funding_rate',
      everyMs: POLL_EVERY_MS.funding,
      isHistory: false,
      requests: () => [get(`${CONTRACT}/funding_rate/${symbol}`)],
      read: ([reply], context) => [fundingEvent(id, objectOf(dataOf(reply), 'data'), context)],
    },
    {
      name: 'funding_history',
      everyMs: POLL_EVERY_MS.fundingHistory,
      isHistory: true,
      requests: () => [get(`${CONTRACT}/funding_rate/history?symbol=${symbol}&page_num=1&page_size=100`)],
      read: ([reply], context) => {
        const rows = arrayOf(objectOf(dataOf(reply), 'data').resultList, 'resultList');
        return rows.map((row) => settledEvent(id, objectOf(row, 'row'), context));
      },
    },
  ];
}

function fundingEvent(id: string, row: JsonObject, context: PollContext): MarketEvent {
  const rate = numberOrNull(row.fundingRate);
  return {
    ...polled(id, context, millisOrNull(row.timestamp) ?? -1, rate === null ? 'missing' : 'live'),
    type: 'funding',
    unit: 'fraction',
    rate,
    interval_ms: intervalOf(row),
    predicted_rate: null,
    next_settlement: millisOrNull(row.nextSettleTime),
  };
}

function settledEvent(id: string, row: JsonObject, context: PollContext): MarketEvent {
  const common = polled(id, context, millisOf(row.settleTime, 'settleTime'));
  const rate = numberOf(row.fundingRate, 'fundingRate');
  return { ...common, type: 'funding_settled', unit: 'fraction', rate, interval_ms: intervalOf(row) };
}

/** `collectCycle` in hours; without it a rate is of no use. */
function intervalOf(row: JsonObject): number | null {
  return spanMsOrNull(row.collectCycle, HOUR_MS);
}

/** `[open time ms, open, high, low, close, volume, close time, quote volume]`. */
function candle(value: unknown) {
  const row = arrayOf(value, 'bar');
  const openMs = integerOf(row[0], 'time');
  return { openMs, open: row[1], high: row[2], low: row[3], close: row[4], volume: row[5], quoteVolume: numberOrNull(row[7]) };
}
