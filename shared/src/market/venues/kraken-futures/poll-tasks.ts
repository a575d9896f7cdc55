import type { InstrumentSpec } from '../../../contracts/instrument-spec.ts';
import type { LongShortEvent } from '../../../contracts/market-events/derivative-events.ts';
import type { MarketEvent } from '../../../contracts/market-events/market-event.ts';
import { POLL_EVERY_MS, type PollContext, type PollRequest, type PollTask, polled } from '../../feed/poll-task.ts';
import { FrameRefused } from '../frame-syntax.ts';
import { arrayOf, instantOf, type JsonObject, objectOf } from '../json-fields.ts';
import { krakenRestName } from '../kraken-spot/pair-names.ts';
import { numberOf, numberOrNull, positiveOrNull } from '../number-fields.ts';
import { type AnalyticsRow, analyticsRows } from './analytics.ts';
import { MOST_HOURLY_RATE } from './protocol.ts';

const HOUR_MS = 3_600_000;
/** Window of the ratios and flows that are asked for. */
const WINDOW_MS = 300_000;
/** History that is worth telling: the slope of nine eight-hour buckets and thirty settled periods lie within. */
const HISTORY_MS = 10 * 86_400_000;

/**
 * What is polled of Kraken Futures. Funding and liquidations come by the stream; the ticker's absolute rate is never used, and
 * `liquidation-volume` neither, as nobody knows whether it tells longs from shorts.
 */
export function krakenFuturesTasks(instruments: readonly InstrumentSpec[]): readonly PollTask[] {
  const specs = new Map(instruments.map((spec) => [spec.venue_symbol, spec]));
  const perpetuals = instruments.filter((spec) => spec.kind === 'perp');
  if (perpetuals.length === 0) return [tickersTask(specs)];
  return [tickersTask(specs), basisTask(perpetuals), ...perpetuals.flatMap(perProduct)];
}

function get(path: string): PollRequest {
  return { venue: 'krakenfutures', path };
}

function tickersTask(specs: ReadonlyMap<string, InstrumentSpec>): PollTask {
  return {
    name: 'tickers',
    everyMs: POLL_EVERY_MS.openInterest,
    isHistory: false,
    requests: () => [get('/derivatives/api/v3/tickers')],
    read: ([value], context) => {
      const reply = objectOf(value, 'reply');
      if (reply.result !== 'success') throw new FrameRefused('shape', `result ${JSON.stringify(reply.result)}`);
      const tsEventMs = instantOf(reply.serverTime, 'serverTime', -1);
      return arrayOf(reply.tickers, 'tickers').flatMap((entry) => {
        const row = objectOf(entry, 'ticker');
        const spec = specs.get(String(row.symbol).toUpperCase());
        return spec === undefined ? [] : tickerEvents(spec, row, tsEventMs, context);
      });
    },
  };
}

function tickerEvents(spec: InstrumentSpec, row: JsonObject, tsEventMs: number, context: PollContext): readonly MarketEvent[] {
  const common = polled(spec.id, context, tsEventMs);
  const mark = positiveOrNull(row.markPrice);
  const events: MarketEvent[] = [
    { ...common, type: 'mark', unit: 'quote', mark_price: mark, index_price: positiveOrNull(row.indexPrice) },
  ];
  const amount = numberOrNull(row.openInterest);
  if (amount !== null && amount >= 0) {
    events.push({ ...common, type: 'open_interest', unit: 'contracts', amount, sides: 1, mark_price: mark });
  }
  return events;
}

function perProduct(spec: InstrumentSpec): readonly PollTask[] {
  const { id, venue_symbol: symbol } = spec;
  const analytics = (type: string) => (nowMs: number) => [analyticsRequest(symbol, type, nowMs)];
  return [
    {
      name: 'funding_history',
      everyMs: POLL_EVERY_MS.fundingHistory,
      isHistory: true,
      requests: () => [get(`/derivatives/api/v4/historicalfundingrates?symbol=${symbol}`)],
      read: ([reply], context) => settledEvents(id, objectOf(reply, 'reply'), context),
    },
    {
      name: 'long_short',
      everyMs: POLL_EVERY_MS.longShort,
      isHistory: true,
      requests: analytics('long-short-info'),
      read: ([reply], context) => ratioEvents(id, 'accounts', analyticsRows(reply), context),
    },
    {
      name: 'top_traders',
      everyMs: POLL_EVERY_MS.longShort,
      isHistory: true,
      requests: analytics('top-traders'),
      read: ([reply], context) => ratioEvents(id, 'top_positions', analyticsRows(reply), context),
    },
    {
      name: 'taker_flow',
      everyMs: POLL_EVERY_MS.longShort,
      isHistory: true,
      requests: (nowMs) => ['trade-volume', 'aggressor-differential'].map((type) => analyticsRequest(symbol, type, nowMs)),
      read: ([volume, difference], context) => flowEvents(id, analyticsRows(volume), analyticsRows(difference), context),
    },
  ];
}

function analyticsRequest(symbol: string, type: string, nowMs: number): PollRequest {
  const since = Math.floor(nowMs / 1000) - (3 * WINDOW_MS) / 1000;
  return get(`/api/charts/v1/analytics/${symbol}/${type}?since=${since}&interval=${WINDOW_MS / 1000}`);
}

/** Marks against Kraken's own spot prices of the same pairs. */
function basisTask(perpetuals: readonly InstrumentSpec[]): PollTask {
  const pairs = new Map(perpetuals.map((spec) => [spec, pairOf(spec)]));
  const names = [...pairs.values()].map(krakenRestName).join(',');
  return {
    name: 'basis',
    everyMs: POLL_EVERY_MS.openInterest,
    isHistory: false,
    requests: () => [get('/derivatives/api/v3/tickers'), { venue: 'kraken', path: `/0/public/Ticker?pair=${names}` }],
    read: ([futures, spot], context) => {
      const rows = arrayOf(objectOf(futures, 'reply').tickers, 'tickers').map((row) => objectOf(row, 'ticker'));
      const marks = new Map(rows.map((row) => [String(row.symbol).toUpperCase(), positiveOrNull(row.markPrice)]));
      const prices = spotPrices(spot);
      return [...pairs].flatMap(([spec, pair]) => {
        const spotPrice = prices(pair);
        const against = { spot_price: spotPrice, spot_instrument: `${pair.replace('/', '-')}.spot@kraken` };
        const markPrice = marks.get(spec.venue_symbol) ?? null;
        if (markPrice === null || spotPrice === null) return [];
        return [{ ...polled(spec.id, context, -1), type: 'basis', unit: 'quote', mark_price: markPrice, ...against } as const];
      });
    },
  };
}

function pairOf(spec: InstrumentSpec): string {
  return spec.id.slice(0, spec.id.indexOf('.')).replace('-', '/');
}

/** Last prices of Kraken's `Ticker` reply by v2 name; its keys are names of today (`SOLUSD`) or of old (`XXBTZUSD`). */
function spotPrices(value: unknown): (pair: string) => number | null {
  const reply = objectOf(value, 'spot reply');
  if (arrayOf(reply.error, 'error').length > 0) throw new FrameRefused('shape', `error ${JSON.stringify(reply.error)}`);
  const rows = objectOf(reply.result, 'result');
  return (pair) => {
    const [base = '', quote = ''] = pair.split('/').map(krakenRestName);
    const row = rows[`${base}${quote}`] ?? rows[`X${base}Z${quote}`];
    return row === undefined ? null : positiveOrNull(arrayOf(objectOf(row, 'pair').c, 'c')[0]);
  };
}

/** The relative field is the rate; the other one is money per contract. */
function settledEvents(id: string, reply: JsonObject, context: PollContext): readonly MarketEvent[] {
  const from = context.nowMs - HISTORY_MS;
  return arrayOf(reply.rates, 'rates').flatMap((entry) => {
    const row = objectOf(entry, 'rate');
    const tsMs = instantOf(row.timestamp, 'timestamp', -1);
    if (tsMs < from) return [];
    const rate = numberOf(row.relativeFundingRate, 'relativeFundingRate');
    const quality = Math.abs(rate) > MOST_HOURLY_RATE ? 'suspect' : 'live';
    return [
      { ...polled(id, context, tsMs, quality), type: 'funding_settled', unit: 'fraction', rate, interval_ms: HOUR_MS } as const,
    ];
  });
}

/** Ratio of a bucket by whatever name it goes: stated, or from both sides. */
function ratioEvents(
  id: string,
  population: LongShortEvent['population'],
  rows: readonly AnalyticsRow[],
  context: PollContext,
): readonly MarketEvent[] {
  return rows
    .filter((row) => isOver(row, context))
    .map(({ tsMs, fields }) => {
      const longs = find(fields, /long(?!short)/i, /ratio/i);
      const shorts = find(fields, /(?<!long)short/i, /ratio/i);
      const ratio = find(fields, /ratio|^value$/i) ?? (longs !== null && shorts !== null && shorts > 0 ? longs / shorts : null);
      const common = polled(id, context, tsMs, ratio === null ? 'missing' : 'live', tsMs + WINDOW_MS);
      // The sides are shares, rounded by themselves: they cannot be held against the ratio.
      return { ...common, type: 'long_short', unit: 'ratio', population, ratio, longs: null, shorts: null } as const;
    });
}

/** buy = (volume + difference) / 2 (market data spec §7.1). */
function flowEvents(
  id: string,
  volumes: readonly AnalyticsRow[],
  differences: readonly AnalyticsRow[],
  context: PollContext,
): readonly MarketEvent[] {
  const byTime = new Map(differences.map((row) => [row.tsMs, row.fields.value]));
  return volumes
    .filter((row) => isOver(row, context))
    .flatMap(({ tsMs, fields: { value: volume } }) => {
      const difference = byTime.get(tsMs);
      if (volume === undefined || difference === undefined || Math.abs(difference) > volume) return [];
      const window = { window_ms: WINDOW_MS, window_end: tsMs + WINDOW_MS };
      const isSilent = volume === 0;
      const flow = isSilent ? { buy: null, sell: null } : { buy: (volume + difference) / 2, sell: (volume - difference) / 2 };
      const common = polled(id, context, tsMs, isSilent ? 'missing' : 'live', window.window_end);
      return [{ ...common, type: 'taker_volume', unit: 'contracts', ...window, ...flow } as const];
    });
}

function isOver({ tsMs }: AnalyticsRow, { nowMs }: PollContext): boolean {
  return tsMs + WINDOW_MS <= nowMs;
}

function find(fields: AnalyticsRow['fields'], wanted: RegExp, except?: RegExp): number | null {
  const name = Object.keys(fields).find((key) => wanted.test(key) && except?.test(key) !== true);
  const value = name === undefined ? undefined : fields[name];
  return value !== undefined && value >= 0 ? value : null;
}
