import type { BookDigits } from '../book/order-book.ts';
import type { BookFrame } from './book-frame.ts';
import type { BookInstruments } from './book-instruments.ts';
import type { FrameRefusal, FrameRefusalCode } from './frame-reader.ts';

/** How a venue writes its frames, as pure functions; `createFrameReader` turns it into a reader. */
export interface FrameSyntax {
  /**
   * Fast route: fills `frame` from the bytes of one hot book message. False for anything but the one compact form it knows, with
   * `frame` in any state. It must agree with `decode` on everything it accepts.
   */
  readonly scan?: (bytes: Uint8Array, length: number, instruments: BookInstruments, frame: BookFrame) => boolean;
  /** The venue writes book numbers as JSON numbers: `decode` gets every number as its source text. */
  readonly numbersAsText: boolean;
  /** The digits of an instrument are part of the checksum's proof: a number with more of them is a change of precision. */
  readonly digitsAreProof: boolean;
  /** Strict route: every other frame, decoded. Adds books to the draft, or none; throws `FrameRefused` for nonsense. */
  readonly decode: (value: unknown, draft: FrameDraft) => void;
}

/** What `decode` fills. */
export interface FrameDraft {
  readonly instruments: BookInstruments;
  readonly digitsAreProof: boolean;
  connectionSequence: number;
  /** A cleared frame for the next book of this message; its instrument is set. `unknown_symbol` when it is not followed. */
  addBook(symbol: string): BookFrame;
}

/** Carries a refusal out of `decode`; the reader turns it into a value. */
export class FrameRefused {
  readonly refusal: FrameRefusal;

  constructor(code: FrameRefusalCode, detail: string, instrument = -1, neededDigits: BookDigits | null = null) {
    this.refusal = { code, detail: detail.slice(0, 120), instrument, neededDigits };
  }
}
