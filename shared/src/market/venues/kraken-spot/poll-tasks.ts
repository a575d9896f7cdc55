import type { InstrumentSpec } from '../../../contracts/instrument-spec.ts';
import { candleEvents } from '../../feed/candle-events.ts';
import { POLL_EVERY_MS, type PollTask } from '../../feed/poll-task.ts';
import { FrameRefused } from '../frame-syntax.ts';
import { arrayOf, integerOf, objectOf } from '../json-fields.ts';
import { numberOrNull } from '../number-fields.ts';
import { krakenRestName } from './pair-names.ts';

const HOUR_MS = 3_600_000;
const BARS = 30;

/** What is polled of Kraken spot: closed hourly bars, whose quote volume is volume × average price. */
export function krakenSpotTasks(instruments: readonly InstrumentSpec[]): readonly PollTask[] {
  return instruments.map(({ id, venue_symbol: symbol }) => ({
    name: 'candles',
    everyMs: POLL_EVERY_MS.candles,
    isHistory: true,
    requests: (nowMs) => {
      const since = Math.floor((nowMs - BARS * HOUR_MS) / 1000);
      return [{ venue: 'kraken', path: `/0/public/OHLC?pair=${krakenRestName(symbol)}&interval=60&since=${since}` }];
    },
    read: ([value], context) => {
      const reply = objectOf(value, 'reply');
      if (arrayOf(reply.error, 'error').length > 0) throw new FrameRefused('shape', `error ${JSON.stringify(reply.error)}`);
      const rows = Object.entries(objectOf(reply.result, 'result')).find(([key]) => key !== 'last')?.[1];
      return candleEvents(id, arrayOf(rows, 'bars').map(candle), HOUR_MS, 'base', context);
    },
  }));
}

/** `[time s, open, high, low, close, vwap, volume, count]`. */
function candle(value: unknown) {
  const row = arrayOf(value, 'bar');
  const [average, volume] = [numberOrNull(row[5]), numberOrNull(row[6])];
  const quoteVolume = average === null || volume === null ? null : average * volume;
  const openMs = integerOf(row[0], 'time') * 1000;
  return { openMs, open: row[1], high: row[2], low: row[3], close: row[4], volume: row[6], quoteVolume };
}
