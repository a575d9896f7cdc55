import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiError, type ApiRequest, type ApiResponse, errorResponse } from './api-message.ts';
import { type Fault, FaultPlan, type Operation } from './faults.ts';
import { ResumableUploads } from './resumable-upload.ts';
import { Rewrites } from './rewrite.ts';
import { findRoute, type Route, type ServerState } from './routes.ts';
import { type BucketOptions, StoredBucket } from './stored-bucket.ts';

export interface ServedRequest {
  readonly operation: Operation;
  readonly name: string | undefined;
  readonly query: URLSearchParams;
}

/** A Cloud Storage JSON API over HTTP in this process, everything in memory. For tests only: it checks no identity. */
export interface GcsServer {
  /** For the client's `apiEndpoint`. */
  readonly endpoint: string;
  readonly faults: FaultPlan;
  /** Requests understood so far, oldest first. */
  readonly requests: readonly ServedRequest[];
  createBucket(name: string, options?: BucketOptions): StoredBucket;
  /** Carries out what `delayed` faults held back, oldest first; returns how many. */
  release(): number;
  stop(): Promise<void>;
}

export interface GcsServerOptions {
  /** Bytes one `rewriteTo` call copies before it hands out a token. Default: no limit. */
  readonly rewriteBytesPerCall?: number;
}

/** Starts a server on a free port of 127.0.0.1. */
export async function startGcsServer(options: GcsServerOptions = {}): Promise<GcsServer> {
  const buckets = new Map<string, StoredBucket>();
  const rewrites = new Rewrites(options.rewriteBytesPerCall ?? Number.POSITIVE_INFINITY);
  const state: ServerState = { buckets, uploads: new ResumableUploads(), rewrites };
  const faults = new FaultPlan();
  const requests: ServedRequest[] = [];
  const heldBack: HeldBack[] = [];

  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const request = await readRequest(incoming);
    ageHeldBack(heldBack);
    const route = routeOf(request);
    if (route instanceof ApiError) return deliver(outgoing, { send: 'whole', response: errorResponse(route) });
    requests.push({ operation: route.operation, name: route.name, query: request.url.searchParams });
    const carryOut = (damagedMedia = false): ApiResponse => answer(route, state, { ...request, damagedMedia });
    const fault = faults.take(route.operation, route.name);
    deliver(outgoing, fault === undefined ? { send: 'whole', response: carryOut() } : replyUnder(fault, carryOut, heldBack));
  };

  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  let lastGeneration = 1_700_000_000_000_000;
  const nextGeneration = (): string => String(++lastGeneration);
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    requests,
    createBucket: (name, bucketOptions) => {
      const bucket = new StoredBucket(name, nextGeneration, bucketOptions);
      buckets.set(name, bucket);
      return bucket;
    },
    release: () => {
      const due = heldBack.splice(0);
      for (const { carryOut } of due) carryOut();
      return due.length;
    },
    stop: () => stopServer(server),
  };
}

interface HeldBack {
  readonly carryOut: () => ApiResponse;
  requestsLeft: number;
}

async function readRequest(incoming: IncomingMessage): Promise<ApiRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const url = new URL(incoming.url ?? '/', `http://${incoming.headers.host}`);
  return { method: incoming.method ?? 'GET', url, headers: incoming.headers, body: Buffer.concat(chunks), damagedMedia: false };
}

function routeOf(request: ApiRequest): Route | ApiError {
  try {
    return findRoute(request.method, request.url);
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

function answer(route: Route, state: ServerState, request: ApiRequest): ApiResponse {
  try {
    return route.run(state, request);
  } catch (error) {
    if (error instanceof ApiError) return errorResponse(error);
    throw error;
  }
}

/** What goes over the wire: an answer, the first half of one, an ended connection, or nothing for ever. */
type Reply =
  | { readonly send: 'whole' | 'half'; readonly response: ApiResponse }
  | { readonly send: 'end' }
  | { readonly send: 'nothing' };

function replyUnder(fault: Fault, carryOut: (damagedMedia?: boolean) => ApiResponse, heldBack: HeldBack[]): Reply {
  switch (fault.kind) {
    case 'status_after':
      carryOut();
      return { send: 'whole', response: failure(fault.status) };
    case 'status':
      return { send: 'whole', response: failure(fault.status) };
    case 'cut_after':
      carryOut();
      return { send: 'end' };
    case 'cut_before':
      return { send: 'end' };
    case 'delayed':
      heldBack.push({ carryOut, requestsLeft: fault.afterRequests ?? Number.POSITIVE_INFINITY });
      return { send: 'end' };
    case 'damage_request':
      return { send: 'whole', response: carryOut(true) };
    case 'damage_answer':
      return { send: 'whole', response: withFlippedBit(carryOut()) };
    case 'truncate_answer':
      return { send: 'half', response: carryOut() };
    case 'stall_after':
      carryOut();
      return { send: 'nothing' };
    case 'stall':
      return { send: 'nothing' };
  }
}

/** Counts a new request down for everything held back, and carries out what is due before that request. */
function ageHeldBack(heldBack: HeldBack[]): void {
  for (const entry of heldBack.slice()) {
    if (entry.requestsLeft > 0) entry.requestsLeft -= 1;
    else heldBack.splice(heldBack.indexOf(entry), 1)[0]?.carryOut();
  }
}

function failure(status: number): ApiResponse {
  const [reason, message] =
    status === 429 ? ['rateLimitExceeded', 'Too many requests.'] : ['backendError', 'We encountered an error.'];
  return errorResponse(new ApiError(status, reason, message));
}

function withFlippedBit(response: ApiResponse): ApiResponse {
  const body = Buffer.from(response.body);
  if (body.length > 0) body[body.length - 1] = body[body.length - 1]! ^ 1;
  return { ...response, body };
}

function deliver(outgoing: ServerResponse, reply: Reply): void {
  if (reply.send === 'nothing') return;
  if (reply.send === 'end') {
    outgoing.destroy();
    return;
  }
  const { status, headers, body } = reply.response;
  outgoing.writeHead(status, { ...headers, ...(status === 204 || status === 304 ? {} : { 'content-length': body.length }) });
  if (reply.send === 'whole') outgoing.end(body);
  else outgoing.write(body.subarray(0, body.length >> 1), () => outgoing.destroy());
}

async function stopServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
