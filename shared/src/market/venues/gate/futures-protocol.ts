import type { InstrumentSpec } from '../../../contracts/instrument-spec.ts';
import { LIVENESS_LIMITS } from '../../book-sync/liveness.ts';
import { gateUpdateRule } from '../../book-sync/venue-rules.ts';
import { type ConnectionLimits, DEFAULT_LIFE_MS } from '../../feed/connection-limits.ts';
import type { FrameNotes } from '../../feed/frame-notes.ts';
import type { Channel, Stream } from '../../feed/stream.ts';
import type { VenueProtocol } from '../../feed/venue-protocol.ts';
import { FrameRefused } from '../frame-syntax.ts';
import { arrayOf, integerOf, type JsonObject, objectOf, textOf } from '../json-fields.ts';
import { millisOf, millisOrNull, numberOf, numberOrNull, positiveOf, positiveOrNull } from '../number-fields.ts';
import { gatePing, gateRequest, onGateAnswer, symbolsOf } from './channel-answers.ts';
import { gateStats } from './contract-stats.ts';
import { gateFutures, gateFuturesBookReply } from './futures-syntax.ts';

const DEPTH = 100;
/** A REST book is cut at its own moment, between two updates: behind its last level must be what the stream counts as known. */
const SNAPSHOT_DEPTH = 2 * DEPTH;
const STATS_WINDOW_MS = 60_000;
const MINUTE = '1m';
const LIMITS: ConnectionLimits = {
  mostStreams: 150,
  mostPerMessage: 20,
  onePerMessage: ['book', 'stats'],
  messageGapMs: 50,
  lifeMs: DEFAULT_LIFE_MS,
};

/** Gate futures in USDT, WebSocket v4: bridged books, prints, tickers with mark and funding, minute statistics, liquidations. */
export function gateFuturesProtocol(instruments: readonly InstrumentSpec[]): VenueProtocol {
  const intervals = new Map(instruments.map((spec) => [spec.venue_symbol, spec.funding_interval_ms]));
  const bookRequest = (symbol: string) => ({
    path: `/api/v4/futures/usdt/order_book?contract=${symbol}&limit=${SNAPSHOT_DEPTH}&with_id=true`,
    syntax: gateFuturesBookReply(symbol),
  });
  return {
    feedId: 'gate.perp',
    venue: 'gate',
    url: 'wss://fx-ws.gateio.ws/v4/ws/usdt',
    // Every book of a connection needs a REST snapshot within ten seconds of its opening.
    limits: LIMITS,
    liveness: LIVENESS_LIMITS.gate,
    rule: gateUpdateRule,
    verifiesChecksum: false,
    depth: DEPTH,
    sizeUnit: 'contracts',
    syntax: gateFutures,
    sharedStreams: [],
    streamsOf: ({ venue_symbol: symbol }) =>
      (['book', 'trades', 'ticker', 'stats', 'liquidations'] as const).map((channel) => ({ channel, symbol })),
    subscribe: (streams, id, nowMs) => request('subscribe', streams, id, nowMs),
    unsubscribe: (streams, id, nowMs) => request('unsubscribe', streams, id, nowMs),
    ping: gatePing('futures'),
    interpret: (message, notes) => interpret(message, intervals, notes),
    snapshot: bookRequest,
    audit: { everyMs: 300_000, sizeDecimals: null, request: bookRequest },
  };
}

const CHANNELS: Readonly<Partial<Record<Channel, string>>> = {
  book: 'futures.order_book_update',
  trades: 'futures.trades',
  ticker: 'futures.tickers',
  stats: 'futures.contract_stats',
  liquidations: 'futures.public_liquidates',
};

function request(event: 'subscribe' | 'unsubscribe', streams: readonly Stream[], id: number, nowMs: number): string {
  const { channel } = streams[0]!;
  const extra = channel === 'book' ? ['100ms', String(DEPTH)] : channel === 'stats' ? [MINUTE] : [];
  return gateRequest(CHANNELS[channel]!, event, [...symbolsOf(streams), ...extra], id, nowMs);
}

type Intervals = ReadonlyMap<string, number | null>;

function interpret(message: unknown, intervals: Intervals, notes: FrameNotes): void {
  const frame = objectOf(message, 'frame');
  if (onGateAnswer(frame, notes) || frame.event !== 'update') return;
  // Some channels send a list, some one object: both are taken everywhere.
  const rows = (Array.isArray(frame.result) ? arrayOf(frame.result, 'result') : [frame.result]).map((row) =>
    objectOf(row, 'row'),
  );
  switch (frame.channel) {
    case 'futures.trades':
      notes.trades(rows.map(trade), false);
      return;
    case 'futures.tickers':
      for (const row of rows) onTicker(row, tsOf(frame), intervals, notes);
      return;
    case 'futures.contract_stats':
      for (const row of rows) onStats(row, notes);
      return;
    case 'futures.public_liquidates':
      for (const row of rows) onLiquidation(row, notes);
  }
}

function secondsOf(value: unknown, field: string): number {
  return millisOf(integerOf(value, field) * 1000, field);
}

function laterThan2001(value: unknown): number | null {
  const ms = millisOrNull(value);
  return ms !== null && ms >= 1e12 ? ms : null;
}

function tsOf(frame: JsonObject): number {
  return millisOrNull(frame.time_ms) ?? secondsOf(frame.time, 'time');
}

/** The sign of the size is the taker's side. */
function trade(row: JsonObject) {
  const size = numberOf(row.size, 'size');
  if (size === 0) throw new FrameRefused('shape', 'size of a trade');
  return {
    symbol: textOf(row.contract, 'contract'),
    id: String(integerOf(row.id, 'id')),
    number: null,
    price: positiveOf(row.price, 'price'),
    qty: Math.abs(size),
    side: size > 0 ? 'buy' : 'sell',
    // Early recordings put seconds with a fraction into this field.
    tsEventMs: laterThan2001(row.create_time_ms) ?? secondsOf(row.create_time, 'create_time'),
  } as const;
}

function onTicker(row: JsonObject, tsEventMs: number, intervals: Intervals, notes: FrameNotes): void {
  const symbol = textOf(row.contract, 'contract');
  const mark = positiveOrNull(row.mark_price);
  notes.mark(symbol, mark, positiveOrNull(row.index_price), tsEventMs);
  const total = numberOrNull(row.total_size);
  if (total !== null && total >= 0) notes.openInterest(symbol, total, 2, mark, tsEventMs);
  const rate = numberOrNull(row.funding_rate);
  if (rate === null) return;
  const predicted = numberOrNull(row.funding_rate_indicative);
  const interval = intervals.get(symbol) ?? null;
  const funding = { unit: 'fraction', rate, interval_ms: interval, predicted_rate: predicted, next_settlement: null } as const;
  notes.funding(symbol, funding, tsEventMs);
}

function onStats(row: JsonObject, notes: FrameNotes): void {
  notes.stats(textOf(row.contract, 'contract'), gateStats(row, STATS_WINDOW_MS));
}

/**
 * The venue does not document whose size the sign is: until sums were matched with the statistics these are suspect, and the
 * statistics are used (market data spec §7.2). Read as the closed order's: a negative size sells a long.
 */
function onLiquidation(row: JsonObject, notes: FrameNotes): void {
  const size = numberOf(row.size, 'size');
  if (size === 0) throw new FrameRefused('shape', 'size of a liquidation');
  const tsEventMs = millisOrNull(row.time_ms) ?? secondsOf(row.time, 'time');
  const liquidation = {
    liquidated: size < 0 ? 'long' : 'short',
    price: positiveOf(row.price, 'price'),
    qty: Math.abs(size),
  } as const;
  notes.liquidation(textOf(row.contract, 'contract'), liquidation, tsEventMs, true);
}
