import type { BookFrame } from '../book-frame.ts';
import { type FormStep, type FrameForm, integer, level, maybe, name, text } from '../frame-scanner/frame-form.ts';
import { type FrameDraft, FrameRefused, type FrameSyntax } from '../frame-syntax.ts';
import { addLevel, arrayOf, integerOf, type JsonObject, objectOf, textOf } from '../json-fields.ts';

const LEVEL = { before: ',"price":', between: ',"qty":', behind: ',"timestamp":' };

function change(side: 'bids' | 'asks'): readonly FormStep[] {
  return [integer('lastId'), level(side, LEVEL), integer('time')];
}

/** `{"feed":"book","product_id":"PI_LTCUSD","side":"sell","seq":…,"price":…,"qty":…,"timestamp":…}` */
const BOOK: FrameForm = {
  start: [text('{"feed":"book","product_id":"'), name()],
  rest: [[text('","side":"'), maybe('buy","seq":', change('bids'), [text('sell","seq":'), ...change('asks')]), text('}')]],
};

/** WebSocket v1 of Kraken Futures: feeds `book_snapshot`, then `book` with one level and one `seq` per message. */
export function krakenFutures(): FrameSyntax {
  return { form: BOOK, numbersAsText: true, digitsAreProof: false, decode: decodeFrame };
}

function decodeFrame(value: unknown, draft: FrameDraft): void {
  const frame = objectOf(value, 'frame');
  if (frame.feed !== 'book' && frame.feed !== 'book_snapshot') return;
  // The acknowledgement of a subscription names the same feed.
  if (frame.event !== undefined) return;
  const book = draft.addBook(textOf(frame.product_id, 'product_id'));
  book.firstId = book.lastId = integerOf(frame.seq, 'seq');
  book.tsEventMs = integerOf(frame.timestamp, 'timestamp');
  if (frame.feed === 'book') decodeChange(draft, book, frame);
  else decodeSnapshot(draft, book, frame);
}

function decodeChange(draft: FrameDraft, book: BookFrame, frame: JsonObject): void {
  if (frame.side !== 'buy' && frame.side !== 'sell') throw new FrameRefused('shape', 'side', book.instrument);
  addLevel(draft, book, frame.side === 'buy' ? book.bids : book.asks, frame.price, frame.qty);
}

function decodeSnapshot(draft: FrameDraft, book: BookFrame, frame: JsonObject): void {
  book.kind = 'snapshot';
  for (const side of ['bids', 'asks'] as const) {
    for (const entry of arrayOf(frame[side], side)) {
      const { price, qty } = objectOf(entry, 'level');
      addLevel(draft, book, book[side], price, qty);
    }
  }
}
