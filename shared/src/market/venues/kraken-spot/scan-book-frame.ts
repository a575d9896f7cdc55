import type { BookFrame } from '../book-frame.ts';
import type { BookInstruments } from '../book-instruments.ts';
import type { BookScan } from '../frame-syntax.ts';
import type { FrameMemory } from '../level-scanner/frame-memory.ts';
import { literal, NOT_HERE, scanInteger, scanLiteral, scanPlainText } from '../scan-bytes.ts';
import { InstantScanner } from '../scan-instant.ts';

const HEAD = literal('{"channel":"book","type":"');
const UPDATE = literal('update","data":[{"symbol":"');
const SNAPSHOT = literal('snapshot","data":[{"symbol":"');
const BIDS = literal('","bids":');
const ASKS = literal(',"asks":');
const CHECKSUM = literal(',"checksum":');
const TIMESTAMP = literal(',"timestamp":"');
const TAIL = literal('}]}');
const MOST_SYMBOL_CHARS = 24;
const QUOTE = 34;

/** Scanner for the v2 `book` frames of one connection: reads numbers straight into ticks and lots, allocating nothing. */
export function createBookScanner(): BookScan {
  const numbers = new Float64Array(2);
  const instants = new InstantScanner();
  return (memory, length, instruments, frame) => {
    const { bytes } = memory;
    const symbol = scanHead(bytes, frame);
    let at = scanPlainText(bytes, symbol, MOST_SYMBOL_CHARS);
    if (at < 0) return false;
    frame.instrument = instruments.find(bytes, symbol, at);
    if (frame.instrument < 0) return false;
    at = scanSides(memory, at, instruments, frame);
    at = scanLiteral(bytes, at, CHECKSUM);
    at = scanInteger(bytes, at, numbers, 0);
    const timestamp = scanLiteral(bytes, at, TIMESTAMP);
    if (timestamp >= 0) at = scanQuotedInstant(bytes, timestamp, instants, numbers, frame);
    frame.checksum = numbers[0]!;
    return scanLiteral(bytes, at, TAIL) === length && frame.checksum <= 0xffff_ffff;
  };
}

function scanHead(bytes: Uint8Array, frame: BookFrame): number {
  const at = scanLiteral(bytes, 0, HEAD);
  const update = scanLiteral(bytes, at, UPDATE);
  if (update >= 0) return update;
  frame.kind = 'snapshot';
  return scanLiteral(bytes, at, SNAPSHOT);
}

function scanSides(memory: FrameMemory, from: number, instruments: BookInstruments, frame: BookFrame): number {
  const digits = instruments.digits(frame.instrument);
  let at = scanLiteral(memory.bytes, from, BIDS);
  at = memory.priceQtyObjects(at, digits, 'bids', frame.bids);
  at = scanLiteral(memory.bytes, at, ASKS);
  return memory.priceQtyObjects(at, digits, 'asks', frame.asks);
}

function scanQuotedInstant(bytes: Uint8Array, from: number, to: InstantScanner, numbers: Float64Array, frame: BookFrame): number {
  const at = to.scan(bytes, from, numbers, 1);
  if (at < 0 || bytes[at] !== QUOTE) return NOT_HERE;
  frame.tsEventMs = numbers[1]!;
  return at + 1;
}
