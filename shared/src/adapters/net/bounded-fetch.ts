import { LivepoolError } from '../../core/errors.ts';

/** How a request leaves the process and when its time is out. */
export interface HttpIo {
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Aborts after `ms`. */
  timeout(ms: number): AbortSignal;
}

export interface BoundedFetchOptions {
  /** Default: the machine's network and clock. */
  readonly io?: HttpIo;
  readonly timeoutMs: number;
  readonly maxBodyBytes: number;
  /** Throws unless the host may be contacted. */
  readonly checkHost: (host: string) => void;
  /** Throws the refusal of a redirect to another host. */
  readonly refuseRedirect: (host: string) => never;
}

/** What the caller must know about the exchange of messages where a library hides it. */
export interface HttpState {
  /** Aborts the request under way. */
  signal: AbortSignal | undefined;
  /** Wait that the venue asked for in its last answer. */
  retryAfterMs: number | undefined;
}

const MACHINE_IO: HttpIo = { fetch: (url, init) => fetch(url, init), timeout: (ms) => AbortSignal.timeout(ms) };

type FetchParams = { readonly method?: string; readonly headers?: Record<string, string>; readonly signal?: AbortSignal };

/**
 * A `fetch` that only reads: GET, listed hosts, no redirects, a timeout over the whole exchange including the body, and
 * a bound on the unpacked body (market-data spec §5). Notes Retry-After in `state`.
 */
export function boundedFetch(
  options: BoundedFetchOptions,
  state: HttpState,
): (url: string, params?: FetchParams) => Promise<Response> {
  const { io = MACHINE_IO } = options;
  return async (url, params = {}) => {
    const { hostname } = new URL(url);
    options.checkHost(hostname);
    if ((params.method ?? 'GET') !== 'GET') throw new LivepoolError('INVARIANT', 'bug', `${params.method} is not a read`);
    const signals = [io.timeout(options.timeoutMs), params.signal, state.signal].filter((signal) => signal !== undefined);
    const response = await io.fetch(url, {
      method: 'GET',
      ...(params.headers !== undefined && { headers: params.headers }),
      redirect: 'manual',
      signal: AbortSignal.any(signals),
    });
    if (response.status >= 300 && response.status < 400) refuse(url, response, options);
    state.retryAfterMs = retryAfterMs(response);
    const body = await boundedBody(response, options.maxBodyBytes);
    return new Response(isBodiless(response.status) ? null : body, { status: response.status, headers: plainHeaders(response) });
  };
}

function refuse(url: string, response: Response, options: BoundedFetchOptions): never {
  const target = new URL(response.headers.get('location') ?? '/', url);
  if (target.hostname !== new URL(url).hostname) options.refuseRedirect(target.hostname);
  throw new LivepoolError('VENUE_PAYLOAD_SHAPE', 'transient', `${url} answered with a redirect to ${target.pathname}`);
}

/** Milliseconds of a Retry-After header in seconds; dates and nonsense count as absent. */
function retryAfterMs(response: Response): number | undefined {
  const header = response.headers.get('retry-after');
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : undefined;
}

async function boundedBody(response: Response, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) {
      throw new LivepoolError('VENUE_PAYLOAD_SHAPE', 'transient', `${response.url} answered more than ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function isBodiless(status: number): boolean {
  return status === 204 || status === 205 || status === 304;
}

/** Headers without those that describe the packed body that is no longer there. */
function plainHeaders(response: Response): Headers {
  const headers = new Headers(response.headers);
  headers.delete('content-encoding');
  headers.delete('content-length');
  return headers;
}
