import { sha256Hex } from '../core/sha256.ts';
import { createEventLog, type EventLog } from './event-log.ts';
import type { Fault } from './faults/fault.ts';
import { type Delivery, deliver, edgeTooMany } from './faults/fault-answer.ts';
import { type FaultPlan, faultPlan } from './faults/fault-plan.ts';
import { createSampleMarket, DEFAULT_NOW_MS, DEFAULT_SEED, type SampleMarket } from './market/sample-market.ts';
import { type RateLimit, type RateVerdict, rateLimiter } from './rate-limit.ts';
import { gateError } from './venues/gate-error.ts';
import { gateSpotRest } from './venues/gate-spot-rest.ts';
import { krakenSpotRest } from './venues/kraken-spot-rest.ts';
import { jsonAnswer, type VenueAnswer, type VenueRequest, type VenueSurface } from './venues/venue-http.ts';

/** Venues that the exchange speaks; each lives below `/<venue>` of the base url. */
export const SIMULATED_VENUES = ['gate', 'kraken', 'krakenfutures'] as const;

export type SimulatedVenue = (typeof SIMULATED_VENUES)[number];

export interface ExchangeOptions {
  /** Default `DEFAULT_SEED`. */
  readonly seed?: string;
  /** The sample market's now; default `DEFAULT_NOW_MS`. */
  readonly nowMs?: number;
  /** Faults that are planned from the start. */
  readonly faults?: readonly Fault[];
  /** Limit per client and venue; default: none. */
  readonly rateLimit?: RateLimit;
  /** Lists Kraken's old dark pool ids (`XXBTZUSD.d`) as well, which lead a careless client astray. Default false. */
  readonly krakenDarkPools?: boolean;
  /** Lines that the log keeps, default 10,000; its hash covers all. */
  readonly logLines?: number;
}

/** A request as it arrived: who sent it, where to, and when by a clock that does not go back. */
export interface ExchangeRequest {
  readonly client: string;
  readonly method: string;
  /** Path and query, for example `/gate/api/v4/spot/time`. */
  readonly target: string;
  readonly atMs: number;
  /** Of requests that bring them; names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The exchange without its sockets. */
export interface Exchange {
  readonly market: SampleMarket;
  readonly faults: FaultPlan;
  readonly log: EventLog;
  handle(request: ExchangeRequest): Delivery;
}

/** The REST surfaces that an exchange answers with; a venue without one is unknown. */
export type VenueSurfaces = Readonly<Partial<Record<SimulatedVenue, VenueSurface>>>;

/** One market, its venues, the faults between them and the client, and the log of what was asked and answered. */
export function createExchange(options: ExchangeOptions = {}): Exchange {
  const market = createSampleMarket({ seed: options.seed ?? DEFAULT_SEED, nowMs: options.nowMs ?? DEFAULT_NOW_MS });
  return exchangeOver(market, sampleSurfaces(market, options.krakenDarkPools === true), options);
}

/** Spot of Gate and Kraken as the sample market has it: daily and hourly candles, no books. */
export function sampleSurfaces(market: SampleMarket, krakenDarkPools: boolean): VenueSurfaces {
  return { gate: gateSpotRest(market), kraken: krakenSpotRest(market, krakenDarkPools) };
}

/** The same with given surfaces. `onFault` hears of every request that a fault met. */
export function exchangeOver(
  market: SampleMarket,
  surfaces: VenueSurfaces,
  options: Pick<ExchangeOptions, 'faults' | 'rateLimit' | 'logLines'>,
  onFault: (fault: Fault, venue: SimulatedVenue, target: string) => void = () => {},
): Exchange {
  const faults = faultPlan(market.seed, options.faults ?? []);
  const log = createEventLog(options.logLines);
  const limiter = options.rateLimit === undefined ? undefined : rateLimiter(options.rateLimit);
  return {
    market,
    faults,
    log,
    handle: (request) => {
      const { venue, rest, query } = splitTarget(request.target);
      const surface = venue === undefined ? undefined : surfaces[venue];
      if (venue === undefined || surface === undefined) {
        return deliver(jsonAnswer(404, { error: 'unknown venue' }), undefined, edgeTooMany);
      }
      const text = `${venue} ${rest}${query === '' ? '' : `?${query}`}`;
      const verdict = limiter?.(`${venue} ${request.client}`, request.atMs);
      const fault = faults.meet(text);
      if (fault !== undefined) onFault(fault, venue, rest);
      const answer = answerOf(surface, venue, verdict, {
        method: request.method,
        path: rest,
        query: new URLSearchParams(query),
        ...(request.headers === undefined ? {} : { headers: request.headers }),
        ...(request.body === undefined ? {} : { body: request.body }),
      });
      const delivery = deliver(answer, fault, TOO_MANY[venue]);
      log.append(`${request.method} ${text} ${delivery.answer.status} ${fault?.kind ?? '-'} ${sha256Hex(delivery.answer.body)}`);
      return delivery;
    },
  };
}

/** How each venue says "too many requests". */
const TOO_MANY: Readonly<Record<SimulatedVenue, (retryAfterSec: number) => VenueAnswer>> = {
  gate: (retryAfterSec) => {
    const answer = gateError('TOO_MANY_REQUESTS', 'Request Rate limit Exceeded (312)', 429);
    return retryAfterSec > 0 ? withHeaders(answer, { 'retry-after': String(retryAfterSec) }) : answer;
  },
  // Kraken's own refusal is HTTP 200 with an error text; a client that asks too fast meets the edge before it meets that.
  kraken: edgeTooMany,
  krakenfutures: edgeTooMany,
};

function answerOf(
  surface: VenueSurface,
  venue: SimulatedVenue,
  verdict: RateVerdict | undefined,
  request: VenueRequest,
): VenueAnswer {
  if (verdict !== undefined && !verdict.allowed) return TOO_MANY[venue](verdict.retryAfterSec);
  const answer = surface(request);
  if (venue !== 'gate' || verdict === undefined) return answer;
  return withHeaders(answer, { 'x-gate-ratelimit-requests-remain': String(verdict.remaining) });
}

function withHeaders(answer: VenueAnswer, headers: Readonly<Record<string, string>>): VenueAnswer {
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

function splitTarget(target: string): { venue: SimulatedVenue | undefined; rest: string; query: string } {
  const [path = '', ...queryParts] = target.split('?');
  const venue = SIMULATED_VENUES.find((name) => path === `/${name}` || path.startsWith(`/${name}/`));
  return { venue, rest: venue === undefined ? path : path.slice(venue.length + 1), query: queryParts.join('?') };
}
