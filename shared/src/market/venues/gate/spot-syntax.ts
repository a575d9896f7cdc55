import type { BookFrame } from '../book-frame.ts';
import { type FrameForm, integer, levels, maybe, name, QUOTED_PAIR, text } from '../frame-scanner/frame-form.ts';
import type { FrameDraft, FrameSyntax } from '../frame-syntax.ts';
import { integerOf, type JsonObject, objectOf, textOf } from '../json-fields.ts';
import { decodeQuotedPairs, decodeSpan } from '../quoted-levels.ts';

/**
 * `{"time":…,"channel":"spot.order_book_update","event":"update","result":{"t":…,"e":"depthUpdate","E":…,"s":"BTC_USDT","U":…,"u":…,
 * "b":[…],"a":[…]}}`. The last of its times counts; `E` stands where the first number comes to stand.
 */
const BOOK_UPDATE: FrameForm = {
  start: [
    text('{"time":'),
    integer('time'),
    maybe(',"time_ms":', [integer('time')]),
    text(',"channel":"spot.order_book_update","event":"update","result":{"t":'),
    integer('time'),
    text(',"e":"depthUpdate","E":'),
    integer('firstId'),
    text(',"s":"'),
    name(),
  ],
  rest: [
    [
      text('","U":'),
      integer('firstId'),
      text(',"u":'),
      integer('lastId'),
      text(',"b":'),
      levels('bids', QUOTED_PAIR),
      text(',"a":'),
      levels('asks', QUOTED_PAIR),
      text('}}'),
    ],
  ],
};

/**
 * Gate spot WebSocket v4: `spot.order_book_update` (bridged with the REST book) and `spot.obu` (its `full` frame replaces the
 * book). The first names the pair `s`, the second in the stream name `ob.BTC_USDT.400`.
 */
export function gateSpot(): FrameSyntax {
  return { form: BOOK_UPDATE, numbersAsText: false, digitsAreProof: false, decode: decodeFrame };
}

/** The REST `order_book?with_id=true` reply of one pair. */
export function gateSpotBookReply(pair: string): FrameSyntax {
  return {
    numbersAsText: false,
    digitsAreProof: false,
    decode: (value, draft) => decodeReply(objectOf(value, 'reply'), pair, draft),
  };
}

function decodeFrame(value: unknown, draft: FrameDraft): void {
  const frame = objectOf(value, 'frame');
  if (frame.event !== 'update') return;
  if (frame.channel === 'spot.order_book_update') decodeUpdate(objectOf(frame.result, 'result'), draft);
  else if (frame.channel === 'spot.obu') decodeObu(objectOf(frame.result, 'result'), draft);
}

function decodeUpdate(result: JsonObject, draft: FrameDraft): void {
  const book = draft.addBook(textOf(result.s, 's'));
  decodeChange(result, book, draft);
}

function decodeObu(result: JsonObject, draft: FrameDraft): void {
  const book = draft.addBook(/^ob\.([A-Z0-9_]+)\.\d+$/.exec(textOf(result.s, 's'))?.[1] ?? '');
  decodeChange({ ...result, U: result.U ?? result.u, b: result.b ?? [], a: result.a ?? [] }, book, draft);
}

function decodeChange(result: JsonObject, book: BookFrame, draft: FrameDraft): void {
  if (result.full === true) book.kind = 'snapshot';
  decodeSpan(book, result.U, result.u);
  book.tsEventMs = integerOf(result.t, 't');
  decodeQuotedPairs(draft, book, book.bids, result.b, 'b');
  decodeQuotedPairs(draft, book, book.asks, result.a, 'a');
}

function decodeReply(reply: JsonObject, pair: string, draft: FrameDraft): void {
  const book = draft.addBook(pair);
  book.kind = 'snapshot';
  book.firstId = book.lastId = integerOf(reply.id, 'id');
  decodeQuotedPairs(draft, book, book.bids, reply.bids, 'bids');
  decodeQuotedPairs(draft, book, book.asks, reply.asks, 'asks');
}
