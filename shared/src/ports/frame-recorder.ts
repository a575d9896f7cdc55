/**
 * One line of a recording (market data spec §9). `mark` lines say what the owner of the socket told the session besides frames:
 * with them a replay is exact.
 */
export interface RawLine {
  readonly kind: 'connect' | 'send' | 'recv' | 'http' | 'close' | 'mark';
  /** Name of the connection, for example `kraken.spot.1.3`. */
  readonly connection: string;
  readonly tsMs: number;
  readonly url?: string;
  /** The frame or body as it was: text, or bytes. */
  readonly data: string | Uint8Array;
  /** Bytes that are no text. */
  readonly isBinary?: boolean;
  /** What belongs to the line and is not in its data: which streams a message asks for, what a reply answers. */
  readonly note?: Readonly<Record<string, unknown>>;
}

/**
 * Keeps raw frames as they came. Laws: it never throws and never waits · it copies what it keeps · the lines of a connection come
 * in the order of the calls · what it had to drop is counted in the recording itself.
 */
export interface FrameRecorder {
  /** The name under which the line can be found again, null when it was dropped. */
  record(line: RawLine): string | null;
}
