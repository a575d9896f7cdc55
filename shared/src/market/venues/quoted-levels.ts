import type { LevelList } from '../book/level-list.ts';
import type { BookFrame } from './book-frame.ts';
import { type FrameDraft, FrameRefused } from './frame-syntax.ts';
import { addLevel, arrayOf, integerOf, textOf } from './json-fields.ts';

/** Appends a decoded list `[["price","size"],…]`. */
export function decodeQuotedPairs(draft: FrameDraft, frame: BookFrame, levels: LevelList, entries: unknown, field: string): void {
  for (const entry of arrayOf(entries, field)) {
    const pair = arrayOf(entry, 'level');
    if (pair.length !== 2) throw new FrameRefused('shape', `a level of ${field} has ${pair.length} parts`, frame.instrument);
    addLevel(draft, frame, levels, textOf(pair[0], 'price'), textOf(pair[1], 'size'));
  }
}

/** Reads the span of sequence numbers that an update covers. */
export function decodeSpan(frame: BookFrame, first: unknown, last: unknown): void {
  frame.firstId = integerOf(first, 'first id');
  frame.lastId = integerOf(last, 'last id');
  if (frame.firstId > frame.lastId) throw new FrameRefused('shape', 'first id above last id', frame.instrument);
}
