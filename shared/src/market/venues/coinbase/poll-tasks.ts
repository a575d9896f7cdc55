import type { InstrumentSpec } from '../../../contracts/instrument-spec.ts';
import type { MarketEvent } from '../../../contracts/market-events/market-event.ts';
import { candleEvents } from '../../feed/candle-events.ts';
import { POLL_EVERY_MS, type PollContext, type PollTask, polled } from '../../feed/poll-task.ts';
import { arrayOf, instantOf, integerOf, isObject, objectOf } from '../json-fields.ts';
import { numberOrNull, positiveOrNull } from '../number-fields.ts';

const HOUR_MS = 3_600_000;
const BARS = 30;
const PRODUCTS = '/api/v3/brokerage/market/products';

/** What is polled of Coinbase spot: closed hourly bars. The venue leaves out hours without a trade and does not tell quote volumes. */
export function coinbaseSpotTasks(instruments: readonly InstrumentSpec[]): readonly PollTask[] {
  return instruments.map(({ id, venue_symbol: symbol }) => ({
    name: 'candles',
    everyMs: POLL_EVERY_MS.candles,
    isHistory: true,
    requests: (nowMs) => {
      const end = Math.floor(nowMs / 1000);
      const span = `start=${end - (BARS * HOUR_MS) / 1000}&end=${end}&granularity=ONE_HOUR`;
      return [{ venue: 'coinbase', path: `${PRODUCTS}/${symbol}/candles?${span}` }];
    },
    read: ([reply], context) => {
      const rows = arrayOf(objectOf(reply, 'reply').candles, 'candles').map(candle);
      return candleEvents(id, rows, HOUR_MS, 'base', context);
    },
  }));
}

/** What is polled of Coinbase's perpetual futures: a product's details hold funding, open interest and index. */
export function coinbasePerpTasks(instruments: readonly InstrumentSpec[]): readonly PollTask[] {
  return instruments.map((spec) => ({
    name: 'product_details',
    everyMs: POLL_EVERY_MS.openInterest,
    isHistory: false,
    requests: () => [{ venue: 'coinbase', path: `${PRODUCTS}/${spec.venue_symbol}` }],
    read: ([reply], context) => productEvents(spec, reply, context),
  }));
}

function productEvents(spec: InstrumentSpec, reply: unknown, context: PollContext): readonly MarketEvent[] {
  const details = objectOf(objectOf(reply, 'product').future_product_details, 'future_product_details');
  const perpetual = isObject(details.perpetual_details) ? details.perpetual_details : {};
  const common = polled(spec.id, context, -1);
  const index = positiveOrNull(details.index_price);
  const events: MarketEvent[] = [{ ...common, type: 'mark', unit: 'quote', mark_price: null, index_price: index }];
  const amount = numberOrNull(details.open_interest) ?? numberOrNull(perpetual.open_interest);
  if (amount !== null && amount >= 0) {
    events.push({ ...common, type: 'open_interest', unit: 'contracts', amount, sides: 1, mark_price: null });
  }
  const rate = numberOrNull(details.funding_rate) ?? numberOrNull(perpetual.funding_rate);
  const next = details.funding_time === null ? -1 : instantOf(details.funding_time, 'funding_time', -1);
  const terms = { interval_ms: spec.funding_interval_ms, predicted_rate: null, next_settlement: next >= 0 ? next : null };
  const quality = rate === null ? 'missing' : common.quality;
  events.push({ ...common, quality, type: 'funding', unit: 'fraction', rate, ...terms });
  return events;
}

function candle(value: unknown) {
  const row = objectOf(value, 'bar');
  const openMs = integerOf(row.start, 'start') * 1000;
  return { openMs, open: row.open, high: row.high, low: row.low, close: row.close, volume: row.volume, quoteVolume: null };
}
