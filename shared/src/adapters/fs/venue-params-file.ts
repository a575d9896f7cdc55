import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { VenueParams } from '../../contracts/venue-policy.ts';
import { parseVenueParams } from '../../market/venue-policy/venue-policy.ts';

const FILE = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'params', 'venues.json');

/** The shipped venue table; fails with VENUE_PROFILE_INVALID, because without a policy nothing may be contacted. */
export function loadVenueParams(): VenueParams {
  return parseVenueParams(JSON.parse(readFileSync(FILE, 'utf8')));
}
