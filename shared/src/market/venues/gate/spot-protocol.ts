import { LIVENESS_LIMITS } from '../../book-sync/liveness.ts';
import { gateObuRule } from '../../book-sync/venue-rules.ts';
import { DEFAULT_LIFE_MS } from '../../feed/connection-limits.ts';
import type { FrameNotes } from '../../feed/frame-notes.ts';
import type { Stream } from '../../feed/stream.ts';
import type { VenueProtocol } from '../../feed/venue-protocol.ts';
import { FrameRefused } from '../frame-syntax.ts';
import { integerOf, objectOf, textOf } from '../json-fields.ts';
import { millisOf, positiveOf } from '../number-fields.ts';
import { gatePing, gateRequest, onGateAnswer, symbolsOf } from './channel-answers.ts';
import { gateSpot, gateSpotBookReply } from './spot-syntax.ts';

/** Levels of a `spot.obu` stream. */
export type GateSpotDepth = 50 | 400;

/** Gate spot, WebSocket v4: `spot.obu` books, whose stream brings the snapshot and numbers every update, and prints. */
export function gateSpotProtocol(depth: GateSpotDepth = 400): VenueProtocol {
  return {
    feedId: 'gate.spot',
    venue: 'gate',
    url: 'wss://api.gateio.ws/ws/v4/',
    limits: { mostStreams: 100, mostPerMessage: 20, messageGapMs: 100, lifeMs: DEFAULT_LIFE_MS },
    liveness: LIVENESS_LIMITS.gate,
    rule: gateObuRule,
    verifiesChecksum: false,
    depth,
    sizeUnit: 'base',
    syntax: gateSpot,
    sharedStreams: [],
    streamsOf: ({ venue_symbol: symbol }) => [
      { channel: 'book', symbol },
      { channel: 'trades', symbol },
    ],
    subscribe: (streams, id, nowMs) => request('subscribe', streams, depth, id, nowMs),
    unsubscribe: (streams, id, nowMs) => request('unsubscribe', streams, depth, id, nowMs),
    ping: gatePing('spot'),
    interpret,
    snapshot: null,
    audit: {
      everyMs: 300_000,
      sizeDecimals: null,
      request: (symbol) => ({
        path: `/api/v4/spot/order_book?currency_pair=${symbol}&limit=${depth}&with_id=true`,
        syntax: gateSpotBookReply(symbol),
      }),
    },
  };
}

function request(
  event: 'subscribe' | 'unsubscribe',
  streams: readonly Stream[],
  depth: GateSpotDepth,
  id: number,
  nowMs: number,
): string {
  const symbols = symbolsOf(streams);
  if (streams[0]!.channel === 'trades') return gateRequest('spot.trades', event, symbols, id, nowMs);
  const names = symbols.map((symbol) => `ob.${symbol}.${depth}`);
  return gateRequest('spot.obu', event, names, id, nowMs);
}

function interpret(message: unknown, notes: FrameNotes): void {
  const frame = objectOf(message, 'frame');
  if (onGateAnswer(frame, notes) || frame.channel !== 'spot.trades' || frame.event !== 'update') return;
  const entry = objectOf(frame.result, 'result');
  const { side } = entry;
  if (side !== 'buy' && side !== 'sell') throw new FrameRefused('shape', 'side of a trade');
  const trade = {
    symbol: textOf(entry.currency_pair, 'currency_pair'),
    id: String(integerOf(entry.id, 'id')),
    number: null,
    price: positiveOf(entry.price, 'price'),
    qty: positiveOf(entry.amount, 'amount'),
    side,
    tsEventMs: millisOf(entry.create_time_ms, 'create_time_ms'),
  } as const;
  notes.trades([trade], false);
}
