import type { InstrumentSpec } from '../../../contracts/instrument-spec.ts';
import type { LongShortEvent } from '../../../contracts/market-events/derivative-events.ts';
import type { MarketEvent } from '../../../contracts/market-events/market-event.ts';
import { candleEvents } from '../../feed/candle-events.ts';
import { POLL_EVERY_MS, type PollContext, type PollRequest, type PollTask, polled } from '../../feed/poll-task.ts';
import { arrayOf, integerOf, type JsonObject, objectOf } from '../json-fields.ts';
import { numberOf, numberOrNull, positiveOrNull } from '../number-fields.ts';

const HOUR_MS = 3_600_000;
/** Period of the ratios that are asked for; their rows are stamped with its start. */
const PERIOD_MS = 300_000;

/** What is polled of Binance spot, only under a policy that allows it: closed hourly bars. */
export function binanceSpotTasks(instruments: readonly InstrumentSpec[]): readonly PollTask[] {
  return instruments.map(({ id, venue_symbol: symbol }) => ({
    name: 'candles',
    everyMs: POLL_EVERY_MS.candles,
    isHistory: true,
    requests: () => [{ venue: 'binance', path: `/api/v3/klines?symbol=${symbol}&interval=1h&limit=30` }],
    read: ([reply], context) => candleEvents(id, arrayOf(reply, 'reply').map(candle), HOUR_MS, 'base', context),
  }));
}

/** What is polled of Binance USDM, likewise: open interest, three ratios of longs to shorts, taker flow, settled funding. */
export function binanceUsdmTasks(instruments: readonly InstrumentSpec[]): readonly PollTask[] {
  return instruments.flatMap(perContract);
}

function get(path: string): PollRequest {
  return { venue: 'binanceusdm', path };
}

function perContract(spec: InstrumentSpec): readonly PollTask[] {
  const { id, venue_symbol: symbol } = spec;
  const ratioTask = (endpoint: string, population: LongShortEvent['population']): PollTask => ({
    name: endpoint,
    everyMs: POLL_EVERY_MS.longShort,
    isHistory: true,
    requests: () => [get(`/futures/data/${endpoint}?symbol=${symbol}&period=5m&limit=3`)],
    read: ([reply], context) => rowsOf(reply).map((row) => ratioEvent(id, population, row, context)),
  });
  return [
    {
      name: 'openInterest',
      everyMs: POLL_EVERY_MS.openInterest,
      isHistory: false,
      requests: () => [get(`/fapi/v1/openInterest?symbol=${symbol}`)],
      read: ([reply], context) => [openInterestEvent(id, objectOf(reply, 'reply'), context)],
    },
    ratioTask('globalLongShortAccountRatio', 'accounts'),
    ratioTask('topLongShortAccountRatio', 'top_accounts'),
    ratioTask('topLongShortPositionRatio', 'top_positions'),
    {
      name: 'takerlongshortRatio',
      everyMs: POLL_EVERY_MS.longShort,
      isHistory: true,
      requests: () => [get(`/futures/data/takerlongshortRatio?symbol=${symbol}&period=5m&limit=3`)],
      read: ([reply], context) => rowsOf(reply).map((row) => flowEvent(id, row, context)),
    },
    {
      name: 'fundingRate',
      everyMs: POLL_EVERY_MS.fundingHistory,
      isHistory: true,
      requests: () => [get(`/fapi/v1/fundingRate?symbol=${symbol}&limit=100`)],
      read: ([reply], context) => rowsOf(reply).map((row) => settledEvent(spec, row, context)),
    },
  ];
}

function rowsOf(reply: unknown): readonly JsonObject[] {
  return arrayOf(reply, 'reply').map((row) => objectOf(row, 'row'));
}

function openInterestEvent(id: string, row: JsonObject, context: PollContext): MarketEvent {
  const amount = numberOrNull(row.openInterest);
  const common = polled(id, context, integerOf(row.time, 'time'), amount === null ? 'missing' : 'live');
  return { ...common, type: 'open_interest', unit: 'base', amount, sides: 1, mark_price: null };
}

function ratioEvent(id: string, population: LongShortEvent['population'], row: JsonObject, context: PollContext): MarketEvent {
  const ratio = numberOrNull(row.longShortRatio);
  const tsMs = integerOf(row.timestamp, 'timestamp');
  const common = polled(id, context, tsMs, ratio === null ? 'missing' : 'live', tsMs + PERIOD_MS);
  // The sides are shares of four digits: they cannot be held against the ratio.
  return { ...common, type: 'long_short', unit: 'ratio', population, ratio, longs: null, shorts: null };
}

function flowEvent(id: string, row: JsonObject, context: PollContext): MarketEvent {
  const tsMs = integerOf(row.timestamp, 'timestamp');
  const [buy, sell] = [positiveOrNull(row.buyVol), positiveOrNull(row.sellVol)];
  const isMissing = buy === null && sell === null;
  const window = { window_ms: PERIOD_MS, window_end: tsMs + PERIOD_MS };
  const common = polled(id, context, tsMs, isMissing ? 'missing' : 'live', window.window_end);
  return { ...common, type: 'taker_volume', unit: 'base', ...window, buy, sell };
}

function settledEvent(spec: InstrumentSpec, row: JsonObject, context: PollContext): MarketEvent {
  const common = polled(spec.id, context, integerOf(row.fundingTime, 'fundingTime'));
  const rate = numberOf(row.fundingRate, 'fundingRate');
  return { ...common, type: 'funding_settled', unit: 'fraction', rate, interval_ms: spec.funding_interval_ms };
}

/** `[open time ms, open, high, low, close, volume, close time, quote volume]`. */
function candle(value: unknown) {
  const row = arrayOf(value, 'bar');
  const openMs = integerOf(row[0], 'time');
  return { openMs, open: row[1], high: row[2], low: row[3], close: row[4], volume: row[5], quoteVolume: numberOrNull(row[7]) };
}
