import { FrameRefused } from '../frame-syntax.ts';
import { arrayOf, integerOf, isObject, objectOf } from '../json-fields.ts';
import { numberOrNull } from '../number-fields.ts';

/** One bucket of an analytics answer. A plain series is the field `value`; nested series are joined by a dot. */
export interface AnalyticsRow {
  /** Start of the bucket. */
  readonly tsMs: number;
  readonly fields: Readonly<Record<string, number>>;
}

/**
 * Kraken Futures `analytics` answers: `result.timestamp` in seconds beside `result.data`, which is one series, a series of rows,
 * or named series of the same length. Fields that are no numbers are left out (the shapes are to be confirmed, market data §12).
 */
export function analyticsRows(value: unknown): readonly AnalyticsRow[] {
  const reply = objectOf(value, 'reply');
  if (Array.isArray(reply.errors) && reply.errors.length > 0) {
    throw new FrameRefused('shape', `errors ${JSON.stringify(reply.errors)}`);
  }
  const result = objectOf(reply.result, 'result');
  const times = arrayOf(result.timestamp, 'timestamp').map((time) => integerOf(time, 'timestamp') * 1000);
  return times.map((tsMs, index) => ({ tsMs, fields: fieldsAt(result.data, index, '') }));
}

function fieldsAt(data: unknown, index: number, name: string): Record<string, number> {
  if (Array.isArray(data)) return fieldsOf(data[index], name);
  if (!isObject(data)) return {};
  return Object.fromEntries(
    Object.entries(data).flatMap(([key, series]) => Object.entries(fieldsAt(series, index, joined(name, key)))),
  );
}

/** Numbers of one entry: itself, its parts by place (`[open, high, low, close]`) or by name. */
function fieldsOf(entry: unknown, name: string): Record<string, number> {
  const number = numberOrNull(entry);
  if (number !== null) return { [name === '' ? 'value' : name]: number };
  if (!isObject(entry) && !Array.isArray(entry)) return {};
  return Object.fromEntries(Object.entries(entry).flatMap(([key, part]) => Object.entries(fieldsOf(part, joined(name, key)))));
}

function joined(name: string, key: string): string {
  return name === '' ? key : `${name}.${key}`;
}
