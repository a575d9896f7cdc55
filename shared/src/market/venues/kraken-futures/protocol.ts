import { LIVENESS_LIMITS } from '../../book-sync/liveness.ts';
import { krakenFuturesRule } from '../../book-sync/venue-rules.ts';
import { DEFAULT_LIFE_MS } from '../../feed/connection-limits.ts';
import type { FrameNotes, TradeNote } from '../../feed/frame-notes.ts';
import type { Channel, Stream } from '../../feed/stream.ts';
import type { VenueProtocol } from '../../feed/venue-protocol.ts';
import { bookReply, listedLevel } from '../book-reply.ts';
import { FrameRefused } from '../frame-syntax.ts';
import { arrayOf, integerOf, type JsonObject, objectOf, textOf } from '../json-fields.ts';
import { millisOf, millisOrNull, numberOrNull, positiveOf, positiveOrNull } from '../number-fields.ts';
import { krakenFutures } from './syntax.ts';

const HOUR_MS = 3_600_000;
/** The venue's own cap on its hourly rate; beyond it something was misread (market data spec §7.2). */
export const MOST_HOURLY_RATE = 0.0025;

const FEEDS: Readonly<Partial<Record<Channel, string>>> = {
  book: 'book',
  trades: 'trade',
  ticker: 'ticker',
  heartbeat: 'heartbeat',
};
const CHANNELS: Readonly<Record<string, Channel>> = {
  book: 'book',
  trade: 'trades',
  ticker: 'ticker',
  heartbeat: 'heartbeat',
};

/** Kraken Futures, WebSocket v1: books numbered per product, prints with liquidations, tickers with mark, funding and open interest. */
export function krakenFuturesProtocol(): VenueProtocol {
  return {
    feedId: 'krakenfutures.perp',
    venue: 'krakenfutures',
    url: 'wss://futures.kraken.com/ws/v1',
    limits: { mostStreams: 151, mostPerMessage: 25, messageGapMs: 250, lifeMs: DEFAULT_LIFE_MS },
    liveness: LIVENESS_LIMITS.kraken_futures,
    rule: krakenFuturesRule,
    verifiesChecksum: false,
    depth: Number.POSITIVE_INFINITY,
    sizeUnit: 'contracts',
    syntax: krakenFutures,
    sharedStreams: [{ channel: 'heartbeat', symbol: '' }],
    streamsOf: ({ venue_symbol: symbol }) => [
      { channel: 'book', symbol },
      { channel: 'trades', symbol },
      { channel: 'ticker', symbol },
    ],
    subscribe: (streams) => request('subscribe', streams),
    unsubscribe: (streams) => request('unsubscribe', streams),
    ping: 'frame',
    interpret,
    snapshot: null,
    audit: {
      everyMs: 300_000,
      sizeDecimals: null,
      request: (symbol) => ({
        path: `/derivatives/api/v3/orderbook?symbol=${symbol}`,
        syntax: bookReply(symbol, { sides: (reply) => objectOf(reply.orderBook, 'orderBook'), level: listedLevel }),
      }),
    },
  };
}

function request(event: 'subscribe' | 'unsubscribe', streams: readonly Stream[]): string {
  const feed = FEEDS[streams[0]!.channel]!;
  const products = streams.map((stream) => stream.symbol);
  return JSON.stringify(feed === 'heartbeat' ? { event, feed } : { event, feed, product_ids: products });
}

function interpret(message: unknown, notes: FrameNotes): void {
  const frame = objectOf(message, 'frame');
  if (frame.event === 'subscribed') {
    onSubscribed(frame, notes);
    return;
  }
  if (frame.event === 'error' || frame.event === 'alert') {
    notes.complained(String(frame.message));
    return;
  }
  switch (frame.feed) {
    case 'trade':
      onTrades([trade(frame)], false, notes);
      return;
    case 'trade_snapshot':
      onTrades(
        arrayOf(frame.trades, 'trades').map((entry) => trade(objectOf(entry, 'trade'))),
        true,
        notes,
      );
      return;
    case 'ticker':
      onTicker(frame, notes);
      return;
    case 'heartbeat':
      notes.confirmed('heartbeat', '');
      return;
  }
}

function onSubscribed(frame: JsonObject, notes: FrameNotes): void {
  const channel = CHANNELS[String(frame.feed)];
  if (channel === undefined) return;
  const products = frame.product_ids === undefined ? [''] : arrayOf(frame.product_ids, 'product_ids');
  for (const product of products) notes.confirmed(channel, textOf(product, 'product_id'));
}

interface FuturesTrade extends TradeNote {
  readonly isLiquidation: boolean;
}

function trade(entry: JsonObject): FuturesTrade {
  const { side } = entry;
  if (side !== 'buy' && side !== 'sell') throw new FrameRefused('shape', 'side of a trade');
  return {
    symbol: textOf(entry.product_id, 'product_id'),
    id: textOf(entry.uid, 'uid'),
    number: entry.seq === undefined ? null : integerOf(entry.seq, 'seq'),
    price: positiveOf(entry.price, 'price'),
    qty: positiveOf(entry.qty, 'qty'),
    side,
    tsEventMs: millisOf(entry.time, 'time'),
    isLiquidation: entry.type === 'liquidation',
  };
}

/** A liquidation is a print too; a forced sell closes a long. */
function onTrades(trades: readonly FuturesTrade[], isHistory: boolean, notes: FrameNotes): void {
  notes.trades(trades, isHistory);
  if (isHistory) return;
  for (const { symbol, side, price, qty, tsEventMs, isLiquidation } of trades) {
    if (isLiquidation)
      notes.liquidation(symbol, { liquidated: side === 'sell' ? 'long' : 'short', price, qty }, tsEventMs, false);
  }
}

function onTicker(frame: JsonObject, notes: FrameNotes): void {
  const symbol = textOf(frame.product_id, 'product_id');
  const tsEventMs = millisOf(frame.time, 'time');
  const mark = positiveOrNull(frame.markPrice);
  notes.mark(symbol, mark, positiveOrNull(frame.index), tsEventMs);
  const contracts = numberOrNull(frame.openInterest);
  if (contracts !== null && contracts >= 0) notes.openInterest(symbol, contracts, 1, mark, tsEventMs);
  const rate = numberOrNull(frame.relative_funding_rate);
  if (rate === null) return;
  const funding = {
    unit: 'fraction',
    rate,
    interval_ms: HOUR_MS,
    predicted_rate: numberOrNull(frame.relative_funding_rate_prediction),
    next_settlement: millisOrNull(frame.next_funding_rate_time),
    isSuspect: Math.abs(rate) > MOST_HOURLY_RATE,
  } as const;
  notes.funding(symbol, funding, tsEventMs);
}
