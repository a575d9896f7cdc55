import type { SourceCandle } from '../../ports/candle-source.ts';
import type { HourSource, HoursRequest } from '../../ports/hour-source.ts';
import type { CandleVenue } from './venue-client.ts';
import type { VenueListing } from './venue-listing.ts';
import type { VenueRequest } from './venue-requests.ts';

const HOUR_MS = 3_600_000;

export interface HourSourceParts {
  readonly sourceId: string;
  readonly listing: VenueListing;
  readonly request: VenueRequest;
  readonly history: CandleVenue['history'];
  /** Candles in one answer. */
  readonly pageCandles: number;
}

/** Hours of a venue, in as many requests as its page needs, and its own statement of the last day's volumes. */
export function ccxtHourSource({ sourceId, listing, request, history, pageCandles }: HourSourceParts): HourSource {
  const pageMs = history === 'newest' ? Number.POSITIVE_INFINITY : pageCandles * HOUR_MS;
  return {
    sourceId,
    fetchHours: async ({ symbol, fromMs, toMs, signal }: HoursRequest) => {
      const venueSymbol = await listing.venueSymbolOf(symbol, signal);
      const candles: SourceCandle[] = [];
      for (let first = fromMs; first <= toMs; first += pageMs) {
        const range = { interval: '1h', fromMs: first, toMs: Math.min(toMs, first + pageMs - HOUR_MS) } as const;
        candles.push(...(await request(symbol, (client) => client.fetchCandles(venueSymbol, range), signal)));
      }
      return candles;
    },
    fetchDayVolumes: async (signal) => {
      const venueSymbols = await listing.venueSymbols(signal);
      const rows = await request('tickers', (client) => client.fetchDayVolumes(), signal);
      const stated = new Map(rows.map(({ venueSymbol, quoteVolume }) => [venueSymbol, quoteVolume]));
      const volumes = [...venueSymbols].map(([symbol, venueSymbol]) => [symbol, stated.get(venueSymbol) ?? Number.NaN] as const);
      return new Map(volumes.filter(([, volume]) => volume >= 0));
    },
  };
}
