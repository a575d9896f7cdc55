import { type RecordedEvent, recordedLines, unreadable } from './recorded-event.ts';

const KINDS = ['header', 'connect', 'send', 'recv', 'http'] as const;

/**
 * Events of a recording with one JSON object a line (market data spec §9): `{t, ts, url | addr, data}` with `ts` in unix seconds
 * and `data` the frame's text. A line without a name in `t` is a bare frame without time; some venues use `t` themselves, for a number.
 */
export function importJsonLines(text: string): readonly RecordedEvent[] {
  return recordedLines(text).map(jsonLineEvent);
}

/** The event of one line. */
export function jsonLineEvent(line: string): RecordedEvent {
  const value = decoded(line);
  if (value === undefined) return unreadable(line);
  if (typeof value.t !== 'string') return { kind: 'recv', tsRecvMs: null, url: '', text: line };
  const kind = KINDS.find((name) => name === value.t);
  if (kind === undefined) return unreadable(line);
  const url = value.url ?? value.addr;
  return {
    kind,
    tsRecvMs: typeof value.ts === 'number' ? Math.floor(value.ts * 1000) : null,
    url: typeof url === 'string' ? url : '',
    text: typeof value.data === 'string' ? value.data : '',
  };
}

function decoded(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
