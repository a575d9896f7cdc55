import type { LevelList } from '../../book/level-list.ts';
import type { BookDigits } from '../../book/order-book.ts';
import type { BookFrame } from '../book-frame.ts';
import { type FrameDraft, FrameRefused, type FrameSyntax } from '../frame-syntax.ts';
import { addLevel, arrayOf, integerOf, isObject, type JsonObject, textOf } from '../json-fields.ts';

/**
 * WebSocket v1 of Kraken spot, kept for recordings: `[channelId, {…}, {…}?, "book-1000", "XBT/USD"]`. A message may carry two
 * dicts, one a side; the one checksum `c` applies after both (market data spec §4.2). The texts of v1 may show more digits than
 * the pair list says, all of them zeros (`354.15000000`), and the checksum is over the texts: the snapshot tells how many.
 */
export function krakenSpotV1(): FrameSyntax {
  return { numbersAsText: false, digitsAreProof: true, decode: decodeFrame };
}

function decodeFrame(value: unknown, draft: FrameDraft): void {
  if (isObject(value)) return;
  const frame = arrayOf(value, 'frame');
  const channel = textOf(frame.at(-2), 'channel name');
  if (!channel.startsWith('book-')) return;
  const dicts = frame.slice(1, -2).filter(isObject);
  if (dicts.length === 0 || dicts.length !== frame.length - 3) throw new FrameRefused('shape', 'dicts of a book frame');
  const book = draft.addBook(textOf(frame.at(-1), 'pair'));
  for (const dict of dicts) followDigits(draft, book, dict);
  for (const dict of dicts) decodeDict(draft, book, dict);
  if (book.kind === 'update' && book.checksum < 0) throw new FrameRefused('shape', 'update without checksum', book.instrument);
}

function followDigits(draft: FrameDraft, book: BookFrame, dict: JsonObject): void {
  const known = draft.instruments.digits(book.instrument);
  for (const entries of [dict.as, dict.bs]) {
    if (!Array.isArray(entries) || !Array.isArray(entries[0])) continue;
    const price = fractionDigits(entries[0][0]);
    const size = fractionDigits(entries[0][1]);
    if (
      price === known.priceDecimals + (known.textZeros?.price ?? 0) &&
      size === known.sizeDecimals + (known.textZeros?.size ?? 0)
    ) {
      continue;
    }
    throw new FrameRefused('excess_digits', 'digits of a snapshot', book.instrument, shownDigits(known, price, size));
  }
}

function shownDigits(known: BookDigits, price: number, size: number): BookDigits {
  const priceDecimals = Math.min(known.priceDecimals, price);
  const sizeDecimals = Math.min(known.sizeDecimals, size);
  const textZeros = { price: Math.min(15, price - priceDecimals), size: Math.min(15, size - sizeDecimals) };
  return { priceDecimals, sizeDecimals, textZeros };
}

function decodeDict(draft: FrameDraft, book: BookFrame, dict: JsonObject): void {
  for (const [key, entry] of Object.entries(dict)) {
    if (key === 'c') book.checksum = integerOf(entry, 'c');
    else if (key === 'b' || key === 'a') decodeLevels(draft, book, key === 'b' ? book.bids : book.asks, entry);
    else if (key === 'bs' || key === 'as') {
      book.kind = 'snapshot';
      decodeLevels(draft, book, key === 'bs' ? book.bids : book.asks, entry);
    } else throw new FrameRefused('shape', `unknown field ${key}`, book.instrument);
  }
}

function decodeLevels(draft: FrameDraft, book: BookFrame, levels: LevelList, entries: unknown): void {
  for (const entry of arrayOf(entries, 'levels')) {
    const level = arrayOf(entry, 'level');
    addLevel(draft, book, levels, textOf(level[0], 'price'), textOf(level[1], 'volume'));
  }
}

function fractionDigits(text: unknown): number {
  const number = textOf(text, 'number');
  return number.length - 1 - (number.includes('.') ? number.indexOf('.') : number.length - 1);
}
