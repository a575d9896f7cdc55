import type { RecordedFeedName } from './recorded-feeds.ts';

/** What one recorded connection holds, and whether its books can be believed. */
export interface ConnectionReport {
  readonly feed: RecordedFeedName;
  readonly frames: number;
  /** Frames with book messages, and well-formed ones about something else. */
  readonly bookFrames: number;
  readonly messages: number;
  /** Frames behind a gap that only a new connection heals. */
  readonly unproven: number;
  readonly instruments: readonly InstrumentProof[];
  /** In the order of the lines. */
  readonly faults: readonly RecordingFault[];
}

/** One thing that is wrong, and where. */
export interface RecordingFault {
  readonly file: string;
  readonly line: number;
  /** Empty where it concerns the connection. */
  readonly symbol: string;
  readonly reason:
    | 'gap'
    | 'checksum'
    | 'crossed'
    | 'refused'
    | 'spec_changed'
    | 'overflow'
    | 'lines_lost'
    | 'unreadable'
    | 'index';
  readonly detail: string;
}

/** What the frames of one instrument prove. */
export interface InstrumentProof {
  readonly symbol: string;
  readonly updates: number;
  readonly snapshots: number;
  readonly checksums: number;
  readonly gaps: number;
  /** Frames that left the book with a bid at or above an ask. */
  readonly crossed: number;
  /** `book`: whenever it was live it stood on a snapshot of the recording; `numbers`: no recorded snapshot fits, the numbers alone were checked. */
  readonly proof: 'book' | 'numbers' | 'none';
  readonly state: string;
}
