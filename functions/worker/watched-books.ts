import { sectionOf } from '#shared/market/feed/feed-catalogue.ts';
import { parseInstrumentId } from '#shared/market/instrument-id.ts';
import { DOLLARS, STABLECOINS } from '#shared/quant/universe.ts';

/** A book that the configuration asks for. */
export interface WatchedBook {
  readonly instrument: string;
  readonly venue: string;
  readonly base: string;
  /** Its venue speaks for the microstructure of the symbol: the first of the preferred venues with a spot book of it. */
  readonly isPrimary: boolean;
}

/** Books of the configured instruments, in their order; what is read over REST alone has none (market data spec §1.4). */
export function watchedBooks(ids: readonly string[], primaryVenues: readonly string[]): readonly WatchedBook[] {
  const parsed = ids.flatMap((instrument) => {
    const parts = parseInstrumentId(instrument);
    if (parts === undefined || sectionOf(parts.venue, parts.kind)?.protocol == null) return [];
    return [{ instrument, ...parts }];
  });
  const primary = new Map<string, string>();
  for (const venue of primaryVenues) {
    for (const { base, quote, kind, instrument, venue: own } of parsed) {
      const speaks = own === venue && kind === 'spot' && DOLLARS.includes(quote) && !STABLECOINS.includes(base);
      if (speaks && !primary.has(base)) primary.set(base, instrument);
    }
  }
  return parsed.map(({ instrument, venue, base }) => ({ instrument, venue, base, isPrimary: primary.get(base) === instrument }));
}
