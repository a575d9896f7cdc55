import type { LevelList } from '../../book/level-list.ts';
import type { BookFrame } from '../book-frame.ts';
import type { FrameDraft, FrameSyntax } from '../frame-syntax.ts';
import { addLevel, arrayOf, integerOf, objectOf, textOf } from '../json-fields.ts';
import { decodeSpan } from '../quoted-levels.ts';

/**
 * Gate futures WebSocket v4: `futures.order_book_update`, levels `{p, s}` with sizes in contracts, bridged with the REST book. Prices
 * are texts and sizes whole numbers: nothing needs its source text, whose keeping takes three times as long as the rest. A size with a
 * fraction that is no text is refused.
 */
export function gateFutures(): FrameSyntax {
  return { numbersAsText: false, digitsAreProof: false, decode: decodeFrame };
}

/** The REST `order_book?with_id=true` reply of one contract. */
export function gateFuturesBookReply(contract: string): FrameSyntax {
  return { numbersAsText: true, digitsAreProof: false, decode: (value, draft) => decodeReply(value, contract, draft) };
}

function decodeFrame(value: unknown, draft: FrameDraft): void {
  const frame = objectOf(value, 'frame');
  if (frame.channel !== 'futures.order_book_update' || frame.event !== 'update') return;
  const result = objectOf(frame.result, 'result');
  const book = draft.addBook(textOf(result.s, 's'));
  if (result.full === true) book.kind = 'snapshot';
  decodeSpan(book, result.U, result.u);
  book.tsEventMs = integerOf(result.t, 't');
  decodeLevels(draft, book, book.bids, result.b, 'b');
  decodeLevels(draft, book, book.asks, result.a, 'a');
}

function decodeReply(value: unknown, contract: string, draft: FrameDraft): void {
  const reply = objectOf(value, 'reply');
  const book = draft.addBook(contract);
  book.kind = 'snapshot';
  book.firstId = book.lastId = integerOf(reply.id, 'id');
  decodeLevels(draft, book, book.bids, reply.bids, 'bids');
  decodeLevels(draft, book, book.asks, reply.asks, 'asks');
}

function decodeLevels(draft: FrameDraft, book: BookFrame, levels: LevelList, entries: unknown, field: string): void {
  for (const entry of arrayOf(entries, field)) {
    const { p, s } = objectOf(entry, 'level');
    addLevel(draft, book, levels, p, s);
  }
}
