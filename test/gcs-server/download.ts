import { ApiError, type ApiRequest, type ApiResponse, jsonResponse } from './api-message.ts';
import { etagOf, type ObjectVersion, objectResource } from './object-version.ts';
import { checkPreconditions, integerParam } from './preconditions.ts';
import type { StoredBucket } from './stored-bucket.ts';

/** `GET …/o/<name>`: the resource, or with `alt=media` the bytes, of the live or of one named generation. */
export function readObject(bucket: StoredBucket, name: string, request: ApiRequest): ApiResponse {
  const query = request.url.searchParams;
  const version = bucket.require(name, integerParam(query, 'generation'));
  checkPreconditions(query, version, 'read');
  if (query.get('alt') !== 'media') return jsonResponse(objectResource(version));
  return mediaResponse(version, request.headers.range);
}

function mediaResponse(version: ObjectVersion, rangeHeader: string | undefined): ApiResponse {
  const size = version.bytes.length;
  const range = rangeHeader === undefined ? undefined : parseRange(rangeHeader, size);
  const headers = mediaHeaders(version);
  if (range === undefined) return { status: 200, headers, body: version.bytes };
  const contentRange = `bytes ${range.start}-${range.end - 1}/${size}`;
  return {
    status: 206,
    headers: { ...headers, 'content-range': contentRange },
    body: version.bytes.subarray(range.start, range.end),
  };
}

function mediaHeaders(version: ObjectVersion): Record<string, string> {
  const { contentType, cacheControl, contentEncoding } = version.writable;
  return {
    'content-type': contentType ?? 'application/octet-stream',
    ...(cacheControl === undefined ? {} : { 'cache-control': cacheControl }),
    ...(contentEncoding === undefined ? {} : { 'content-encoding': contentEncoding }),
    etag: etagOf(version),
    'x-goog-generation': version.generation,
    'x-goog-metageneration': String(version.metageneration),
    'x-goog-hash': `crc32c=${version.crc32c},md5=${version.md5Hash}`,
    'x-goog-stored-content-encoding': contentEncoding ?? 'identity',
    'x-goog-stored-content-length': String(version.bytes.length),
  };
}

/** `bytes=a-b`, `bytes=a-` and `bytes=-n` as [start, end); undefined for what HTTP lets a server ignore. */
function parseRange(header: string, size: number): { readonly start: number; readonly end: number } | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header) ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  if (first === '') return { start: Math.max(0, size - Number(last)), end: size };
  const start = Number(first);
  const end = last === '' ? size : Math.min(size, Number(last) + 1);
  if (end <= start && last !== '' && Number(last) < start) return undefined;
  if (start >= size) throw new ApiError(416, 'requestedRangeNotSatisfiable', 'Request range not satisfiable');
  return { start, end };
}
