import type { LevelList } from '../../book/level-list.ts';
import type { BookDigits } from '../../book/order-book.ts';
import type { BookFrame } from '../book-frame.ts';
import { type BookScan, type FrameDraft, FrameRefused, type FrameSyntax } from '../frame-syntax.ts';
import { addLevel, arrayOf, integerOf, type JsonObject, objectOf, textOf } from '../json-fields.ts';
import { literal, NOT_HERE, scanInteger, scanLiteral, scanPlainText, scanUnits } from '../scan-bytes.ts';

/** WebSocket v1 of Kraken Futures: feeds `book_snapshot`, then `book` with one level and one `seq` per message. */
export function krakenFutures(): FrameSyntax {
  return { scan: createLevelScanner(), numbersAsText: true, digitsAreProof: false, decode: decodeFrame };
}

const HEAD = literal('{"feed":"book","product_id":"');
const SIDE = literal('","side":"');
const BUY = literal('buy","seq":');
const SELL = literal('sell","seq":');
const PRICE = literal(',"price":');
const SIZE = literal(',"qty":');
const TIMESTAMP = literal(',"timestamp":');
const CLOSE_OBJECT = 125;

function createLevelScanner(): BookScan {
  const numbers = new Float64Array(2);
  return ({ bytes }, length, instruments, frame) => {
    const symbol = scanLiteral(bytes, 0, HEAD);
    let at = scanPlainText(bytes, symbol, 32);
    if (at < 0) return false;
    frame.instrument = instruments.find(bytes, symbol, at);
    if (frame.instrument < 0) return false;
    at = scanLiteral(bytes, at, SIDE);
    const buy = scanLiteral(bytes, at, BUY);
    at = buy >= 0 ? buy : scanLiteral(bytes, at, SELL);
    at = scanInteger(bytes, at, numbers, 0);
    at = scanLevel(bytes, at, instruments.digits(frame.instrument), buy >= 0 ? frame.bids : frame.asks);
    at = scanLiteral(bytes, at, TIMESTAMP);
    at = scanInteger(bytes, at, numbers, 1);
    frame.firstId = frame.lastId = numbers[0]!;
    frame.tsEventMs = numbers[1]!;
    return at >= 0 && bytes[at] === CLOSE_OBJECT && at + 1 === length;
  };
}

function scanLevel(bytes: Uint8Array, from: number, digits: BookDigits, levels: LevelList): number {
  let at = scanLiteral(bytes, from, PRICE);
  at = scanUnits(bytes, at, digits.priceDecimals, levels.prices, 0);
  if (at < 0 || levels.prices[0] === 0) return NOT_HERE;
  at = scanLiteral(bytes, at, SIZE);
  levels.count = 1;
  return scanUnits(bytes, at, digits.sizeDecimals, levels.sizes, 0);
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
