import { LIVENESS_LIMITS } from '../../book-sync/liveness.ts';
import { mexcSpotRule } from '../../book-sync/venue-rules.ts';
import { DEFAULT_LIFE_MS } from '../../feed/connection-limits.ts';
import type { FrameNotes } from '../../feed/frame-notes.ts';
import type { Stream } from '../../feed/stream.ts';
import type { VenueProtocol } from '../../feed/venue-protocol.ts';
import { FrameRefused } from '../frame-syntax.ts';
import { integerOf, type JsonObject, objectOf } from '../json-fields.ts';
import { millisOrNull, positiveOf } from '../number-fields.ts';
import type { MexcDeal, MexcPush } from './push-message.ts';
import { mexcDepthReply, mexcSpot } from './spot-syntax.ts';

const BOOK = 'spot@public.aggre.depth.v3.api.pb@100ms@';
const TRADES = 'spot@public.aggre.deals.v3.api.pb@100ms@';
const DEPTH = 1000;

/** MEXC spot: protobuf depth updates bridged with the REST book by their versions, and prints. At most 30 subscriptions a socket. */
export function mexcSpotProtocol(): VenueProtocol {
  const bookRequest = (symbol: string) => ({
    path: `/api/v3/depth?symbol=${symbol}&limit=${DEPTH}`,
    syntax: mexcDepthReply(symbol),
  });
  return {
    feedId: 'mexc.spot',
    venue: 'mexc',
    url: 'wss://wbs-api.mexc.com/ws',
    limits: { mostStreams: 30, mostPerMessage: 15, messageGapMs: 100, lifeMs: DEFAULT_LIFE_MS },
    liveness: LIVENESS_LIMITS.mexc,
    rule: mexcSpotRule,
    verifiesChecksum: false,
    depth: DEPTH,
    sizeUnit: 'base',
    syntax: mexcSpot,
    sharedStreams: [],
    streamsOf: ({ venue_symbol: symbol }) => [
      { channel: 'book', symbol },
      { channel: 'trades', symbol },
    ],
    subscribe: (streams, id) => request('SUBSCRIPTION', streams, id),
    unsubscribe: (streams, id) => request('UNSUBSCRIPTION', streams, id),
    ping: () => '{"method":"PING"}',
    interpret,
    snapshot: bookRequest,
    audit: { everyMs: 300_000, sizeDecimals: null, request: bookRequest },
  };
}

function request(method: 'SUBSCRIPTION' | 'UNSUBSCRIPTION', streams: readonly Stream[], id: number): string {
  return JSON.stringify({
    method,
    params: streams.map(({ channel, symbol }) => `${channel === 'book' ? BOOK : TRADES}${symbol}`),
    id,
  });
}

function interpret(message: unknown, notes: FrameNotes): void {
  const frame = objectOf(message, 'frame');
  if (frame.push === undefined) {
    onAnswer(frame, notes);
    return;
  }
  const { symbol } = frame.push as MexcPush;
  if (frame.deals !== undefined) notes.trades(trades(symbol, frame.deals as readonly MexcDeal[]), false);
}

function onAnswer(frame: JsonObject, notes: FrameNotes): void {
  const text = typeof frame.msg === 'string' ? frame.msg : '';
  if (text === 'PONG') return;
  if (frame.code === undefined || frame.id === undefined) {
    notes.complained(text);
    return;
  }
  const id = integerOf(frame.id, 'id');
  // Refusals come with code 0 too and say so in the text.
  if (frame.code === 0 && !/^not subscribed|block|invalid/i.test(text)) notes.confirmedRequest(id);
  else notes.refusedRequest(id, text);
}

/** Prints have no id: time, price, size, side and the place among equal ones stand for it. */
function trades(symbol: string, deals: readonly MexcDeal[]) {
  const counts = new Map<string, number>();
  return deals.map(({ price, quantity, tradeType, time }) => {
    if ((tradeType !== 1 && tradeType !== 2) || millisOrNull(time) === null)
      throw new FrameRefused('shape', 'side or time of a trade');
    const name = `${time}-${price}-${quantity}-${tradeType}`;
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    return {
      symbol,
      id: `${name}-${count}`,
      number: null,
      price: positiveOf(price, 'price'),
      qty: positiveOf(quantity, 'quantity'),
      side: tradeType === 1 ? 'buy' : 'sell',
      tsEventMs: time,
    } as const;
  });
}
