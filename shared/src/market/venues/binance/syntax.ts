import { ABSENT } from '../book-frame.ts';
import type { FrameDraft, FrameSyntax } from '../frame-syntax.ts';
import { integerOf, isObject, type JsonObject, objectOf, textOf } from '../json-fields.ts';
import { decodeQuotedPairs, decodeSpan } from '../quoted-levels.ts';
import { createDepthScanner } from './scan-depth-update.ts';

/** Binance spot, USDM and COINM streams (recordings, and policy `global`): `depthUpdate` events, bare or in a combined stream. */
export function binanceStream(): FrameSyntax {
  return { scan: createDepthScanner(), numbersAsText: false, digitsAreProof: false, decode: decodeFrame };
}

/** The REST `depth` reply of one symbol, which the reply itself does not name. */
export function binanceDepthReply(symbol: string): FrameSyntax {
  return {
    numbersAsText: false,
    digitsAreProof: false,
    decode: (value, draft) => decodeReply(objectOf(value, 'reply'), symbol, draft),
  };
}

function decodeFrame(value: unknown, draft: FrameDraft): void {
  const frame = objectOf(value, 'frame');
  const event = isObject(frame.data) ? frame.data : frame;
  if (event.e !== 'depthUpdate') return;
  const book = draft.addBook(textOf(event.s, 's'));
  decodeSpan(book, event.U, event.u);
  book.previousId = event.pu === undefined ? ABSENT : integerOf(event.pu, 'pu');
  book.tsEventMs = integerOf(event.T ?? event.E, 'E');
  decodeQuotedPairs(draft, book, book.bids, event.b, 'b');
  decodeQuotedPairs(draft, book, book.asks, event.a, 'a');
}

function decodeReply(reply: JsonObject, symbol: string, draft: FrameDraft): void {
  const book = draft.addBook(symbol);
  book.kind = 'snapshot';
  book.firstId = book.lastId = integerOf(reply.lastUpdateId, 'lastUpdateId');
  book.tsEventMs = reply.T === undefined ? ABSENT : integerOf(reply.T, 'T');
  decodeQuotedPairs(draft, book, book.bids, reply.bids, 'bids');
  decodeQuotedPairs(draft, book, book.asks, reply.asks, 'asks');
}
