import type { BookFrame } from '../book-frame.ts';
import { ABSENT } from '../book-frame.ts';
import { type FrameDraft, FrameRefused, type FrameSyntax } from '../frame-syntax.ts';
import { addLevel, arrayOf, instantOf, integerOf, type JsonObject, objectOf, textOf } from '../json-fields.ts';

/**
 * Coinbase Advanced Trade: channel `l2_data`, sides `bid` and `offer`. Every frame of every channel carries the connection's
 * `sequence_num`, which is the only gap check there is, so a frame without it is refused.
 */
export function coinbaseAdvanced(): FrameSyntax {
  return { numbersAsText: false, digitsAreProof: false, decode: decodeFrame };
}

function decodeFrame(value: unknown, draft: FrameDraft): void {
  const frame = objectOf(value, 'frame');
  if (frame.type === 'error') return;
  draft.connectionSequence = integerOf(frame.sequence_num, 'sequence_num');
  if (frame.channel !== 'l2_data') return;
  const tsEventMs = instantOf(frame.timestamp, 'timestamp', ABSENT);
  const events = arrayOf(frame.events, 'events');
  if (events.length === 0) throw new FrameRefused('shape', 'an l2_data frame without events');
  for (const event of events) decodeEvent(objectOf(event, 'event'), tsEventMs, draft);
}

function decodeEvent(event: JsonObject, tsEventMs: number, draft: FrameDraft): void {
  const book = draft.addBook(textOf(event.product_id, 'product_id'));
  if (event.type !== 'snapshot' && event.type !== 'update') throw new FrameRefused('shape', 'event type', book.instrument);
  book.kind = event.type;
  book.tsEventMs = tsEventMs;
  for (const update of arrayOf(event.updates, 'updates')) decodeUpdate(objectOf(update, 'update'), book, draft);
}

function decodeUpdate(update: JsonObject, book: BookFrame, draft: FrameDraft): void {
  if (update.side !== 'bid' && update.side !== 'offer') throw new FrameRefused('shape', 'side of an update', book.instrument);
  addLevel(draft, book, update.side === 'bid' ? book.bids : book.asks, update.price_level, update.new_quantity);
}
