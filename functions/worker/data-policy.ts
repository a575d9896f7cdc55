import { loadVenueParams } from '#shared/adapters/fs/venue-params-file.ts';
import { parseInstrumentId } from '#shared/market/instrument-id.ts';
import { checkVenue } from '#shared/market/venue-policy/check-venue.ts';
import { type VenuePolicy, venuePolicy } from '#shared/market/venue-policy/venue-policy.ts';
import type { WorkerConfig } from './config.ts';

/** Naming an instrument of a venue is naming the venue; a refused one is VENUE_REFUSED before anything is contacted. */
export function dataPolicy(config: WorkerConfig, instruments: readonly string[]): VenuePolicy {
  const venues = [...new Set(instruments.flatMap((id) => parseInstrumentId(id)?.venue ?? []))];
  const policy = venuePolicy(loadVenueParams(), config.PIPELINE_VENUE_PROFILE, venues);
  for (const venue of venues) checkVenue(policy, venue, 'data');
  return policy;
}
