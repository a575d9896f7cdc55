import { ApiError, type ApiRequest, type ApiResponse, jsonResponse } from './api-message.ts';
import { parseMultipart } from './multipart.ts';
import { checkDeclaredHashes, objectResource, writableFrom } from './object-version.ts';
import { checkPreconditions } from './preconditions.ts';
import type { StoredBucket } from './stored-bucket.ts';

/** What an upload puts down once all its bytes are there. */
export interface Insertion {
  readonly name: string;
  readonly query: URLSearchParams;
  /** JSON resource as sent: metadata, and the hashes the sender declares. */
  readonly resource: Readonly<Record<string, unknown>>;
  readonly mediaType: string | undefined;
  readonly media: Buffer;
}

/** `uploadType=media`: the body is the object; hashes may stand in `x-goog-hash`. */
export function simpleUpload(bucket: StoredBucket, request: ApiRequest): ApiResponse {
  const query = request.url.searchParams;
  const resource = declaredInHeader(request.headers['x-goog-hash']);
  const media = received(request.body, request);
  return insertObject(bucket, { name: requiredName(query), query, resource, mediaType: request.headers['content-type'], media });
}

/** `uploadType=multipart`: resource and media in one body. */
export function multipartUpload(bucket: StoredBucket, request: ApiRequest): ApiResponse {
  const query = request.url.searchParams;
  const { resource, media, mediaType } = parseMultipart(request.headers['content-type'], request.body);
  const name = typeof resource.name === 'string' ? resource.name : requiredName(query);
  return insertObject(bucket, { name, query, resource, mediaType, media: received(media, request) });
}

/** Checks hashes and preconditions, then makes the new generation: all or nothing. */
export function insertObject(bucket: StoredBucket, insertion: Insertion): ApiResponse {
  const { name, query, resource, mediaType, media } = insertion;
  checkDeclaredHashes(resource, media);
  bucket.checkMayInsert(name);
  checkPreconditions(query, bucket.live(name), 'write');
  const writable = { contentType: mediaType ?? 'application/octet-stream', ...writableFrom(resource) };
  return jsonResponse(objectResource(bucket.insert(name, Buffer.from(media), writable)));
}

export function requiredName(query: URLSearchParams): string {
  const name = query.get('name');
  if (name === null) throw new ApiError(400, 'required', 'Required parameter: name');
  return name;
}

/** Hashes of an `x-goog-hash: crc32c=…,md5=…` header, under the names of the JSON resource. */
export function declaredInHeader(header: string | readonly string[] | undefined): Record<string, string> {
  const declared: Record<string, string> = {};
  for (const entry of [header ?? []].flat().join(',').split(',')) {
    const [, algorithm, hash] = /^\s*(crc32c|md5)=(\S+)\s*$/.exec(entry) ?? [];
    if (algorithm !== undefined && hash !== undefined) declared[algorithm === 'md5' ? 'md5Hash' : 'crc32c'] = hash;
  }
  return declared;
}

/** The media as it arrived: intact, or with its first bit flipped by a fault. */
export function received(media: Buffer, request: ApiRequest): Buffer {
  if (!request.damagedMedia || media.length === 0) return media;
  const damaged = Buffer.from(media);
  damaged[0] = damaged[0]! ^ 1;
  return damaged;
}
