import { LivepoolError } from '../../core/errors.ts';
import { normaliseVenueId, type VenuePolicy, type VenuePurpose } from './venue-policy.ts';

/** Why a venue is refused (market-data spec §1.2). */
export type VenueRule =
  | 'refused_set'
  | 'not_listed'
  | 'alias'
  | 'trading_never'
  | 'eligibility_missing'
  | 'host'
  | 'redirect'
  | 'loopback_only_for_sim';

/**
 * Normalised id of a venue that may be used for a purpose; otherwise throws VENUE_REFUSED. Synchronous and free of I/O, so that it
 * can stand before DNS, sockets and keys. The allow-list decides; the refused set only makes the message clearer.
 */
export function checkVenue(policy: VenuePolicy, venue: string, purpose: VenuePurpose): string {
  const id = normaliseVenueId(venue);
  const rule = venueRule(policy, id, purpose);
  if (rule !== undefined) throw venueRefused(policy, id, purpose, rule);
  return id;
}

/** The rule that refuses a normalised id, or undefined. */
export function venueRule(policy: VenuePolicy, id: string, purpose: VenuePurpose): VenueRule | undefined {
  const { venues, refused_set, profiles } = policy.params;
  if (Object.hasOwn(venues, id)) return purpose === 'data' ? undefined : tradingRule(venues[id]!.trading);
  if (!Object.hasOwn(refused_set, id)) return 'not_listed';
  const mayRead = profiles[policy.profile]?.refused_set === 'data_if_named' && policy.dataVenues.includes(id);
  if (!mayRead) return 'refused_set';
  // Trading there also needs an attestation, which this version cannot record.
  return purpose === 'data' ? undefined : 'eligibility_missing';
}

function tradingRule(trading: 'spot' | 'eligibility_row' | 'never'): VenueRule | undefined {
  switch (trading) {
    case 'spot':
      return undefined;
    case 'eligibility_row':
      return 'eligibility_missing';
    case 'never':
      return 'trading_never';
  }
}

/** The error of a refused contact; `subject` is a host where the refusal is about one. */
export function venueRefused(
  policy: VenuePolicy,
  venue: string,
  purpose: VenuePurpose,
  rule: VenueRule,
  subject?: string,
): LivepoolError {
  const allowed = Object.keys(policy.params.candle_collection).filter((id) => venueRule(policy, id, 'data') === undefined);
  const what = subject === undefined ? `venue ${JSON.stringify(venue)}` : `host ${JSON.stringify(subject)} of venue ${venue}`;
  const message = `${what} is refused for ${purpose} under profile ${policy.profile} (rule ${rule}); candles come from ${allowed.join(', ')}`;
  const details = { venue, purpose, profile: policy.profile, rule, ...(subject !== undefined && { host: subject }) };
  return new LivepoolError('VENUE_REFUSED', 'terminal', message, details);
}
