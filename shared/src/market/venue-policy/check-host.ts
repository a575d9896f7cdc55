import { type VenueRule, venueRefused, venueRule } from './check-venue.ts';
import type { VenuePolicy, VenuePurpose } from './venue-policy.ts';

/** Where an adapter connects: the venue's own hosts, or the sample exchange on this machine. */
export type Endpoint = 'venue' | 'sim';

/**
 * Throws VENUE_REFUSED unless a host may be contacted on behalf of a venue that passed `checkVenue`: it equals or is below one of
 * the venue's domains and below no refused domain; loopback, and only loopback, for the sample exchange.
 */
export function checkHost(policy: VenuePolicy, venue: string, purpose: VenuePurpose, endpoint: Endpoint, host: string): void {
  const rule = hostRule(policy, venue, purpose, endpoint, normaliseHost(host));
  if (rule !== undefined) throw venueRefused(policy, venue, purpose, rule, host);
}

/** Domains that may be contacted under a policy: the same list serves the network's egress rules. */
export function allowedDomains(policy: VenuePolicy): readonly string[] {
  const { venues, refused_set } = policy.params;
  const readable = Object.entries({ ...venues, ...refused_set }).filter(([id]) => venueRule(policy, id, 'data') === undefined);
  return [...new Set(readable.flatMap(([, venue]) => venue.domains))].sort();
}

function hostRule(
  policy: VenuePolicy,
  venue: string,
  purpose: VenuePurpose,
  endpoint: Endpoint,
  host: string | undefined,
): VenueRule | undefined {
  if (host === undefined) return 'host';
  if (endpoint === 'sim') return isLoopback(host) ? undefined : 'loopback_only_for_sim';
  const { venues, refused_set } = policy.params;
  const own = (venues[venue] ?? refused_set[venue])?.domains ?? [];
  if (own.some((domain) => isWithin(host, domain))) return venueRule(policy, venue, purpose);
  const isRefused = Object.values(refused_set).some(({ domains }) => domains.some((domain) => isWithin(host, domain)));
  return isRefused ? 'refused_set' : 'host';
}

/** Host in the form that DNS compares: IDNA to ASCII, lower case, no trailing dot; undefined when it is no host. */
function normaliseHost(host: string): string | undefined {
  try {
    return new URL(`http://${host}`).hostname.replace(/\.$/, '');
  } catch {
    return undefined;
  }
}

function isWithin(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
