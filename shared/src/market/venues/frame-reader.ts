import type { BookMemory } from '../book/kernel/book-memory.ts';
import type { BookDigits } from '../book/order-book.ts';
import type { BookFrame } from './book-frame.ts';

/**
 * What a frame turned out to be: `books` = one or more book messages, `message` = well-formed and about something else,
 * `refused` = unreadable or a book message that makes no sense.
 */
export type FrameKind = 'books' | 'message' | 'refused';

export type FrameRefusalCode = 'syntax' | 'shape' | 'unknown_symbol' | 'excess_digits' | 'out_of_range';

export interface FrameRefusal {
  readonly code: FrameRefusalCode;
  /** Which field, and the text found there where it is short. */
  readonly detail: string;
  /** The instrument concerned, −1 when the frame does not say. */
  readonly instrument: number;
  /** Digits under which the frame can be read, where a change of digits would help; else null. */
  readonly neededDigits: BookDigits | null;
}

/** Reads the frames of one connection. One instance per connection; the results are valid until the next `read`. */
export interface FrameReader {
  /** Where it leaves the changes of frames that it scans, with room for the books of its instruments; null when it scans none. */
  readonly memory: BookMemory | null;
  /** Reads the frame in `bytes[0 … length)`. Total: whatever the bytes are, it returns. */
  read(bytes: Uint8Array, length: number): FrameKind;
  /** Book messages of the frame, the first `bookCount` entries. */
  readonly books: readonly BookFrame[];
  readonly bookCount: number;
  /** The frame's number in the whole connection (Coinbase, Gemini v1), −1 where the venue has none. */
  readonly connectionSequence: number;
  /** The decoded frame when it is a `message`. */
  readonly message: unknown;
  readonly refusal: FrameRefusal | null;
}
