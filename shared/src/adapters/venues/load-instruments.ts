import { LivepoolError } from '../../core/errors.ts';
import type { ListingSource, VenueSection } from '../../market/feed/feed-catalogue.ts';
import type { InstrumentReading } from '../../market/instrument-changes.ts';
import { parseInstrumentId } from '../../market/instrument-id.ts';
import { FrameRefused } from '../../market/venues/frame-syntax.ts';
import { chooseInstruments, type InstrumentListing } from '../../market/venues/instrument-list.ts';
import type { VenueAccess } from './venue-access.ts';

export interface LoadedInstruments extends InstrumentReading {
  /** Ids that the venue does not list, or does not trade. */
  readonly missing: readonly string[];
}

/**
 * The asked instruments of one venue section from its own list (market data spec §2). Rejects with VENUE_UNAVAILABLE and its kin
 * when the list cannot be had, VENUE_PAYLOAD_SHAPE when it cannot be read.
 */
export async function loadInstruments(
  access: VenueAccess,
  section: VenueSection,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<LoadedInstruments> {
  const { listing } = section;
  const read = async (path: string): Promise<unknown> => jsonOf(access, path, await access.rest.get('instruments', path, signal));
  const replies = listing.kind === 'one' ? await read(listing.path) : await readEach(listing, ids, read);
  const list = parsed(access.venue, listing, replies);
  return { ...chooseInstruments(list, ids), listed: new Set(list.instruments.map(({ id }) => id)) };
}

async function readEach(
  listing: Extract<ListingSource, { kind: 'each' }>,
  ids: readonly string[],
  read: (path: string) => Promise<unknown>,
): Promise<readonly unknown[]> {
  const replies: unknown[] = [];
  for (const id of ids) {
    const parts = parseInstrumentId(id);
    if (parts === undefined) continue;
    try {
      replies.push(await read(listing.path(parts.base, parts.quote)));
    } catch (error) {
      // A symbol that is not listed is an answer, not a failure.
      if (!(error instanceof LivepoolError && error.code === 'VENUE_ERROR')) throw error;
    }
  }
  return replies;
}

function parsed(venue: string, listing: ListingSource, replies: unknown): InstrumentListing {
  try {
    return listing.parse(replies);
  } catch (thrown) {
    if (!(thrown instanceof FrameRefused)) throw thrown;
    throw unreadable(venue, `list of instruments: ${thrown.refusal.detail}`, thrown);
  }
}

function jsonOf(access: VenueAccess, path: string, body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    access.rest.distrust('instruments');
    throw unreadable(access.venue, `answer to ${path}`, error);
  }
}

function unreadable(venue: string, what: string, cause: unknown): LivepoolError {
  return new LivepoolError('VENUE_PAYLOAD_SHAPE', 'transient', `${venue}: unreadable ${what}`, { venue }, cause);
}
