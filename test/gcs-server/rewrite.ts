import { ApiError, type ApiRequest, type ApiResponse, jsonResponse } from './api-message.ts';
import { parseResource } from './multipart.ts';
import { type ObjectVersion, objectResource, writableFrom } from './object-version.ts';
import { checkPreconditions, integerParam } from './preconditions.ts';
import type { StoredBucket } from './stored-bucket.ts';

export interface CopyNames {
  readonly source: StoredBucket;
  readonly sourceName: string;
  readonly target: StoredBucket;
  readonly targetName: string;
}

/** `copyTo`: the whole copy in one call, answered with the new resource. */
export function copyObject(names: CopyNames, request: ApiRequest): ApiResponse {
  return jsonResponse(objectResource(putCopy(names, checkedSource(names, request), request)));
}

/** `rewriteTo`: like copy, but a big object takes several calls, each with the token of the one before. */
export class Rewrites {
  readonly #bytesPerCall: number;
  readonly #progress = new Map<string, { readonly key: string; readonly done: number }>();
  #count = 0;

  constructor(bytesPerCall: number) {
    this.#bytesPerCall = bytesPerCall;
  }

  rewrite(names: CopyNames, request: ApiRequest): ApiResponse {
    const source = checkedSource(names, request);
    const key = JSON.stringify([names.source.name, names.sourceName, source.generation, names.target.name, names.targetName]);
    const size = source.bytes.length;
    const done = Math.min(size, this.#doneBefore(key, request) + this.#bytesPerCall);
    const answer = { kind: 'storage#rewriteResponse', totalBytesRewritten: String(done), objectSize: String(size) };
    if (done < size) return jsonResponse({ ...answer, done: false, rewriteToken: this.#remember(key, done) });
    return jsonResponse({ ...answer, done: true, resource: objectResource(putCopy(names, source, request)) });
  }

  #doneBefore(key: string, request: ApiRequest): number {
    const token = request.url.searchParams.get('rewriteToken');
    if (token === null) return 0;
    const progress = this.#progress.get(token);
    if (progress === undefined || progress.key !== key) throw new ApiError(400, 'invalid', 'Invalid rewrite token.');
    return progress.done;
  }

  #remember(key: string, done: number): string {
    this.#count += 1;
    const token = `rewrite-${this.#count}`;
    this.#progress.set(token, { key, done });
    return token;
  }
}

/** The version to copy, after the conditions on source and target held. */
function checkedSource({ source, sourceName, target, targetName }: CopyNames, request: ApiRequest): ObjectVersion {
  const query = request.url.searchParams;
  const version = source.require(sourceName, integerParam(query, 'sourceGeneration'));
  // The API speaks of the source's current generation, also where `sourceGeneration` names an older one.
  checkPreconditions(query, source.live(sourceName), 'write', 'source');
  target.checkMayInsert(targetName);
  checkPreconditions(query, target.live(targetName), 'write');
  return version;
}

/** The metadata of the request when it has a body, else that of the source. */
function putCopy({ target, targetName }: CopyNames, source: ObjectVersion, request: ApiRequest): ObjectVersion {
  const resource = parseResource(request.body);
  const writable = Object.keys(resource).length === 0 ? source.writable : writableFrom(resource);
  return target.insert(targetName, source.bytes, writable);
}
