import { parseFrameLine } from '../frame-line.ts';
import { jsonLineEvent } from '../import-json-lines.ts';
import { markedTextEvent } from '../import-marked-text.ts';
import { stampedLineEvent } from '../import-stamped-lines.ts';
import type { RecordedEvent } from '../recorded-event.ts';

/** One line of a recording of any form, and where it stands. */
export interface RecordedLine {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Which of several connections of a file; empty where lines do not say. */
  readonly connection: string;
  readonly kind: 'header' | 'connect' | 'send' | 'recv' | 'http' | 'close' | 'mark' | 'gap' | 'unreadable';
  /** Our clock when it happened, ms; null where the form keeps no time. */
  readonly tsMs: number | null;
  /** Address of a connection, or path of a question. */
  readonly url: string;
  /** The frame or answer, verbatim. For a gap how many lines were lost. */
  readonly data: string | Uint8Array;
  /** The file ends within this line. */
  readonly isCut: boolean;
}

/** How the lines of a file are written (market data spec §9). */
export type RecordingForm = 'own' | 'json' | 'marked' | 'stamped';

/** The form of a file, by one line of it; null for a line of no form. */
export function formOf(text: string): RecordingForm | null {
  if (/^[[{]/.test(text)) return /"ts_ns"\s*:/.test(text) && ownLine(text) !== null ? 'own' : 'json';
  if (stampedLineEvent(text).kind !== 'unreadable') return 'stamped';
  return markedTextEvent(text).kind === 'unreadable' ? null : 'marked';
}

/** A line of that form. What is no line of it is `unreadable`, whatever it is. */
export function recordedLine(
  form: RecordingForm,
  text: string,
  place: Pick<RecordedLine, 'file' | 'line' | 'isCut'>,
): RecordedLine {
  if (form === 'own') return { ...(ownLine(text) ?? unreadable(text)), ...place };
  const { kind, tsRecvMs, url, text: data } = eventOf(form, text);
  const connection = form === 'json' ? (CONNECTION.exec(text)?.[1] ?? '') : '';
  return { connection, kind, tsMs: tsRecvMs, url, data, ...place };
}

/** Of a line with JSON of its own around the frame. */
const CONNECTION = /^\{\s*"t"\s*:\s*"[a-z]+"\s*,\s*"conn"\s*:\s*"([^"]*)"/;

type Unplaced = Omit<RecordedLine, 'file' | 'line' | 'isCut'>;

/** A line as our own recorder writes it; null for another one. */
function ownLine(text: string): Unplaced | null {
  const line = parseFrameLine(text);
  if (line !== undefined) {
    // An audit is no snapshot: its book is of another time than the stream's.
    const url = line.note?.purpose === 'audit' || line.note?.failed === true ? '' : (line.url ?? '');
    return { connection: line.connection, kind: line.kind, tsMs: line.tsMs, url, data: line.data };
  }
  const special = specialOf(text);
  if (special === null) return null;
  const { t: kind, ts_ns: time, conn: connection, dropped } = special;
  return { connection, kind, tsMs: Number(time.slice(0, -6)), url: '', data: kind === 'gap' ? String(dropped) : text };
}

interface Special {
  readonly t: 'header' | 'gap';
  readonly ts_ns: string;
  readonly conn: string;
  readonly dropped?: number;
}

function specialOf(text: string): Special | null {
  try {
    const value = JSON.parse(text) as Partial<Special> | null;
    const isSpecial = (value?.t === 'header' || value?.t === 'gap') && typeof value.ts_ns === 'string';
    return isSpecial && typeof value.conn === 'string' ? (value as Special) : null;
  } catch {
    return null;
  }
}

function eventOf(form: Exclude<RecordingForm, 'own'>, text: string): RecordedEvent {
  switch (form) {
    case 'json':
      return jsonLineEvent(text);
    case 'marked':
      return markedTextEvent(text);
    case 'stamped':
      return stampedLineEvent(text);
  }
}

function unreadable(data: string): Unplaced {
  return { connection: '', kind: 'unreadable', tsMs: null, url: '', data };
}
