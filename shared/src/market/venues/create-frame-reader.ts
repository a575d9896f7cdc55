import type { BookMemory } from '../book/kernel/book-memory.ts';
import { type BookFrame, emptyBookFrame, resetBookFrame } from './book-frame.ts';
import type { BookInstruments } from './book-instruments.ts';
import type { FrameKind, FrameReader, FrameRefusal } from './frame-reader.ts';
import { FrameScanner } from './frame-scanner/frame-scanner.ts';
import { type FrameDraft, FrameRefused, type FrameSyntax } from './frame-syntax.ts';

/** Reader of one connection's frames in a venue's syntax. */
export function createFrameReader(syntax: FrameSyntax, instruments: BookInstruments): FrameReader {
  return new SyntaxReader(syntax, instruments);
}

/** Bytes of a text frame in a reused buffer, for feeds that hand out strings. Returns how many bytes of `bytes` it filled. */
export class FrameBytes {
  bytes: Uint8Array = new Uint8Array(65_536);
  readonly #encoder = new TextEncoder();

  fill(text: string): number {
    if (text.length * 3 > this.bytes.length) this.bytes = new Uint8Array(text.length * 4);
    return this.#encoder.encodeInto(text, this.bytes).written;
  }
}

class SyntaxReader implements FrameReader, FrameDraft {
  readonly instruments: BookInstruments;
  readonly memory: BookMemory | null;
  readonly digitsAreProof: boolean;
  readonly books: BookFrame[] = [emptyBookFrame()];
  bookCount = 0;
  connectionSequence = -1;
  message: unknown = null;
  refusal: FrameRefusal | null = null;
  readonly #syntax: FrameSyntax;
  readonly #scanner: FrameScanner | null;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  constructor(syntax: FrameSyntax, instruments: BookInstruments) {
    this.#syntax = syntax;
    this.instruments = instruments;
    this.#scanner = syntax.form === undefined ? null : new FrameScanner(syntax.form, instruments.count);
    this.memory = this.#scanner?.memory ?? null;
    this.digitsAreProof = syntax.digitsAreProof;
  }

  read(bytes: Uint8Array, length: number): FrameKind {
    this.message = null;
    this.refusal = null;
    this.connectionSequence = -1;
    const first = this.books[0]!;
    resetBookFrame(first);
    if (this.#scanner?.scan(bytes, length, this.instruments, first) === true) {
      this.bookCount = 1;
      return 'books';
    }
    this.bookCount = 0;
    return this.#readJson(bytes, length);
  }

  addBook(symbol: string): BookFrame {
    const instrument = this.instruments.indexOf(symbol);
    if (instrument < 0) throw new FrameRefused('unknown_symbol', symbol);
    const frame = this.books[this.bookCount] ?? emptyBookFrame();
    resetBookFrame(frame);
    frame.instrument = instrument;
    this.books[this.bookCount] = frame;
    this.bookCount += 1;
    return frame;
  }

  #readJson(bytes: Uint8Array, length: number): FrameKind {
    try {
      const value = this.#decodeFrame(bytes, length);
      if (this.bookCount > 0) return 'books';
      this.message = value;
      return 'message';
    } catch (thrown) {
      if (!(thrown instanceof FrameRefused)) throw thrown;
      this.bookCount = 0;
      this.refusal = thrown.refusal;
      return 'refused';
    }
  }

  #decodeFrame(bytes: Uint8Array, length: number): unknown {
    const found = this.#syntax.decodeBytes?.(bytes, length, this);
    if (found !== undefined) return found;
    const value = this.#decode(bytes.subarray(0, length));
    this.#syntax.decode(value, this);
    return value;
  }

  #decode(bytes: Uint8Array): unknown {
    try {
      const text = this.#decoder.decode(bytes);
      return this.#syntax.numbersAsText ? JSON.parse(text, numberText) : JSON.parse(text);
    } catch (thrown) {
      throw new FrameRefused('syntax', thrown instanceof Error ? thrown.message : 'not JSON');
    }
  }
}

/** JSON.parse reviver that keeps a number as it was written: digits decide checksums. */
function numberText(_key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' ? (context?.source ?? value) : value;
}
