import { type RecordedEvent, recordedLines, unreadable } from './recorded-event.ts';

const MARKED = /^(\S+) (<->|<-|->) (\d+(?:\.\d+)?)(?:: ([\s\S]*))?$/;
const RECEIVED = /^(\d+(?:\.\d+)?): ([\s\S]*)$/;
const KIND = { '<->': 'connect', '<-': 'send', '->': 'http' } as const;

/**
 * Events of a text recording (market data spec §9): `<unix seconds>: <frame>` for what was received, `<url> <-> <time>` for a
 * connect, `<url> <- <time>: <frame>` for what was sent, `<url> -> <time>: <body>` for a REST answer.
 */
export function importMarkedText(text: string): readonly RecordedEvent[] {
  return recordedLines(text).map(markedTextEvent);
}

/** The event of one line. */
export function markedTextEvent(line: string): RecordedEvent {
  const received = RECEIVED.exec(line);
  if (received !== null) return { kind: 'recv', tsRecvMs: milliseconds(received[1]!), url: '', text: received[2]! };
  const marked = MARKED.exec(line);
  if (marked !== null) {
    const kind = KIND[marked[2] as keyof typeof KIND];
    return { kind, tsRecvMs: milliseconds(marked[3]!), url: marked[1]!, text: marked[4] ?? '' };
  }
  return line.startsWith('configuration: ')
    ? { kind: 'header', tsRecvMs: null, url: '', text: line.slice(15) }
    : unreadable(line);
}

function milliseconds(seconds: string): number {
  return Math.floor(Number(seconds) * 1000);
}
