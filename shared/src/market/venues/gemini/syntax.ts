import { type FrameDraft, FrameRefused, type FrameSyntax } from '../frame-syntax.ts';
import { addLevel, arrayOf, objectOf, textOf } from '../json-fields.ts';

/**
 * Gemini market data v2: `l2_updates` with `changes` of `[side, price, size]`. A frame that also lists `trades` and
 * `auction_events` replaces the book. There is no sequence: heartbeats and a REST comparison are all the proof there is.
 */
export function geminiV2(): FrameSyntax {
  return { numbersAsText: false, digitsAreProof: false, decode: decodeFrame };
}

function decodeFrame(value: unknown, draft: FrameDraft): void {
  const frame = objectOf(value, 'frame');
  if (frame.type !== 'l2_updates') return;
  const book = draft.addBook(textOf(frame.symbol, 'symbol'));
  if (frame.trades !== undefined && frame.auction_events !== undefined) book.kind = 'snapshot';
  for (const entry of arrayOf(frame.changes, 'changes')) {
    const [side, price, size] = arrayOf(entry, 'change');
    if (side !== 'buy' && side !== 'sell') throw new FrameRefused('shape', 'side of a change', book.instrument);
    addLevel(draft, book, side === 'buy' ? book.bids : book.asks, textOf(price, 'price'), textOf(size, 'size'));
  }
}
