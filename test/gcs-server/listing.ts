import { type ApiRequest, type ApiResponse, jsonResponse } from './api-message.ts';
import { type ObjectVersion, objectResource } from './object-version.ts';
import { integerParam } from './preconditions.ts';
import type { StoredBucket } from './stored-bucket.ts';

/** One line of a listing: an object, or everything below a common prefix folded into one. */
type Line = { readonly key: string; readonly version: ObjectVersion } | { readonly key: string; readonly prefix: string };

/** `GET …/o`: prefix, delimiter, startOffset, endOffset, versions, pages of at most maxResults (default and cap 1000). */
export function listObjects(bucket: StoredBucket, request: ApiRequest): ApiResponse {
  const query = request.url.searchParams;
  const lines = linesOf(bucket.versions(query.get('versions') === 'true' ? 'all' : 'live'), query);
  const limit = Math.min(1000, Number(integerParam(query, 'maxResults') ?? 1000) || 1000);
  const from = pageStart(lines, query.get('pageToken'));
  const page = lines.slice(from, from + limit);
  const last = page.at(-1);
  const isMore = from + limit < lines.length && last !== undefined;
  return jsonResponse({
    kind: 'storage#objects',
    ...(isMore ? { nextPageToken: Buffer.from(last.key).toString('base64url') } : {}),
    prefixes: page.flatMap((line) => ('prefix' in line ? [line.prefix] : [])),
    items: page.flatMap((line) => ('version' in line ? [objectResource(line.version)] : [])),
  });
}

function linesOf(versions: readonly ObjectVersion[], query: URLSearchParams): Line[] {
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const lines = new Map<string, Line>();
  for (const version of versions) {
    if (!version.name.startsWith(prefix) || !isWithin(version.name, query)) continue;
    const cut = delimiter === '' ? -1 : version.name.indexOf(delimiter, prefix.length);
    const folded = version.name.slice(0, cut + delimiter.length);
    const line = cut < 0 ? { key: `${version.name}\0${version.generation}`, version } : { key: folded, prefix: folded };
    lines.set(line.key, line);
  }
  return [...lines.values()];
}

function isWithin(name: string, query: URLSearchParams): boolean {
  const compare = (bound: string): number => Buffer.compare(Buffer.from(name), Buffer.from(bound));
  const start = query.get('startOffset');
  const end = query.get('endOffset');
  return (start === null || compare(start) >= 0) && (end === null || compare(end) < 0);
}

/** Index behind the line that ended the previous page; the listing may have changed since. */
function pageStart(lines: readonly Line[], token: string | null): number {
  if (token === null) return 0;
  const after = Buffer.from(token, 'base64url');
  const next = lines.findIndex((line) => Buffer.compare(Buffer.from(line.key), after) > 0);
  return next < 0 ? lines.length : next;
}
