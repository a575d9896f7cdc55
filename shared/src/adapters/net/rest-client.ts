import type { HttpParams, RequestBudget } from '../../contracts/venue-policy.ts';
import { LivepoolError } from '../../core/errors.ts';
import type { BreakerState } from '../../market/feed/circuit-breaker.ts';
import { CircuitBreaker } from '../../market/feed/circuit-breaker.ts';
import type { HealthWindow } from '../../market/feed/health-window.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import { boundedFetch, type HttpIo, type HttpState } from './bounded-fetch.ts';
import { requestBudget } from './request-budget.ts';
import { retryRead } from './retry.ts';

export interface RestClientDeps {
  readonly clock: Clock;
  readonly random: Pick<Random, 'next'>;
  /** Default: the machine's network and clock. */
  readonly http?: HttpIo;
}

export interface RestClientOptions {
  readonly venue: string;
  /** Scheme and host, no slash at the end. */
  readonly baseUrl: string;
  readonly budget: RequestBudget;
  readonly http: HttpParams;
  readonly checkHost: (host: string) => void;
  readonly refuseRedirect: (host: string) => never;
  readonly health: HealthWindow;
}

/** Requests of one venue, counted since the start. */
export interface RestCounters {
  /** By endpoint class and code: `stats 200`, `book error`. */
  readonly requests: Readonly<Record<string, number>>;
}

export interface RestClient {
  /**
   * The body of a GET. Waits for the budget, tries again what may heal, and rejects with VENUE_RATE_LIMITED, VENUE_UNAVAILABLE
   * (also while the breaker is open), VENUE_PAYLOAD_SHAPE or VENUE_ERROR. `endpoint` is the class that budget-like limits go by.
   */
  get(endpoint: string, path: string, signal: AbortSignal): Promise<Uint8Array>;
  /** Tells that an answer of 200 was none: HTML, a cut body, an error inside. */
  distrust(endpoint: string): void;
  breaker(endpoint: string): BreakerState;
  /** Most failures in a row of an endpoint class whose breaker had just closed again. */
  relapses(): number;
  /** Requests of each endpoint class that was asked that may leave now: those of the venue's budget, 0 while the class is paused. */
  remaining(): ReadonlyMap<string, number>;
  readonly counters: RestCounters;
}

const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 60_000;

interface EndpointClass {
  readonly breaker: CircuitBreaker;
  pausedUntilMs: number;
  pauseMs: number;
}

/** Public REST reads of one venue: one budget for the venue, one breaker and one pause per endpoint class (market data spec §5). */
export function restClient(deps: RestClientDeps, options: RestClientOptions): RestClient {
  const { clock, random } = deps;
  const { venue, http, health } = options;
  const requests: Record<string, number> = {};
  const classes = new Map<string, EndpointClass>();
  const takeToken = requestBudget(options.budget, clock);
  let tail: Promise<unknown> = Promise.resolve();

  const classOf = (endpoint: string): EndpointClass => {
    const known = classes.get(endpoint) ?? { breaker: new CircuitBreaker(), pausedUntilMs: 0, pauseMs: FIRST_PAUSE_MS };
    classes.set(endpoint, known);
    return known;
  };
  const count = (endpoint: string, code: number | string): void => {
    const name = `${endpoint} ${code}`;
    requests[name] = (requests[name] ?? 0) + 1;
  };
  /** Callers take their tokens one after the other. */
  const token = (signal: AbortSignal): Promise<void> => {
    const taken = tail.then(() => takeToken(signal));
    tail = taken.catch(() => undefined);
    return taken;
  };
  const attempt = async (endpoint: string, path: string, state: HttpState, signal: AbortSignal): Promise<Uint8Array> => {
    const own = classOf(endpoint);
    refuseWhilePaused(venue, endpoint, own, clock.nowMs());
    await token(signal);
    const startedMs = clock.nowMs();
    try {
      const body = await read(options, deps.http, path, state, signal, (code) => count(endpoint, code));
      own.breaker.succeeded(clock.nowMs());
      own.pauseMs = FIRST_PAUSE_MS;
      health.request('ok', clock.nowMs() - startedMs, clock.nowMs());
      return body;
    } catch (error) {
      signal.throwIfAborted();
      const failure = ours(error, venue, path);
      const nowMs = clock.nowMs();
      own.breaker.failed(nowMs);
      health.request(
        failure.code === 'VENUE_ERROR' || failure.code === 'VENUE_RATE_LIMITED' ? 'reject' : 'error',
        nowMs - startedMs,
        nowMs,
      );
      if (failure.code === 'VENUE_RATE_LIMITED') pause(own, state.retryAfterMs, nowMs);
      else if (!isAnswer(failure)) count(endpoint, 'error');
      throw failure;
    }
  };
  return {
    counters: { requests },
    breaker: (endpoint) => classOf(endpoint).breaker.state(clock.nowMs()),
    relapses: () => Math.max(0, ...[...classes.values()].map(({ breaker }) => breaker.relapses)),
    remaining: () => {
      const nowMs = clock.nowMs();
      const left = takeToken.left();
      const isOpen = ({ pausedUntilMs, breaker }: EndpointClass): boolean =>
        nowMs >= pausedUntilMs && breaker.state(nowMs) !== 'open';
      return new Map([...classes].map(([endpoint, own]) => [endpoint, isOpen(own) ? left : 0]));
    },
    distrust: (endpoint) => classOf(endpoint).breaker.failed(clock.nowMs()),
    get: (endpoint, path, signal) => {
      const state: HttpState = { signal, retryAfterMs: undefined };
      const retry = { clock, random, retryAfterMs: () => state.retryAfterMs };
      return retryRead(() => attempt(endpoint, path, state, signal), http, retry, signal);
    },
  };
}

function refuseWhilePaused(venue: string, endpoint: string, own: EndpointClass, nowMs: number): void {
  const details = { venue, endpoint };
  if (nowMs < own.pausedUntilMs) {
    const message = `${venue} ${endpoint} is paused for ${own.pausedUntilMs - nowMs} ms more, as the venue asked`;
    throw new LivepoolError('VENUE_RATE_LIMITED', 'transient', message, details);
  }
  if (!own.breaker.admits(nowMs)) {
    throw new LivepoolError('VENUE_UNAVAILABLE', 'transient', `${venue} ${endpoint} is left alone after failures`, details);
  }
}

function pause(own: EndpointClass, askedMs: number | undefined, nowMs: number): void {
  own.pausedUntilMs = nowMs + (askedMs ?? own.pauseMs);
  own.pauseMs = Math.min(LONGEST_PAUSE_MS, own.pauseMs * 2);
}

async function read(
  options: RestClientOptions,
  io: HttpIo | undefined,
  path: string,
  state: HttpState,
  signal: AbortSignal,
  count: (code: number) => void,
): Promise<Uint8Array> {
  const { venue, http, checkHost, refuseRedirect } = options;
  const limits = { timeoutMs: http.timeout_ms, maxBodyBytes: http.max_body_bytes };
  const bounds = { ...limits, checkHost, refuseRedirect, ...(io === undefined ? {} : { io }) };
  const response = await boundedFetch(bounds, state)(`${options.baseUrl}${path}`, { signal });
  count(response.status);
  const body = new Uint8Array(await response.arrayBuffer());
  const { status } = response;
  if (status === 200) return body;
  const words = new TextDecoder().decode(body.subarray(0, 200));
  const message = `${venue} ${path} answered ${status}: ${words}`;
  const details = { venue, status };
  if (status === 429 || status === 418) throw new LivepoolError('VENUE_RATE_LIMITED', 'transient', message, details);
  if (status >= 500) throw new LivepoolError('VENUE_UNAVAILABLE', 'transient', message, details);
  throw new LivepoolError('VENUE_ERROR', 'terminal', message, details);
}

/** The venue answered, though not with what was asked for; it is counted by its status already. */
function isAnswer(failure: LivepoolError): boolean {
  return typeof failure.details.status === 'number';
}

function ours(error: unknown, venue: string, path: string): LivepoolError {
  if (error instanceof LivepoolError) return error;
  const words = error instanceof Error ? error.message : String(error);
  return new LivepoolError('VENUE_UNAVAILABLE', 'transient', `${venue} ${path}: ${words}`, { venue }, error);
}
