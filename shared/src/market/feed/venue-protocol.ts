import type { InstrumentSpec } from '../../contracts/instrument-spec.ts';
import type { LivenessLimits } from '../book-sync/liveness.ts';
import type { SequenceRule } from '../book-sync/sequence-rule.ts';
import type { FrameSyntax } from '../venues/frame-syntax.ts';
import type { ConnectionLimits } from './connection-limits.ts';
import type { FrameNotes } from './frame-notes.ts';
import type { Stream } from './stream.ts';

/** A REST read that belongs to a stream: a path below the venue's REST base, and how to read the answer's book. */
export interface BookRequest {
  readonly path: string;
  readonly syntax: FrameSyntax;
}

export interface BookAuditRule {
  readonly everyMs: number;
  readonly request: (symbol: string) => BookRequest;
  /** Digits to which the REST book cuts its sizes, null when it shows all. */
  readonly sizeDecimals: number | null;
}

/** How one venue's public stream is spoken, as pure functions and numbers (market data spec §3.2, §4). */
export interface VenueProtocol {
  /** For example `kraken.spot`. */
  readonly feedId: string;
  /** Venue id of the policy and of every event. */
  readonly venue: string;
  readonly url: string;
  readonly limits: ConnectionLimits;
  readonly liveness: LivenessLimits;
  readonly rule: SequenceRule;
  readonly verifiesChecksum: boolean;
  /** Levels kept on each side. */
  readonly depth: number;
  /** Unit of the sizes in trades and of open interest. */
  readonly sizeUnit: 'base' | 'contracts';
  readonly syntax: () => FrameSyntax;
  readonly streamsOf: (instrument: InstrumentSpec) => readonly Stream[];
  readonly sharedStreams: readonly Stream[];
  /** Frames that ask for streams of one channel; `id` is unique on the socket. */
  readonly subscribe: (streams: readonly Stream[], id: number, nowMs: number) => string;
  readonly unsubscribe: (streams: readonly Stream[], id: number, nowMs: number) => string;
  /** The frame of our keep-alive, `frame` for a WebSocket ping, null where the venue needs none. */
  readonly ping: ((nowMs: number) => string) | 'frame' | null;
  /** Tells what a frame without book messages says. Throws `FrameRefused` for nonsense. */
  readonly interpret: (message: unknown, notes: FrameNotes) => void;
  /** REST snapshot that the stream must be bridged with; null where the stream brings its own. */
  readonly snapshot: ((symbol: string) => BookRequest) | null;
  /** REST book to compare a live book with, and how often; null where the venue has none worth it. */
  readonly audit: BookAuditRule | null;
}
