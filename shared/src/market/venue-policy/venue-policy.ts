import { type VenueParams, venueParamsSchema } from '../../contracts/venue-policy.ts';
import { LivepoolError } from '../../core/errors.ts';

/** The policy of one deployment: a named profile over the venue table, plus the refused venues it names for data. */
export interface VenuePolicy {
  readonly profile: string;
  readonly params: VenueParams;
  /** Venues of the refused set whose data the deployment asks for; counts only where the profile allows it. */
  readonly dataVenues: readonly string[];
}

export type VenuePurpose = 'data' | 'trading';

/** Venue table from parsed JSON; fails with VENUE_PROFILE_INVALID, because without a policy nothing may be contacted. */
export function parseVenueParams(value: unknown): VenueParams {
  const parsed = venueParamsSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new LivepoolError('VENUE_PROFILE_INVALID', 'terminal', `the venue table is invalid: ${problems.join('; ')}`, {
    problems,
  });
}

/** Policy of a profile by name; fails with VENUE_PROFILE_INVALID when the table has no such profile. */
export function venuePolicy(params: VenueParams, profile: string, dataVenues: readonly string[]): VenuePolicy {
  if (!Object.hasOwn(params.profiles, profile)) {
    const known = Object.keys(params.profiles).join(', ');
    const message = `there is no venue profile ${JSON.stringify(profile)}; choose one of ${known}`;
    throw new LivepoolError('VENUE_PROFILE_INVALID', 'terminal', message, { profile });
  }
  return { profile, params, dataVenues: dataVenues.map(normaliseVenueId) };
}

/** A venue id as it is compared: trimmed and case-folded, compatibility forms (full width) mapped to plain letters. */
export function normaliseVenueId(venue: string): string {
  return venue.normalize('NFKC').trim().toLowerCase();
}
