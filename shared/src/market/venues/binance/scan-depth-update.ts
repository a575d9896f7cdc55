import type { BookFrame } from '../book-frame.ts';
import type { BookInstruments } from '../book-instruments.ts';
import type { BookScan } from '../frame-syntax.ts';
import type { FrameMemory } from '../level-scanner/frame-memory.ts';
import { literal, NOT_HERE, scanInteger, scanLiteral, scanPlainText } from '../scan-bytes.ts';

const STREAM = literal('{"stream":"');
const DATA = literal('","data":');
const HEAD = literal('{"e":"depthUpdate","E":');
const TRANSACTION_TIME = literal(',"T":');
const SYMBOL = literal(',"s":"');
const PAIR = literal('","ps":"');
const FIRST_ID = literal('","U":');
const LAST_ID = literal(',"u":');
const PREVIOUS_ID = literal(',"pu":');
const BIDS = literal(',"b":');
const ASKS = literal(',"a":');
const TAIL = literal('}');
const COMBINED_TAIL = literal('}}');
const MOST_NAME_CHARS = 48;

/** Scanner for `depthUpdate` events of spot, USDM and COINM, bare or in a combined stream. Allocates nothing. */
export function createDepthScanner(): BookScan {
  const numbers = new Float64Array(4);
  return (memory, length, instruments, frame) => {
    const { bytes } = memory;
    const combined = scanLiteral(bytes, 0, STREAM);
    let at = combined < 0 ? 0 : scanStreamName(bytes, combined);
    at = scanLiteral(bytes, at, HEAD);
    at = scanInteger(bytes, at, numbers, 0);
    const time = scanLiteral(bytes, at, TRANSACTION_TIME);
    if (time >= 0) at = scanInteger(bytes, time, numbers, 0);
    frame.tsEventMs = numbers[0]!;
    at = scanSymbol(bytes, at, instruments, frame);
    if (at < 0) return false;
    at = scanIds(bytes, at, numbers, frame);
    at = scanSides(memory, at, instruments, frame);
    at = scanLiteral(bytes, at, combined < 0 ? TAIL : COMBINED_TAIL);
    return at === length && frame.firstId <= frame.lastId;
  };
}

function scanStreamName(bytes: Uint8Array, from: number): number {
  const end = scanPlainText(bytes, from, MOST_NAME_CHARS);
  return scanLiteral(bytes, end, DATA);
}

function scanSymbol(bytes: Uint8Array, from: number, instruments: BookInstruments, frame: BookFrame): number {
  const start = scanLiteral(bytes, from, SYMBOL);
  const end = scanPlainText(bytes, start, MOST_NAME_CHARS);
  if (end < 0) return NOT_HERE;
  frame.instrument = instruments.find(bytes, start, end);
  if (frame.instrument < 0) return NOT_HERE;
  const pair = scanLiteral(bytes, end, PAIR);
  return pair < 0 ? end : scanPlainText(bytes, pair, MOST_NAME_CHARS);
}

function scanIds(bytes: Uint8Array, from: number, numbers: Float64Array, frame: BookFrame): number {
  let at = scanLiteral(bytes, from, FIRST_ID);
  at = scanInteger(bytes, at, numbers, 1);
  at = scanLiteral(bytes, at, LAST_ID);
  at = scanInteger(bytes, at, numbers, 2);
  frame.firstId = numbers[1]!;
  frame.lastId = numbers[2]!;
  const previous = scanLiteral(bytes, at, PREVIOUS_ID);
  if (previous < 0) return at;
  at = scanInteger(bytes, previous, numbers, 3);
  frame.previousId = numbers[3]!;
  return at;
}

function scanSides(memory: FrameMemory, from: number, instruments: BookInstruments, frame: BookFrame): number {
  const digits = instruments.digits(frame.instrument);
  let at = scanLiteral(memory.bytes, from, BIDS);
  at = memory.quotedPairs(at, digits, 'bids', frame.bids);
  at = scanLiteral(memory.bytes, at, ASKS);
  return memory.quotedPairs(at, digits, 'asks', frame.asks);
}
