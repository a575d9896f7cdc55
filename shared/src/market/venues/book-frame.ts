import { LevelList } from '../book/level-list.ts';

/** No such field in this message. */
export const ABSENT = -1;

/**
 * What one message says about one book, in whole ticks and lots. Readers fill and reuse these objects: their content is valid
 * until the next frame is read, and `copyBookFrame` keeps it longer.
 */
export interface BookFrame {
  kind: 'snapshot' | 'update';
  /** Index in the connection's `BookInstruments`. */
  instrument: number;
  /** First and last sequence number that the message covers; equal when it covers one, `ABSENT` where the venue has none. */
  firstId: number;
  lastId: number;
  /** Last sequence number of the message before (`pu`), `ABSENT` where the venue has none. */
  previousId: number;
  /** The venue's checksum of the book after this message, `ABSENT` without. */
  checksum: number;
  /** Time of the event by the venue's clock, `ABSENT` without. */
  tsEventMs: number;
  /** A number came with fewer digits than the instrument has: somebody re-encoded the stream (market data spec §11.5). */
  digitsLost: boolean;
  readonly bids: LevelList;
  readonly asks: LevelList;
}

export function emptyBookFrame(): BookFrame {
  return { ...blank(), bids: new LevelList(), asks: new LevelList() };
}

/** Makes a reused frame an empty update of no instrument. */
export function resetBookFrame(frame: BookFrame): void {
  frame.kind = 'update';
  frame.instrument = ABSENT;
  frame.firstId = ABSENT;
  frame.lastId = ABSENT;
  frame.previousId = ABSENT;
  frame.checksum = ABSENT;
  frame.tsEventMs = ABSENT;
  frame.digitsLost = false;
  frame.bids.count = 0;
  frame.asks.count = 0;
}

export function copyBookFrame(frame: BookFrame): BookFrame {
  return { ...frame, bids: frame.bids.copy(), asks: frame.asks.copy() };
}

function blank(): Omit<BookFrame, 'bids' | 'asks'> {
  const none = { firstId: ABSENT, lastId: ABSENT, previousId: ABSENT, checksum: ABSENT, tsEventMs: ABSENT };
  return { kind: 'update', instrument: ABSENT, ...none, digitsLost: false };
}
