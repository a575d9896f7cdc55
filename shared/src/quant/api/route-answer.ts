import type { JsonValue } from '../../core/json-tree.ts';

/** An answer before a server puts it on the wire: status, headers of ours, and the body's value. */
export interface RouteAnswer {
  readonly status: 200 | 400 | 404;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface ListQuery {
  readonly limit: number;
  readonly cursor: number;
}

export const MOST_ROWS = 1000;
const DEFAULT_ROWS = 100;

/** One page of a list with `as_of`, `next_cursor` and `Content-Range` (quant spec §8). */
export function listAnswer(unit: string, rows: readonly unknown[], query: ListQuery, asOf: number): RouteAnswer {
  return pageAnswer(unit, rows.slice(query.cursor, query.cursor + query.limit), rows.length, query, asOf);
}

/** The same for a page that was cut already out of `total` rows. */
export function pageAnswer(unit: string, page: readonly unknown[], total: number, query: ListQuery, asOf: number): RouteAnswer {
  const end = query.cursor + page.length;
  const range = page.length === 0 ? `*/${total}` : `${query.cursor}-${end - 1}/${total}`;
  const body = { as_of: asOf, next_cursor: page.length > 0 && end < total ? String(end) : null, rows: page };
  return { status: 200, headers: { 'Content-Range': `${unit} ${range}` }, body };
}

export function refusal(status: 400 | 404, message: string, details: JsonValue = null): RouteAnswer {
  return { status, headers: {}, body: { error: { message, details } } };
}

/** `limit` and `cursor` of a query, or what is wrong with them. */
export function listQuery(query: URLSearchParams, defaultRows = DEFAULT_ROWS): ListQuery | string {
  const limit = wholeNumber(query.get('limit') ?? String(defaultRows));
  const cursor = wholeNumber(query.get('cursor') ?? '0');
  if (limit === undefined || limit < 1 || limit > MOST_ROWS) return `limit must be 1 to ${MOST_ROWS}`;
  return cursor === undefined ? 'cursor must be one that a page named' : { limit, cursor };
}

/** Keys that a route does not know: a misspelt one must not be ignored. */
export function unknownKeys(query: URLSearchParams, known: readonly string[]): readonly string[] {
  return [...new Set(query.keys())].filter((key) => !known.includes(key)).sort();
}

export function wholeNumber(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
