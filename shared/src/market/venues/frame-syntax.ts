import type { BookDigits } from '../book/order-book.ts';
import type { BookFrame } from './book-frame.ts';
import type { BookInstruments } from './book-instruments.ts';
import type { FrameRefusal, FrameRefusalCode } from './frame-reader.ts';
import type { FrameForm } from './frame-scanner/frame-form.ts';

/** How a venue writes its frames, as pure functions; `createFrameReader` turns it into a reader. */
export interface FrameSyntax {
  /**
   * Fast route: the one compact form of the hot book messages, read byte by byte without decoding. Everything else goes to
   * `decode`, which agrees with the form on all that it accepts.
   */
  readonly form?: FrameForm;
  /** The venue writes book numbers as JSON numbers: `decode` gets every number as its source text. */
  readonly numbersAsText: boolean;
  /** The digits of an instrument are part of the checksum's proof: a number with more of them is a change of precision. */
  readonly digitsAreProof: boolean;
  /**
   * Route of frames that are not text: adds books to the draft and returns what else the frame says, undefined for a frame that
   * is JSON after all. Throws `FrameRefused` for nonsense.
   */
  readonly decodeBytes?: (bytes: Uint8Array, length: number, draft: FrameDraft) => unknown;
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
