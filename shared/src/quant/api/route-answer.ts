import type { JsonValue } from '../../core/json-tree.ts';
import type { TextPage } from './quant-board.ts';

/** An answer before a server puts it on the wire: status, headers of ours, and the body's value. */
export interface RouteAnswer {
  readonly status: 200 | 400 | 404 | 503;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface ListQuery {
  readonly limit: number;
  readonly cursor: number;
}

export const MOST_ROWS = 1000;
const DEFAULT_ROWS = 100;
const COMMA = Buffer.from(',');

/** One page of a list with `as_of`, `next_cursor` and `Content-Range` (quant spec §8). */
export function listAnswer(unit: string, rows: readonly unknown[], query: ListQuery, asOf: number): RouteAnswer {
  return pageAnswer(unit, rows.slice(query.cursor, query.cursor + query.limit), rows.length, query, asOf);
}

/** The same for a page that was cut already out of `total` rows. */
export function pageAnswer(unit: string, page: readonly unknown[], total: number, query: ListQuery, asOf: number): RouteAnswer {
  const { contentRange, next } = placeOf(unit, query.cursor, query.cursor + page.length, total);
  const body = { as_of: asOf, next_cursor: next, rows: page };
  return { status: 200, headers: { 'Content-Range': contentRange }, body };
}

/** The same for rows that are JSON already: nobody has to turn megabytes into a text at once. */
export function textPageAnswer(unit: string, { rows, total, end }: TextPage, { cursor }: ListQuery, asOf: number): RouteAnswer {
  const { contentRange, next } = placeOf(unit, cursor, end, total);
  const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Content-Range': contentRange };
  const head = Buffer.from(`{"as_of":${asOf},"next_cursor":${JSON.stringify(next)},"rows":[`);
  const parts = rows.flatMap((row, at) => (at === 0 ? [row] : [COMMA, row]));
  return { status: 200, headers, body: Buffer.concat([head, ...parts, Buffer.from(']}')]) };
}

function placeOf(unit: string, cursor: number, end: number, total: number) {
  const isEmpty = end <= cursor;
  const contentRange = `${unit} ${isEmpty ? '*' : `${cursor}-${end - 1}`}/${total}`;
  return { contentRange, next: isEmpty || end >= total ? null : String(end) };
}

/** Too many ask for much at once: come again. */
export function busyAnswer(): RouteAnswer {
  return { ...refusal(503, 'too many long reads wait already; ask again in a moment'), headers: { 'Retry-After': '2' } };
}

export function refusal(status: 400 | 404 | 503, message: string, details: JsonValue = null): RouteAnswer {
  return { status, headers: {}, body: { error: { message, details } } };
}

/** `limit` and `cursor` of a query, or what is wrong with them. */
export function listQuery(query: URLSearchParams, defaultRows = DEFAULT_ROWS): ListQuery | string {
  const limit = wholeNumber(query.get('limit') ?? String(defaultRows));
  const cursor = wholeNumber(query.get('cursor') ?? '0');
  if (limit === undefined || limit < 1 || limit > MOST_ROWS) return `limit must be 1 to ${MOST_ROWS}`;
  return cursor === undefined ? 'cursor must be one that a page named' : { limit, cursor };
}

/** 400 for keys that a route does not know or that come twice: a misspelt one must not be ignored, and nobody can obey both of two. */
export function keyFault(query: URLSearchParams, known: readonly string[]): RouteAnswer | undefined {
  const keys = [...query.keys()];
  const unknown = [...new Set(keys)].filter((key) => !known.includes(key)).sort();
  if (unknown.length > 0) return refusal(400, `unknown query keys: ${unknown.join(', ')}`, unknown);
  const repeated = [...new Set(keys.filter((key, at) => keys.indexOf(key) < at))].sort();
  if (repeated.length > 0) return refusal(400, `repeated query keys: ${repeated.join(', ')}; say each once`, repeated);
  return undefined;
}

export function wholeNumber(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
