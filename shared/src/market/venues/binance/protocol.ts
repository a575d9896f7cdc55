import type { InstrumentSpec } from '../../../contracts/instrument-spec.ts';
import type { LivenessLimits } from '../../book-sync/liveness.ts';
import { binanceFuturesRule, binanceSpotRule } from '../../book-sync/venue-rules.ts';
import { DEFAULT_LIFE_MS } from '../../feed/connection-limits.ts';
import type { FrameNotes } from '../../feed/frame-notes.ts';
import type { Channel, Stream } from '../../feed/stream.ts';
import type { VenueProtocol } from '../../feed/venue-protocol.ts';
import { FrameRefused } from '../frame-syntax.ts';
import { integerOf, isObject, type JsonObject, objectOf, textOf } from '../json-fields.ts';
import { millisOf, millisOrNull, numberOrNull, positiveOf, positiveOrNull } from '../number-fields.ts';
import { binanceDepthReply, binanceStream } from './syntax.ts';

/** The venue pings every few minutes, which the WebSocket library answers; tickers and updates are what keeps a socket loud. */
const LIVENESS: LivenessLimits = { staleAfterMs: 10_000, reconnectAfterMs: 30_000, pingEveryMs: 60_000, expectedGapMs: 20_000 };
const LIMITS = { mostStreams: 200, mostPerMessage: 50, messageGapMs: 300, lifeMs: DEFAULT_LIFE_MS };

const SPOT_STREAMS: Readonly<Partial<Record<Channel, string>>> = { book: '@depth@100ms', trades: '@trade' };
const FUTURES_STREAMS: Readonly<Partial<Record<Channel, string>>> = {
  book: '@depth@100ms',
  trades: '@aggTrade',
  ticker: '@markPrice@1s',
  liquidations: '@forceOrder',
};

/** Binance spot, only under a policy that allows it: bridged books and prints. */
export function binanceSpotProtocol(): VenueProtocol {
  return protocol(
    'binance.spot',
    'binance',
    'wss://stream.binance.com:9443/stream',
    SPOT_STREAMS,
    '/api/v3/depth',
    5000,
    new Map(),
  );
}

/** Binance USDM, likewise, with mark, funding and forced orders. */
export function binanceUsdmProtocol(instruments: readonly InstrumentSpec[]): VenueProtocol {
  const intervals = new Map(instruments.map((spec) => [spec.venue_symbol, spec.funding_interval_ms]));
  const url = 'wss://fstream.binance.com/stream';
  return protocol('binanceusdm.perp', 'binanceusdm', url, FUTURES_STREAMS, '/fapi/v1/depth', 1000, intervals);
}

type Intervals = ReadonlyMap<string, number | null>;

function protocol(
  feedId: string,
  venue: string,
  url: string,
  names: typeof SPOT_STREAMS,
  depthPath: string,
  depth: number,
  intervals: Intervals,
): VenueProtocol {
  const channels = Object.keys(names) as Channel[];
  const bookRequest = (symbol: string) => ({
    path: `${depthPath}?symbol=${symbol}&limit=${depth}`,
    syntax: binanceDepthReply(symbol),
  });
  return {
    feedId,
    venue,
    url,
    limits: LIMITS,
    liveness: LIVENESS,
    rule: venue === 'binance' ? binanceSpotRule : binanceFuturesRule,
    verifiesChecksum: false,
    depth: Number.POSITIVE_INFINITY,
    sizeUnit: 'base',
    syntax: binanceStream,
    sharedStreams: [],
    streamsOf: ({ venue_symbol: symbol }) => channels.map((channel) => ({ channel, symbol })),
    subscribe: (streams, id) => request('SUBSCRIBE', streams, names, id),
    unsubscribe: (streams, id) => request('UNSUBSCRIBE', streams, names, id),
    ping: 'frame',
    interpret: (message, notes) => interpret(message, intervals, notes),
    snapshot: bookRequest,
    audit: { everyMs: 300_000, sizeDecimals: null, request: bookRequest },
  };
}

function request(method: string, streams: readonly Stream[], names: typeof SPOT_STREAMS, id: number): string {
  return JSON.stringify({ method, params: streams.map(({ channel, symbol }) => `${symbol.toLowerCase()}${names[channel]}`), id });
}

function interpret(message: unknown, intervals: Intervals, notes: FrameNotes): void {
  const frame = objectOf(message, 'frame');
  if (frame.id !== undefined) {
    onAnswer(frame, notes);
    return;
  }
  const event = isObject(frame.data) ? frame.data : frame;
  switch (event.e) {
    case 'trade':
    case 'aggTrade':
      notes.trades([trade(event)], false);
      return;
    case 'markPriceUpdate':
      onMark(event, intervals, notes);
      return;
    case 'forceOrder':
      onForcedOrder(objectOf(event.o, 'o'), notes);
      return;
  }
}

function onAnswer(frame: JsonObject, notes: FrameNotes): void {
  if (frame.id === null) {
    notes.complained(JSON.stringify(frame.error ?? frame));
    return;
  }
  const id = integerOf(frame.id, 'id');
  if (frame.error === undefined && frame.code === undefined) notes.confirmedRequest(id);
  else notes.refusedRequest(id, JSON.stringify(frame.error ?? frame.msg ?? frame.code));
}

/** `m`: the buyer was the maker, so the taker sold. Ids are consecutive per symbol. */
function trade(event: JsonObject) {
  if (typeof event.m !== 'boolean') throw new FrameRefused('shape', 'm of a trade');
  const number = integerOf(event.a ?? event.t, 'trade id');
  return {
    symbol: textOf(event.s, 's'),
    id: String(number),
    number,
    price: positiveOf(event.p, 'p'),
    qty: positiveOf(event.q, 'q'),
    side: event.m ? 'sell' : 'buy',
    tsEventMs: millisOf(event.T, 'T'),
  } as const;
}

function onMark(event: JsonObject, intervals: Intervals, notes: FrameNotes): void {
  const symbol = textOf(event.s, 's');
  const tsEventMs = millisOf(event.E, 'E');
  notes.mark(symbol, positiveOrNull(event.p), positiveOrNull(event.i), tsEventMs);
  const rate = numberOrNull(event.r);
  const next = millisOrNull(event.T);
  if (rate === null || next === null) return;
  const interval = intervals.get(symbol) ?? null;
  const funding = { unit: 'fraction', rate, interval_ms: interval, predicted_rate: null, next_settlement: next } as const;
  notes.funding(symbol, funding, tsEventMs);
}

/** A forced sell closes a long. */
function onForcedOrder(order: JsonObject, notes: FrameNotes): void {
  if (order.S !== 'SELL' && order.S !== 'BUY') throw new FrameRefused('shape', 'side of a forced order');
  const liquidated = order.S === 'SELL' ? 'long' : 'short';
  const price = positiveOrNull(order.ap) ?? positiveOf(order.p, 'p');
  const qty = positiveOrNull(order.z) ?? positiveOf(order.q, 'q');
  notes.liquidation(textOf(order.s, 's'), { liquidated, price, qty }, millisOf(order.T, 'T'), false);
}
