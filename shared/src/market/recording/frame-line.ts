import type { RawLine } from '../../ports/frame-recorder.ts';

/**
 * One line of our own recordings as JSON without its line end: `{t, ts_ns, conn, url?, note?, encoding?, data}` (market data spec
 * §9). `data` is the frame's text verbatim; bytes that are no text are base64, and say so.
 */
export function frameLineText({ kind, connection, tsMs, url, note, data, isBinary }: RawLine): string {
  const isBytes = typeof data !== 'string';
  const base64 = isBytes && isBinary === true;
  return JSON.stringify({
    t: kind,
    ts_ns: `${tsMs}000000`,
    conn: connection,
    ...(url !== undefined && { url }),
    ...(note !== undefined && { note }),
    ...(base64 && { encoding: 'base64' }),
    data: isBytes ? Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString(base64 ? 'base64' : 'utf8') : data,
  });
}

/** First line of a file: whose lines these are, and what whoever recorded them says of itself. */
export function headerLineText(connection: string, hourMs: number, about: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ t: 'header', ts_ns: `${hourMs}000000`, conn: connection, ...about });
}

/** Stands where so many lines were dropped. */
export function gapLineText(connection: string, tsMs: number, dropped: number): string {
  return JSON.stringify({ t: 'gap', ts_ns: `${tsMs}000000`, conn: connection, dropped });
}

/** The same line read back, bytes as bytes; undefined for a header, a gap marker, or what is no line of ours. */
export function parseFrameLine(text: string): RawLine | undefined {
  const value = decoded(text);
  if (value === undefined || !isKind(value.t) || typeof value.ts_ns !== 'string' || typeof value.conn !== 'string')
    return undefined;
  const { t: kind, ts_ns: time, conn: connection, url, note, data } = value;
  const text_ = typeof data === 'string' ? data : '';
  const isBinary = value.encoding === 'base64';
  return {
    kind,
    connection,
    tsMs: Number(time.slice(0, -6)),
    ...(typeof url === 'string' && { url }),
    ...(typeof note === 'object' && note !== null && { note: note as Record<string, unknown> }),
    data: isBinary ? Buffer.from(text_, 'base64') : text_,
    isBinary,
  };
}

const KINDS: readonly unknown[] = ['connect', 'send', 'recv', 'http', 'close', 'mark'] satisfies readonly RawLine['kind'][];

function isKind(value: unknown): value is RawLine['kind'] {
  return KINDS.includes(value);
}

function decoded(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
