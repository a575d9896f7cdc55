import { ABSENT } from '../book-frame.ts';
import {
  type FormStep,
  type FrameForm,
  integer,
  levels,
  maybe,
  name,
  QUOTED_PAIR,
  text,
  variant,
} from '../frame-scanner/frame-form.ts';
import type { FrameDraft, FrameSyntax } from '../frame-syntax.ts';
import { integerOf, isObject, type JsonObject, objectOf, textOf } from '../json-fields.ts';
import { decodeQuotedPairs, decodeSpan } from '../quoted-levels.ts';

const REST: readonly FormStep[] = [
  maybe('","ps":"', [name()]),
  text('","U":'),
  integer('firstId'),
  text(',"u":'),
  integer('lastId'),
  maybe(',"pu":', [integer('previousId')]),
  text(',"b":'),
  levels('bids', QUOTED_PAIR),
  text(',"a":'),
  levels('asks', QUOTED_PAIR),
];

/** `{"e":"depthUpdate","E":…,"T":…,"s":"ETHUSDT","ps":…,"U":…,"u":…,"pu":…,"b":[…],"a":[…]}`, bare or in a combined stream. */
const DEPTH_UPDATE: FrameForm = {
  start: [
    maybe('{"stream":"', [name(), text('","data":'), variant(1)]),
    text('{"e":"depthUpdate","E":'),
    integer('time'),
    maybe(',"T":', [integer('time')]),
    text(',"s":"'),
    name(),
  ],
  rest: [
    [...REST, text('}')],
    [...REST, text('}}')],
  ],
};

/** Binance spot, USDM and COINM streams (recordings, and policy `global`): `depthUpdate` events, bare or in a combined stream. */
export function binanceStream(): FrameSyntax {
  return { form: DEPTH_UPDATE, numbersAsText: false, digitsAreProof: false, decode: decodeFrame };
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
