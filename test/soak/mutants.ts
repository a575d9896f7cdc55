import { VENUE_SECTIONS, type VenueSection } from '#shared/market/feed/feed-catalogue.ts';
import type { VenueProtocol } from '#shared/market/feed/venue-protocol.ts';

/** A client with one duty left out. */
export interface Mutant {
  readonly name: string;
  /** Feeds that it concerns. */
  readonly feeds: readonly string[];
  readonly change: (protocol: VenueProtocol) => VenueProtocol;
}

/** Clients that the witness must catch; whoever changes it tries them first. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'ignores the checksum',
    feeds: ['kraken.spot'],
    change: (protocol) => ({ ...protocol, verifiesChecksum: false }),
  },
  {
    name: 'ignores gaps in the numbers',
    feeds: ['krakenfutures.perp', 'gate.spot', 'gate.perp'],
    change: (protocol) => ({ ...protocol, rule: { ...protocol.rule, continues: () => 'apply' } }),
  },
  {
    name: 'keeps levels that left the window',
    feeds: ['gate.perp'],
    change: (protocol) => ({ ...protocol, depth: Number.POSITIVE_INFINITY }),
  },
  {
    name: 'believes in a silent socket',
    feeds: ['kraken.spot', 'krakenfutures.perp', 'gate.spot', 'gate.perp'],
    change: (protocol) => ({ ...protocol, liveness: { ...protocol.liveness, staleAfterMs: 1e12, reconnectAfterMs: 1e12 } }),
  },
];

/** The catalogue with a mutant in the place of the honest client. */
export function mutatedSections({ feeds, change }: Mutant): readonly VenueSection[] {
  return VENUE_SECTIONS.map((section) => {
    const { protocol } = section;
    if (protocol === null) return section;
    const changed: VenueSection['protocol'] = (instruments) => {
      const honest = protocol(instruments);
      return feeds.includes(honest.feedId) ? change(honest) : honest;
    };
    return { ...section, protocol: changed };
  });
}
