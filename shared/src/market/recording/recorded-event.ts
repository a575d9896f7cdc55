/** One line of a recording, whatever its format. */
export interface RecordedEvent {
  readonly kind: 'header' | 'connect' | 'send' | 'recv' | 'http' | 'unreadable';
  /** Our clock when it happened, ms; null where the format keeps no time. */
  readonly tsRecvMs: number | null;
  /** Address of the connection or request; empty where the line does not say. */
  readonly url: string;
  /** The frame or body, verbatim; for an unreadable line the line. */
  readonly text: string;
}

export function unreadable(line: string): RecordedEvent {
  return { kind: 'unreadable', tsRecvMs: null, url: '', text: line };
}

/** Lines that are not blank; a byte order mark is none of the text. */
export function recordedLines(text: string): readonly string[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
}
