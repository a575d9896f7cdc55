/** One line of a recording (market data spec §9). Text data is kept verbatim. */
export interface RawLine {
  readonly kind: 'connect' | 'send' | 'recv' | 'http' | 'close';
  /** Name of the connection, for example `kraken.spot.1.3`. */
  readonly connection: string;
  readonly tsMs: number;
  readonly url?: string;
  readonly data: string | Uint8Array;
  /** Bytes that are no text. */
  readonly isBinary?: boolean;
}

/**
 * Keeps raw frames as they came. Laws: it never throws and never waits · it copies what it keeps · the lines of a connection come
 * in the order of the calls · what it had to drop is counted in the recording itself.
 */
export interface FrameRecorder {
  /** The name under which the line can be found again, null when it was dropped. */
  record(line: RawLine): string | null;
}
