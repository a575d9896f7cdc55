import { type FrameDraft, FrameRefused, type FrameSyntax } from '../frame-syntax.ts';
import { addLevel, arrayOf, integerOf, objectOf, textOf } from '../json-fields.ts';

/**
 * Gemini market data v1, kept for recordings: `update` frames whose `change` events give what remains at a price. `socket_sequence`
 * numbers every frame of a socket from 0, heartbeats too; the events of the first one have the reason `initial`. `/v1/marketdata/…`
 * names its symbol in the address alone (`symbol`), `/v1/multimarketdata` in every event (market data spec §4.2).
 */
export function geminiV1(symbol: string): FrameSyntax {
  return { numbersAsText: false, digitsAreProof: false, decode: (value, draft) => decodeFrame(value, symbol, draft) };
}

function decodeFrame(value: unknown, symbol: string, draft: FrameDraft): void {
  const frame = objectOf(value, 'frame');
  draft.connectionSequence = integerOf(frame.socket_sequence, 'socket_sequence');
  if (frame.type !== 'update') return;
  const changes = arrayOf(frame.events, 'events').map((each) => objectOf(each, 'event'));
  const books = Map.groupBy(
    changes.filter(({ type }) => type === 'change'),
    (event) => (event.symbol === undefined ? symbol : textOf(event.symbol, 'symbol')),
  );
  for (const [name, events] of books) {
    const book = draft.addBook(name);
    if (events.some(({ reason }) => reason === 'initial')) book.kind = 'snapshot';
    for (const { side, price, remaining } of events) {
      if (side !== 'bid' && side !== 'ask') throw new FrameRefused('shape', 'side of a change', book.instrument);
      addLevel(draft, book, side === 'bid' ? book.bids : book.asks, textOf(price, 'price'), textOf(remaining, 'remaining'));
    }
  }
}
