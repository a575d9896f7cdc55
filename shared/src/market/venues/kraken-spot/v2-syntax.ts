import type { LevelList } from '../../book/level-list.ts';
import { ABSENT, type BookFrame } from '../book-frame.ts';
import { type FrameForm, instant, integer, levels, maybe, name, snapshot, text } from '../frame-scanner/frame-form.ts';
import { type FrameDraft, FrameRefused, type FrameSyntax } from '../frame-syntax.ts';
import { addLevel, arrayOf, instantOf, integerOf, type JsonObject, objectOf, textOf } from '../json-fields.ts';

const LEVEL = { before: '{"price":', between: ',"qty":', behind: '}', everyDigit: true };

/** `{"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[…],"asks":[…],"checksum":…,"timestamp":"…"}]}` */
const BOOK: FrameForm = {
  start: [
    text('{"channel":"book","type":"'),
    maybe('update"', [], [text('snapshot"'), snapshot()]),
    text(',"data":[{"symbol":"'),
    name(),
  ],
  rest: [
    [
      text('","bids":'),
      levels('bids', LEVEL),
      text(',"asks":'),
      levels('asks', LEVEL),
      text(',"checksum":'),
      integer('checksum'),
      maybe(',"timestamp":"', [instant(), text('"')]),
      text('}]}'),
    ],
  ],
};

/** WebSocket v2 of Kraken spot: `book` frames; everything else is a `message` for the other parsers. */
export function krakenSpotV2(): FrameSyntax {
  return { form: BOOK, numbersAsText: true, digitsAreProof: true, decode: decodeFrame };
}

function decodeFrame(value: unknown, draft: FrameDraft): void {
  const frame = objectOf(value, 'frame');
  if (frame.channel !== 'book') return;
  if (frame.type !== 'snapshot' && frame.type !== 'update') throw new FrameRefused('shape', 'type of a book frame');
  const entries = arrayOf(frame.data, 'data');
  if (entries.length === 0) throw new FrameRefused('shape', 'a book frame without data');
  for (const entry of entries) decodeBook(objectOf(entry, 'data'), frame.type, draft);
}

function decodeBook(entry: JsonObject, kind: BookFrame['kind'], draft: FrameDraft): void {
  const book = draft.addBook(textOf(entry.symbol, 'symbol'));
  book.kind = kind;
  decodeSide(draft, book, book.bids, arrayOf(entry.bids, 'bids'));
  decodeSide(draft, book, book.asks, arrayOf(entry.asks, 'asks'));
  book.checksum = integerOf(entry.checksum, 'checksum');
  if (book.checksum > 0xffff_ffff) throw new FrameRefused('shape', 'checksum is beyond 32 bits', book.instrument);
  book.tsEventMs = instantOf(entry.timestamp, 'timestamp', ABSENT);
}

function decodeSide(draft: FrameDraft, book: BookFrame, levels: LevelList, entries: readonly unknown[]): void {
  const { priceDecimals, sizeDecimals } = draft.instruments.digits(book.instrument);
  for (const entry of entries) {
    const { price, qty } = objectOf(entry, 'level');
    addLevel(draft, book, levels, price, qty);
    if (fractionDigits(price) !== priceDecimals || fractionDigits(qty) !== sizeDecimals) book.digitsLost = true;
  }
}

function fractionDigits(text: unknown): number {
  const point = typeof text === 'string' ? text.indexOf('.') : -1;
  return point < 0 ? 0 : (text as string).length - point - 1;
}
