import type { LevelList } from '../book/level-list.ts';
import type { BookFrame } from './book-frame.ts';
import type { FrameDraft, FrameSyntax } from './frame-syntax.ts';
import { addLevel, arrayOf, type JsonObject, objectOf } from './json-fields.ts';

/** Where a REST book keeps its parts. */
export interface BookReplyShape {
  /** The object with `bids` and `asks`; throws `FrameRefused` for an answer that is none. */
  readonly sides: (reply: JsonObject) => JsonObject;
  /** Price and size of a level. */
  readonly level: (entry: unknown) => readonly [price: unknown, size: unknown];
}

/** Syntax of a REST book of one symbol, which the reply itself does not name, and without a sequence number: good to compare with. */
export function bookReply(symbol: string, shape: BookReplyShape): FrameSyntax {
  return { numbersAsText: true, digitsAreProof: false, decode: (value, draft) => decodeReply(value, symbol, shape, draft) };
}

/** A level `[price, size, …]`. */
export function listedLevel(entry: unknown): readonly [unknown, unknown] {
  const [price, size] = arrayOf(entry, 'level');
  return [price, size];
}

function decodeReply(value: unknown, symbol: string, shape: BookReplyShape, draft: FrameDraft): void {
  const { bids, asks } = shape.sides(objectOf(value, 'reply'));
  const book = draft.addBook(symbol);
  book.kind = 'snapshot';
  decodeSide(draft, book, book.bids, bids, shape);
  decodeSide(draft, book, book.asks, asks, shape);
}

function decodeSide(draft: FrameDraft, book: BookFrame, levels: LevelList, entries: unknown, shape: BookReplyShape): void {
  for (const entry of arrayOf(entries, 'levels')) {
    const [price, size] = shape.level(entry);
    addLevel(draft, book, levels, price, size);
  }
}
