import { LIVENESS_LIMITS } from '../../book-sync/liveness.ts';
import { connectionNumberedRule } from '../../book-sync/venue-rules.ts';
import { DEFAULT_LIFE_MS } from '../../feed/connection-limits.ts';
import type { FrameNotes, TradeNote } from '../../feed/frame-notes.ts';
import type { Channel, Stream } from '../../feed/stream.ts';
import type { VenueProtocol } from '../../feed/venue-protocol.ts';
import { bookReply } from '../book-reply.ts';
import { FrameRefused } from '../frame-syntax.ts';
import { arrayOf, instantOf, integerOf, isObject, type JsonObject, objectOf, textOf } from '../json-fields.ts';
import { positiveOf } from '../number-fields.ts';
import { coinbaseAdvanced } from './syntax.ts';

const NAMES: Readonly<Partial<Record<Channel, string>>> = { book: 'level2', trades: 'market_trades', heartbeat: 'heartbeats' };
const CHANNELS: Readonly<Record<string, Channel>> = { level2: 'book', market_trades: 'trades', heartbeats: 'heartbeat' };

/** Coinbase Advanced Trade: full books and prints, every frame of the connection numbered, heartbeats counted. */
export function coinbaseProtocol(): VenueProtocol {
  return {
    feedId: 'coinbase.spot',
    venue: 'coinbase',
    url: 'wss://advanced-trade-ws.coinbase.com',
    limits: { mostStreams: 61, mostPerMessage: 30, messageGapMs: 150, lifeMs: DEFAULT_LIFE_MS },
    liveness: LIVENESS_LIMITS.coinbase,
    rule: connectionNumberedRule,
    verifiesChecksum: false,
    depth: Number.POSITIVE_INFINITY,
    sizeUnit: 'base',
    syntax: coinbaseAdvanced,
    // First, because the venue cuts a connection that asks for nothing within five seconds.
    sharedStreams: [{ channel: 'heartbeat', symbol: '' }],
    streamsOf: ({ venue_symbol: symbol }) => [
      { channel: 'book', symbol },
      { channel: 'trades', symbol },
    ],
    subscribe: (streams) => request('subscribe', streams),
    unsubscribe: (streams) => request('unsubscribe', streams),
    ping: null,
    interpret,
    snapshot: null,
    audit: {
      everyMs: 300_000,
      sizeDecimals: null,
      request: (symbol) => ({
        path: `/api/v3/brokerage/market/product_book?product_id=${symbol}&limit=500`,
        syntax: bookReply(symbol, { sides: (reply) => objectOf(reply.pricebook, 'pricebook'), level: namedLevel }),
      }),
    },
  };
}

function request(type: 'subscribe' | 'unsubscribe', streams: readonly Stream[]): string {
  const channel = NAMES[streams[0]!.channel]!;
  const products = streams.map((stream) => stream.symbol);
  return JSON.stringify(channel === 'heartbeats' ? { type, channel } : { type, product_ids: products, channel });
}

function interpret(message: unknown, notes: FrameNotes): void {
  const frame = objectOf(message, 'frame');
  if (frame.type === 'error') {
    notes.complained(String(frame.message));
    return;
  }
  switch (frame.channel) {
    case 'subscriptions':
      onSubscriptions(frame, notes);
      return;
    case 'market_trades':
      onTrades(frame, notes);
      return;
    case 'heartbeats':
      onHeartbeats(frame, notes);
      return;
  }
}

function namedLevel(entry: unknown): readonly [unknown, unknown] {
  const { price, size } = objectOf(entry, 'level');
  return [price, size];
}

/** The answer lists everything that is subscribed on the connection by now. */
function onSubscriptions(frame: JsonObject, notes: FrameNotes): void {
  for (const event of arrayOf(frame.events, 'events')) {
    const { subscriptions } = objectOf(event, 'event');
    for (const [name, products] of Object.entries(isObject(subscriptions) ? subscriptions : {})) {
      const channel = CHANNELS[name];
      if (channel === undefined) continue;
      for (const product of arrayOf(products, name))
        notes.confirmed(channel, channel === 'heartbeat' ? '' : textOf(product, name));
    }
  }
}

function onTrades(frame: JsonObject, notes: FrameNotes): void {
  for (const event of arrayOf(frame.events, 'events')) {
    const { type, trades } = objectOf(event, 'event');
    const entries = arrayOf(trades, 'trades').map((entry) => trade(objectOf(entry, 'trade')));
    notes.trades(entries, type === 'snapshot');
  }
}

/**
 * `side` is the maker's: in the recorded session every print with `SELL` lies at the ask. Numbers of one batch come in any order
 * and lost frames show in the connection's sequence, so they are no gap check here.
 */
function trade(entry: JsonObject): TradeNote {
  const { side } = entry;
  if (side !== 'BUY' && side !== 'SELL') throw new FrameRefused('shape', 'side of a trade');
  return {
    symbol: textOf(entry.product_id, 'product_id'),
    id: textOf(entry.trade_id, 'trade_id'),
    number: null,
    price: positiveOf(entry.price, 'price'),
    qty: positiveOf(entry.size, 'size'),
    side: side === 'SELL' ? 'buy' : 'sell',
    tsEventMs: instantOf(entry.time, 'time', -1),
  };
}

function onHeartbeats(frame: JsonObject, notes: FrameNotes): void {
  notes.confirmed('heartbeat', '');
  for (const event of arrayOf(frame.events, 'events')) {
    notes.heartbeat(integerOf(objectOf(event, 'event').heartbeat_counter, 'heartbeat_counter'));
  }
}
