import { LIVENESS_LIMITS } from '../../book-sync/liveness.ts';
import { connectionNumberedRule } from '../../book-sync/venue-rules.ts';
import { DEFAULT_LIFE_MS } from '../../feed/connection-limits.ts';
import type { FrameNotes } from '../../feed/frame-notes.ts';
import type { Stream } from '../../feed/stream.ts';
import type { VenueProtocol } from '../../feed/venue-protocol.ts';
import { bookReply } from '../book-reply.ts';
import { FrameRefused } from '../frame-syntax.ts';
import { integerOf, type JsonObject, objectOf, textOf } from '../json-fields.ts';
import { millisOf, positiveOf } from '../number-fields.ts';
import { geminiV2 } from './syntax.ts';

/** Gemini market data v2: one subscription brings a symbol's book and prints. Nothing is numbered: a comparison every minute is the proof. */
export function geminiProtocol(kind: 'spot' | 'perp' = 'spot'): VenueProtocol {
  return {
    feedId: `gemini.${kind}`,
    venue: 'gemini',
    url: 'wss://api.gemini.com/v2/marketdata',
    limits: { mostStreams: 20, mostPerMessage: 20, messageGapMs: 250, lifeMs: DEFAULT_LIFE_MS },
    liveness: LIVENESS_LIMITS.gemini,
    rule: connectionNumberedRule,
    verifiesChecksum: false,
    depth: Number.POSITIVE_INFINITY,
    sizeUnit: 'base',
    syntax: geminiV2,
    sharedStreams: [],
    streamsOf: ({ venue_symbol: symbol }) => [{ channel: 'book', symbol }],
    subscribe: (streams) => request('subscribe', streams),
    unsubscribe: (streams) => request('unsubscribe', streams),
    ping: null,
    interpret,
    snapshot: null,
    audit: {
      everyMs: 60_000,
      sizeDecimals: null,
      request: (symbol) => ({
        path: `/v1/book/${symbol.toLowerCase()}?limit_bids=500&limit_asks=500`,
        syntax: bookReply(symbol, { sides: (reply) => reply, level: namedLevel }),
      }),
    },
  };
}

function request(type: 'subscribe' | 'unsubscribe', streams: readonly Stream[]): string {
  const symbols = streams.map((stream) => stream.symbol);
  return JSON.stringify({ type, subscriptions: [{ name: 'l2', symbols }] });
}

function interpret(message: unknown, notes: FrameNotes): void {
  const frame = objectOf(message, 'frame');
  if (frame.result === 'error') {
    notes.complained(String(frame.reason));
    return;
  }
  if (frame.type === 'trade') onTrade(frame, notes);
}

function onTrade(frame: JsonObject, notes: FrameNotes): void {
  const { side } = frame;
  if (side !== 'buy' && side !== 'sell') throw new FrameRefused('shape', 'side of a trade');
  const trade = {
    symbol: textOf(frame.symbol, 'symbol'),
    id: String(integerOf(frame.event_id, 'event_id')),
    number: null,
    price: positiveOf(frame.price, 'price'),
    qty: positiveOf(frame.quantity, 'quantity'),
    side,
    tsEventMs: millisOf(frame.timestamp, 'timestamp'),
  } as const;
  notes.trades([trade], false);
}

function namedLevel(entry: unknown): readonly [unknown, unknown] {
  const { price, amount } = objectOf(entry, 'level');
  return [price, amount];
}
