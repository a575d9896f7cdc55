import { type CcxtSource, type CcxtSourceDeps, ccxtSource } from '#shared/adapters/ccxt/ccxt-source.ts';
import { loadVenueParams } from '#shared/adapters/fs/venue-params-file.ts';
import { venuePolicy } from '#shared/market/venue-policy/venue-policy.ts';

/** The venue of a deployable's settings. Naming it there is what opens it where the policy asks for a name. */
export function openVenue(
  config: {
    readonly PIPELINE_VENUE: string;
    readonly PIPELINE_VENUE_PROFILE: 'us_strict' | 'global';
    readonly PIPELINE_VENUE_ENDPOINT?: string | undefined;
  },
  deps: CcxtSourceDeps,
): CcxtSource {
  const policy = venuePolicy(loadVenueParams(), config.PIPELINE_VENUE_PROFILE, [config.PIPELINE_VENUE]);
  const simUrl = config.PIPELINE_VENUE_ENDPOINT;
  return ccxtSource(deps, { venue: config.PIPELINE_VENUE, policy, ...(simUrl === undefined ? {} : { simUrl }) });
}
