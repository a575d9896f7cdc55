import { LivepoolError } from '../../core/errors.ts';
import type { InstrumentList } from '../../ports/instrument-source.ts';
import { toInstrumentList } from './instrument-list.ts';
import type { VenueRequest } from './venue-requests.ts';

/** What a venue lists, and how it calls what the pool names otherwise. */
export interface VenueListing {
  /** Asks the venue anew. */
  fetchInstruments(signal?: AbortSignal): Promise<InstrumentList>;
  /** The venue's own symbol by pool symbol, as last listed; asks the venue when it was not asked yet. */
  venueSymbols(signal?: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** The same of one symbol; SYMBOL_UNKNOWN where the venue does not list it. */
  venueSymbolOf(symbol: string, signal?: AbortSignal): Promise<string>;
}

/** The listing of a venue whose asset names differ by `aliases`. */
export function venueListing(id: string, request: VenueRequest, aliases: Readonly<Record<string, string>>): VenueListing {
  let known: ReadonlyMap<string, string> | undefined;
  const ask = async (signal?: AbortSignal) => {
    const list = toInstrumentList(await request('instruments', (client) => client.fetchInstruments(), signal), aliases);
    known = list.venueSymbols;
    return list;
  };
  const venueSymbols = async (signal?: AbortSignal) => known ?? (await ask(signal)).venueSymbols;
  return {
    fetchInstruments: async (signal) => {
      const { instruments, skipped } = await ask(signal);
      return { instruments, skipped };
    },
    venueSymbols,
    venueSymbolOf: async (symbol, signal) => {
      const venueSymbol = (await venueSymbols(signal)).get(symbol);
      if (venueSymbol !== undefined) return venueSymbol;
      throw new LivepoolError('SYMBOL_UNKNOWN', 'terminal', `${id} does not list ${symbol}`, { venue: id, symbol });
    },
  };
}
