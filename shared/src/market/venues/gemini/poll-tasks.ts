import type { InstrumentSpec } from '../../../contracts/instrument-spec.ts';
import type { MarketEvent } from '../../../contracts/market-events/market-event.ts';
import { candleEvents } from '../../feed/candle-events.ts';
import { POLL_EVERY_MS, type PollContext, type PollTask, polled } from '../../feed/poll-task.ts';
import { arrayOf, integerOf, objectOf } from '../json-fields.ts';
import { millisOrNull, numberOrNull, positiveOrNull } from '../number-fields.ts';

const HOUR_MS = 3_600_000;

/** What is polled of Gemini spot: closed hourly bars, without quote volumes. */
export function geminiSpotTasks(instruments: readonly InstrumentSpec[]): readonly PollTask[] {
  return instruments.map(({ id, venue_symbol: symbol }) => ({
    name: 'candles',
    everyMs: POLL_EVERY_MS.candles,
    isHistory: true,
    requests: () => [{ venue: 'gemini', path: `/v2/candles/${symbol.toLowerCase()}/1hr` }],
    read: ([reply], context) => candleEvents(id, arrayOf(reply, 'reply').map(candle), HOUR_MS, 'base', context),
  }));
}

/** What is polled of Gemini's perpetuals: mark, index and open interest; funding as money per contract. */
export function geminiPerpTasks(instruments: readonly InstrumentSpec[]): readonly PollTask[] {
  return instruments.flatMap(
    (spec) =>
      [
        {
          name: 'riskstats',
          everyMs: POLL_EVERY_MS.openInterest,
          isHistory: false,
          requests: () => [{ venue: 'gemini', path: `/v1/riskstats/${spec.venue_symbol.toLowerCase()}` }],
          read: ([reply], context) => riskEvents(spec, reply, context),
        },
        {
          name: 'fundingamount',
          everyMs: POLL_EVERY_MS.funding,
          isHistory: false,
          requests: () => [{ venue: 'gemini', path: `/v1/fundingamount/${spec.venue_symbol.toLowerCase()}` }],
          read: ([reply], context) => [fundingEvent(spec, reply, context)],
        },
      ] satisfies readonly PollTask[],
  );
}

function riskEvents(spec: InstrumentSpec, reply: unknown, context: PollContext): readonly MarketEvent[] {
  const row = objectOf(reply, 'reply');
  const common = polled(spec.id, context, -1);
  const mark = positiveOrNull(row.mark_price);
  const events: MarketEvent[] = [
    { ...common, type: 'mark', unit: 'quote', mark_price: mark, index_price: positiveOrNull(row.index_price) },
  ];
  const amount = numberOrNull(row.open_interest);
  if (amount !== null && amount >= 0)
    events.push({ ...common, type: 'open_interest', unit: 'base', amount, sides: 1, mark_price: mark });
  return events;
}

function fundingEvent(spec: InstrumentSpec, reply: unknown, context: PollContext): MarketEvent {
  const row = objectOf(reply, 'reply');
  const rate = numberOrNull(row.amount);
  const next = millisOrNull(row.nextFundingTimestamp);
  return {
    ...polled(spec.id, context, millisOrNull(row.fundingTimestampMilliSecs) ?? -1, rate === null ? 'missing' : 'live'),
    type: 'funding',
    unit: 'quote_per_contract',
    rate,
    interval_ms: spec.funding_interval_ms,
    predicted_rate: numberOrNull(row.estimatedFundingAmount),
    next_settlement: next,
  };
}

/** `[time ms, open, high, low, close, volume]`, newest first. */
function candle(value: unknown) {
  const row = arrayOf(value, 'bar');
  const openMs = integerOf(row[0], 'time');
  return { openMs, open: row[1], high: row[2], low: row[3], close: row[4], volume: row[5], quoteVolume: null };
}
