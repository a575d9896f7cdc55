import { LIVENESS_LIMITS } from '../../book-sync/liveness.ts';
import { krakenSpotRule } from '../../book-sync/venue-rules.ts';
import { DEFAULT_LIFE_MS } from '../../feed/connection-limits.ts';
import type { FrameNotes } from '../../feed/frame-notes.ts';
import type { Channel, Stream } from '../../feed/stream.ts';
import type { VenueProtocol } from '../../feed/venue-protocol.ts';
import { FrameRefused } from '../frame-syntax.ts';
import { arrayOf, instantOf, integerOf, isObject, type JsonObject, objectOf, textOf } from '../json-fields.ts';
import { positiveOf } from '../number-fields.ts';
import { krakenDepthReply } from './depth-reply.ts';
import { krakenRestName } from './pair-names.ts';
import { parsePrecisions } from './parse-precisions.ts';
import { krakenSpotV2 } from './v2-syntax.ts';

/** Depths that the venue offers. */
export type KrakenDepth = 10 | 25 | 100 | 500 | 1000;

const CHANNELS: Readonly<Record<string, Channel>> = { book: 'book', trade: 'trades', instrument: 'instruments' };
/** Levels of the REST book that a live book is compared with. */
const AUDIT_LEVELS = 500;

/** Kraken spot, WebSocket v2: checksummed books, prints, and the digits that checksums are rendered with. */
export function krakenSpotProtocol(depth: KrakenDepth = 1000): VenueProtocol {
  return {
    feedId: 'kraken.spot',
    venue: 'kraken',
    url: 'wss://ws.kraken.com/v2',
    limits: { mostStreams: 101, mostPerMessage: 25, messageGapMs: 250, lifeMs: DEFAULT_LIFE_MS },
    liveness: LIVENESS_LIMITS.kraken_spot,
    rule: krakenSpotRule,
    verifiesChecksum: true,
    depth,
    sizeUnit: 'base',
    syntax: krakenSpotV2,
    sharedStreams: [{ channel: 'instruments', symbol: '' }],
    streamsOf: ({ venue_symbol: symbol }) => [
      { channel: 'book', symbol },
      { channel: 'trades', symbol },
    ],
    subscribe: (streams, id) => request('subscribe', streams, id, depth),
    unsubscribe: (streams, id) => request('unsubscribe', streams, id, depth),
    ping: () => '{"method":"ping"}',
    interpret,
    snapshot: null,
    audit: {
      everyMs: 300_000,
      sizeDecimals: 3,
      request: (symbol) => ({
        path: `/0/public/Depth?pair=${krakenRestName(symbol)}&count=${AUDIT_LEVELS}`,
        syntax: krakenDepthReply(symbol),
      }),
    },
  };
}

function request(method: 'subscribe' | 'unsubscribe', streams: readonly Stream[], id: number, depth: KrakenDepth): string {
  const symbol = streams.map((stream) => stream.symbol);
  return JSON.stringify({ method, params: params(streams[0]!.channel, symbol, depth), req_id: id });
}

function params(channel: Channel, symbol: readonly string[], depth: KrakenDepth): JsonObject {
  if (channel === 'book') return { channel: 'book', symbol, depth, snapshot: true };
  return channel === 'trades' ? { channel: 'trade', symbol, snapshot: true } : { channel: 'instrument', snapshot: true };
}

function interpret(message: unknown, notes: FrameNotes): void {
  const frame = objectOf(message, 'frame');
  if (frame.method === 'subscribe') onAnswer(frame, notes);
  else if (frame.channel === 'trade') onTrades(frame, notes);
  else if (frame.channel === 'instrument') onInstruments(frame, notes);
  else if (frame.channel === 'status') onStatus(frame, notes);
}

/** One answer per symbol. */
function onAnswer(frame: JsonObject, notes: FrameNotes): void {
  const result = isObject(frame.result) ? frame.result : {};
  const channel = CHANNELS[String(result.channel)];
  const symbol = typeof result.symbol === 'string' ? result.symbol : '';
  if (frame.success === true && channel !== undefined) {
    notes.confirmed(channel, symbol);
    return;
  }
  const reason = typeof frame.error === 'string' ? frame.error : 'no reason given';
  // Asked twice is subscribed once.
  if (/already subscribed/i.test(reason) && frame.req_id !== undefined) {
    notes.confirmedRequest(integerOf(frame.req_id, 'req_id'));
    return;
  }
  if (typeof frame.symbol !== 'string') {
    notes.complained(reason);
    return;
  }
  // The answer names the symbol but not the channel: without the pair there is neither.
  for (const refused of ['book', 'trades'] as const) notes.refused(refused, frame.symbol, reason);
}

function onTrades(frame: JsonObject, notes: FrameNotes): void {
  const trades = arrayOf(frame.data, 'data').map((value) => {
    const entry = objectOf(value, 'trade');
    const { side } = entry;
    if (side !== 'buy' && side !== 'sell') throw new FrameRefused('shape', 'side of a trade');
    const number = integerOf(entry.trade_id, 'trade_id');
    const tsEventMs = instantOf(entry.timestamp, 'timestamp', -1);
    const price = positiveOf(entry.price, 'price');
    const qty = positiveOf(entry.qty, 'qty');
    return { symbol: textOf(entry.symbol, 'symbol'), id: String(number), number, price, qty, side, tsEventMs } as const;
  });
  notes.trades(trades, frame.type === 'snapshot');
}

function onInstruments(frame: JsonObject, notes: FrameNotes): void {
  const precisions = parsePrecisions(frame);
  if (!precisions.ok) throw new FrameRefused(precisions.error.code, precisions.error.detail);
  notes.confirmed('instruments', '');
  for (const { symbol, ...digits } of precisions.value) notes.digits(symbol, digits);
}

/** Anything but `online` means that books stand still: `maintenance`, `cancel_only`, `post_only` still stream. */
function onStatus(frame: JsonObject, notes: FrameNotes): void {
  for (const entry of arrayOf(frame.data, 'data')) {
    if (objectOf(entry, 'status').system === 'maintenance') notes.leaving('maintenance');
  }
}
