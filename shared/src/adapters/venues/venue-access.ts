import type { HttpParams } from '../../contracts/venue-policy.ts';
import { LivepoolError } from '../../core/errors.ts';
import { HealthWindow } from '../../market/feed/health-window.ts';
import { HostAttempts } from '../../market/feed/host-attempts.ts';
import { REST_BUDGETS } from '../../market/feed/rest-budgets.ts';
import { REST_BASE_URLS } from '../../market/feed/rest-paths.ts';
import { checkHost } from '../../market/venue-policy/check-host.ts';
import { checkVenue, venueRefused } from '../../market/venue-policy/check-venue.ts';
import type { VenuePolicy } from '../../market/venue-policy/venue-policy.ts';
import { type RestClient, type RestClientDeps, restClient } from '../net/rest-client.ts';

/** Where a simulated venue answers, by feed and venue; loopback only. */
export interface SimulatedEndpoints {
  /** REST base by venue id, in place of the venue's own. */
  readonly rest: Readonly<Record<string, string>>;
  /** WebSocket url by feed id. */
  readonly sockets: Readonly<Record<string, string>>;
}

/** What all clients of one venue share. */
export interface VenueAccess {
  readonly venue: string;
  readonly rest: RestClient;
  readonly health: HealthWindow;
  readonly attempts: HostAttempts;
  /** Url of a stream, after the policy allowed its host. */
  socketUrl(feedId: string, ownUrl: string): string;
}

/** Tries and waits of one live read: the next poll is never far (market data spec §5). */
const LIVE_READS: Partial<HttpParams> = { tries: 3, base_delay_ms: 500, max_delay_ms: 5_000 };

/**
 * Access to one venue's public data. The policy is asked here, before any name is resolved or socket opened: VENUE_REFUSED for a
 * venue, host or redirect that it does not allow, VENUE_ERROR for an allowed venue that nobody here can read.
 */
export function venueAccess(
  deps: RestClientDeps,
  policy: VenuePolicy,
  venueId: string,
  simulated: SimulatedEndpoints | null,
): VenueAccess {
  const venue = checkVenue(policy, venueId, 'data');
  const budget = REST_BUDGETS[venue];
  const ownUrl = REST_BASE_URLS[venue];
  const baseUrl = simulated === null ? ownUrl : simulated.rest[venue];
  if (budget === undefined || baseUrl === undefined) {
    const where = simulated === null ? 'by this program' : 'by the sample exchange';
    throw new LivepoolError('VENUE_ERROR', 'terminal', `live data of ${venue} is not offered ${where}`, { venue });
  }
  const endpoint = simulated === null ? 'venue' : 'sim';
  const check = (host: string): void => checkHost(policy, venue, 'data', endpoint, host);
  check(new URL(baseUrl).hostname);
  const health = new HealthWindow();
  const rest = restClient(deps, {
    venue,
    baseUrl,
    budget: simulated === null ? budget : policy.params.sample_exchange,
    http: { ...policy.params.http, ...LIVE_READS },
    checkHost: check,
    refuseRedirect: (host) => {
      throw venueRefused(policy, venue, 'data', 'redirect', host);
    },
    health,
  });
  return {
    venue,
    rest,
    health,
    attempts: new HostAttempts(),
    socketUrl: (feedId, own) => {
      const url = simulated === null ? own : simulated.sockets[feedId];
      if (url === undefined) {
        throw new LivepoolError('VENUE_ERROR', 'terminal', `the sample exchange has no stream ${feedId}`, { venue, feedId });
      }
      check(new URL(url).hostname);
      return url;
    },
  };
}
