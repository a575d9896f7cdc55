import { ApiError, type ApiRequest, type ApiResponse, emptyResponse, jsonResponse } from './api-message.ts';
import { parseResource } from './multipart.ts';
import { checkPreconditions } from './preconditions.ts';
import type { StoredBucket } from './stored-bucket.ts';
import { declaredInHeader, insertObject, received, requiredName } from './upload.ts';

/** Chunks before the last must be a multiple of this many bytes. */
const CHUNK_UNIT = 256 * 1024;

interface UploadSession {
  readonly bucket: StoredBucket;
  readonly name: string;
  readonly query: URLSearchParams;
  readonly resource: Readonly<Record<string, unknown>>;
  readonly mediaType: string | undefined;
  received: Buffer;
  /** Answer of the finished upload, given again to whoever asks again. */
  answer?: ApiResponse;
}

/** Open and finished resumable uploads of one server. */
export class ResumableUploads {
  readonly #sessions = new Map<string, UploadSession>();

  /** Opens a session; its address comes back in `Location`. */
  start(bucket: StoredBucket, request: ApiRequest): ApiResponse {
    const query = request.url.searchParams;
    const resource = parseResource(request.body);
    const name = typeof resource.name === 'string' ? resource.name : requiredName(query);
    checkPreconditions(query, bucket.live(name), 'write');
    const id = `upload-${this.#sessions.size + 1}`;
    const mediaType = headerText(request, 'x-upload-content-type');
    this.#sessions.set(id, { bucket, name, query, resource, mediaType, received: Buffer.alloc(0) });
    const location = new URL(request.url);
    location.searchParams.set('upload_id', id);
    return emptyResponse(200, { location: location.href, 'x-guploader-uploadid': id });
  }

  /** Takes a chunk, or answers a question for how much has arrived. The last byte makes the object. */
  receive(request: ApiRequest): ApiResponse {
    const session = this.#sessions.get(request.url.searchParams.get('upload_id') ?? '');
    if (session === undefined) throw new ApiError(404, 'notFound', 'No such upload session.');
    if (session.answer !== undefined) return session.answer;
    const chunk = parseContentRange(headerText(request, 'content-range'), request.body.length);
    if (chunk.start !== undefined) append(session, chunk.start, received(request.body, request), chunk.total);
    if (chunk.total !== session.received.length) return incomplete(session.received.length);
    return this.#finish(session, request);
  }

  /** Gives a session up; later chunks find none. */
  cancel(request: ApiRequest): ApiResponse {
    this.#sessions.delete(request.url.searchParams.get('upload_id') ?? '');
    return emptyResponse(499);
  }

  #finish(session: UploadSession, request: ApiRequest): ApiResponse {
    const resource = { ...session.resource, ...declaredInHeader(request.headers['x-goog-hash']) };
    const answer = insertObject(session.bucket, { ...session, resource, media: session.received });
    session.answer = jsonResponse(JSON.parse(answer.body.toString('utf8')));
    return answer;
  }
}

interface ContentRange {
  /** Offset of the chunk; undefined for a status question. */
  readonly start: number | undefined;
  /** Size of the whole object, when the sender knows it. */
  readonly total: number | undefined;
}

function parseContentRange(header: string | undefined, length: number): ContentRange {
  if (header === undefined) return { start: 0, total: length };
  const [, range, start, total] = /^bytes (\*|(\d+)-\d+)\/(\*|\d+)$/.exec(header) ?? [];
  if (range === undefined) throw new ApiError(400, 'invalid', `Invalid Content-Range: ${header}`);
  return { start: start === undefined ? undefined : Number(start), total: total === '*' ? undefined : Number(total) };
}

/** Adds a chunk; bytes that arrived before are kept as they are, a gap is refused. */
function append(session: UploadSession, start: number, chunk: Buffer, total: number | undefined): void {
  const have = session.received.length;
  if (start > have) throw new ApiError(503, 'backendError', `Chunk starts at ${start}, but only ${have} bytes arrived.`);
  const fresh = chunk.subarray(have - start);
  const isLast = total !== undefined && have + fresh.length === total;
  if (!isLast && chunk.length % CHUNK_UNIT !== 0)
    throw new ApiError(400, 'invalid', `Chunks must be multiples of ${CHUNK_UNIT} bytes.`);
  session.received = Buffer.concat([session.received, fresh]);
}

function incomplete(have: number): ApiResponse {
  return emptyResponse(308, have === 0 ? {} : { range: `bytes=0-${have - 1}` });
}

function headerText(request: ApiRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
