import { ApiError, type ApiRequest, type ApiResponse, emptyResponse, jsonResponse } from './api-message.ts';
import { readObject } from './download.ts';
import type { Operation } from './faults.ts';
import { listObjects } from './listing.ts';
import { parseResource } from './multipart.ts';
import { objectResource, patchedWritable } from './object-version.ts';
import { checkPreconditions, integerParam } from './preconditions.ts';
import type { ResumableUploads } from './resumable-upload.ts';
import { copyObject, type Rewrites } from './rewrite.ts';
import type { StoredBucket } from './stored-bucket.ts';
import { multipartUpload, simpleUpload } from './upload.ts';

export interface ServerState {
  readonly buckets: ReadonlyMap<string, StoredBucket>;
  readonly uploads: ResumableUploads;
  readonly rewrites: Rewrites;
}

/** A request understood: what it is and how to carry it out, in one uninterrupted step. */
export interface Route {
  readonly operation: Operation;
  /** Object it is about, the target of a copy; undefined for a whole bucket. */
  readonly name: string | undefined;
  readonly run: (state: ServerState, request: ApiRequest) => ApiResponse;
}

/** The route of a method and path, or a 404 refusal. */
export function findRoute(method: string, url: URL): Route {
  const upload = /^\/upload\/storage\/v1\/b\/([^/]+)\/o$/.exec(url.pathname);
  if (upload !== null) return uploadRoute(method, decode(upload[1]), url.searchParams);
  const object =
    /^\/(?:download\/)?storage\/v1\/b\/([^/]+)(?:\/o(?:\/([^/]+)(?:\/(rewriteTo|copyTo)\/b\/([^/]+)\/o\/([^/]+))?)?)?$/;
  const [path, bucket, name, verb, targetBucket, targetName] = object.exec(url.pathname) ?? [];
  if (path === undefined) throw notFound(method, url);
  if (verb !== undefined) return copyRoute(verb, [decode(bucket), decode(name), decode(targetBucket), decode(targetName)]);
  if (name !== undefined) return objectRoute(method, decode(bucket), decode(name), url);
  if (path.endsWith('/o') && method === 'GET') return { operation: 'list', name: undefined, run: onBucket(bucket, listObjects) };
  if (method === 'GET') return { operation: 'bucket', name: undefined, run: onBucket(bucket, bucketResource) };
  throw notFound(method, url);
}

function uploadRoute(method: string, bucket: string, query: URLSearchParams): Route {
  const name = query.get('name') ?? undefined;
  if (query.has('upload_id')) {
    const run: Route['run'] = ({ uploads }, request) =>
      method === 'DELETE' ? uploads.cancel(request) : uploads.receive(request);
    return { operation: 'resumable.chunk', name, run };
  }
  if (query.get('uploadType') === 'resumable') {
    return { operation: 'resumable.start', name, run: (state, request) => state.uploads.start(bucketOf(state, bucket), request) };
  }
  return {
    operation: 'insert',
    name,
    run: onBucket(bucket, query.get('uploadType') === 'media' ? simpleUpload : multipartUpload),
  };
}

function objectRoute(method: string, bucket: string, name: string, url: URL): Route {
  switch (method) {
    case 'GET':
      return {
        operation: url.searchParams.get('alt') === 'media' ? 'download' : 'get',
        name,
        run: onBucket(bucket, (stored, request) => readObject(stored, name, request)),
      };
    case 'PATCH':
      return { operation: 'patch', name, run: onBucket(bucket, (stored, request) => patchObject(stored, name, request)) };
    case 'DELETE':
      return { operation: 'delete', name, run: onBucket(bucket, (stored, request) => deleteObject(stored, name, request)) };
    default:
      throw notFound(method, url);
  }
}

function copyRoute(verb: string, [bucket, name, targetBucket, targetName]: readonly [string, string, string, string]): Route {
  const run: Route['run'] = (state, request) => {
    const names = { source: bucketOf(state, bucket), sourceName: name, target: bucketOf(state, targetBucket), targetName };
    return verb === 'copyTo' ? copyObject(names, request) : state.rewrites.rewrite(names, request);
  };
  return { operation: verb === 'copyTo' ? 'copy' : 'rewrite', name: targetName, run };
}

function patchObject(bucket: StoredBucket, name: string, request: ApiRequest): ApiResponse {
  const query = request.url.searchParams;
  const version = bucket.require(name, integerParam(query, 'generation'));
  checkPreconditions(query, version, 'write');
  return jsonResponse(objectResource(bucket.update(version, patchedWritable(version.writable, parseResource(request.body)))));
}

function deleteObject(bucket: StoredBucket, name: string, request: ApiRequest): ApiResponse {
  const query = request.url.searchParams;
  const generation = integerParam(query, 'generation');
  const version = bucket.require(name, generation);
  checkPreconditions(query, version, 'write');
  bucket.checkMayRemove(version, generation);
  bucket.delete(name, generation);
  return emptyResponse(204);
}

function bucketResource(bucket: StoredBucket): ApiResponse {
  return jsonResponse({
    kind: 'storage#bucket',
    id: bucket.name,
    name: bucket.name,
    location: 'LOCAL',
    storageClass: 'STANDARD',
  });
}

function onBucket(name: string | undefined, run: (bucket: StoredBucket, request: ApiRequest) => ApiResponse): Route['run'] {
  return (state, request) => run(bucketOf(state, decode(name)), request);
}

function bucketOf(state: ServerState, name: string): StoredBucket {
  const bucket = state.buckets.get(name);
  if (bucket === undefined) throw new ApiError(404, 'notFound', 'The specified bucket does not exist.');
  return bucket;
}

function decode(segment: string | undefined): string {
  return decodeURIComponent(segment ?? '');
}

function notFound(method: string, url: URL): ApiError {
  return new ApiError(404, 'notFound', `No such route here: ${method} ${url.pathname}`);
}
