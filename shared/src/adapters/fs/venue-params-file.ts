import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { VenueParams } from '../../contracts/venue-policy.ts';
import { parseVenueParams } from '../../market/venue-policy/venue-policy.ts';
import { SHIPPED_PARAMS } from './shipped-params.ts';

const FILE = join(SHIPPED_PARAMS, 'venues.json');

/** The shipped venue table; fails with VENUE_PROFILE_INVALID, because without a policy nothing may be contacted. */
export function loadVenueParams(): VenueParams {
  return parseVenueParams(JSON.parse(readFileSync(FILE, 'utf8')));
}
