import type { LevelList } from '../../book/level-list.ts';
import type { BookFrame } from '../book-frame.ts';
import type { FrameDraft, FrameSyntax } from '../frame-syntax.ts';
import { addLevel, integerOf, objectOf } from '../json-fields.ts';
import { decodeQuotedPairs, decodeSpan } from '../quoted-levels.ts';
import { type PriceQty, readDeals, readDepth, readPush } from './push-message.ts';

/**
 * MEXC spot stream: pushes are protobuf, answers are JSON. Depth updates carry `fromVersion` and `toVersion`; every other push is
 * a message `{ push, deals? }` for the protocol.
 */
export function mexcSpot(): FrameSyntax {
  return { numbersAsText: false, digitsAreProof: false, decode: () => undefined, decodeBytes };
}

/** The REST `depth` reply of one symbol. */
export function mexcDepthReply(symbol: string): FrameSyntax {
  return {
    numbersAsText: false,
    digitsAreProof: false,
    decode: (value, draft) => {
      const reply = objectOf(value, 'reply');
      const book = draft.addBook(symbol);
      book.kind = 'snapshot';
      book.firstId = book.lastId = integerOf(reply.lastUpdateId, 'lastUpdateId');
      decodeQuotedPairs(draft, book, book.bids, reply.bids, 'bids');
      decodeQuotedPairs(draft, book, book.asks, reply.asks, 'asks');
    },
  };
}

const OPEN_OBJECT = 123;

/** Undefined for a frame that is not protobuf: its JSON route decides. */
function decodeBytes(bytes: Uint8Array, length: number, draft: FrameDraft): unknown {
  if (bytes[0] === OPEN_OBJECT) return undefined;
  const push = readPush(bytes, length);
  if (push.body.kind === 'deals') return { push, deals: readDeals(bytes, push.body.span) };
  if (push.body.kind === 'depth') {
    const depth = readDepth(bytes, push.body.span);
    const book = draft.addBook(push.symbol);
    decodeSpan(book, depth.fromVersion, depth.toVersion);
    book.tsEventMs = push.sendTime;
    addLevels(draft, book, book.bids, depth.bids);
    addLevels(draft, book, book.asks, depth.asks);
  }
  return { push };
}

function addLevels(draft: FrameDraft, book: BookFrame, levels: LevelList, entries: readonly PriceQty[]): void {
  for (const { price, quantity } of entries) addLevel(draft, book, levels, price, quantity);
}
