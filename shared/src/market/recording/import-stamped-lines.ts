import { type RecordedEvent, recordedLines, unreadable } from './recorded-event.ts';

const STAMPED = /^(\d{7,}) (\S[\s\S]*)$/;

/** Events of a recording with lines `<local ns> <frame>` (market data spec §9). */
export function importStampedLines(text: string): readonly RecordedEvent[] {
  return recordedLines(text).map(stampedLineEvent);
}

/** The event of one line. */
export function stampedLineEvent(line: string): RecordedEvent {
  const match = STAMPED.exec(line);
  if (match === null) return unreadable(line);
  return { kind: 'recv', tsRecvMs: Number(match[1]!.slice(0, -6)), url: '', text: match[2]! };
}
