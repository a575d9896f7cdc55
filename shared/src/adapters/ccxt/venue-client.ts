import type { CandleSource, SourceCandle } from '../../ports/candle-source.ts';
import type { CcxtErrors } from './map-error.ts';

/** One instrument in the venue's terms. */
export interface VenueInstrument {
  readonly venueSymbol: string;
  /** The venue's asset names, before aliases. */
  readonly base: string;
  readonly quote: string;
  /** `TRADING`, or the venue's own word in upper case. */
  readonly status: string;
  readonly isSpotTradingAllowed: boolean;
  /** Why the row must not be used at all; absent for a normal one. */
  readonly unusable?: string;
}

/** Candles of one length by their open times, both inclusive, ms. */
export interface CandleRange {
  readonly interval: '1d' | '1h';
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a venue says was traded in the last 24 h, in quote units; NaN where it says nothing. */
export interface DayVolume {
  readonly venueSymbol: string;
  readonly quoteVolume: number;
}

/**
 * The reads of a venue that the pool needs, over ccxt's raw endpoint methods: the unified `fetchOHLCV` drops the quote
 * volume, cuts windows at this machine's clock, and `loadMarkets` asks for products and currencies that nobody uses here.
 */
export interface VenueClient {
  fetchInstruments(): Promise<readonly VenueInstrument[]>;
  /** Ascending by open time. May hold rows outside of the range: Kraken always adds the unfinished one. */
  fetchCandles(venueSymbol: string, range: CandleRange): Promise<readonly SourceCandle[]>;
  fetchDayVolumes(): Promise<readonly DayVolume[]>;
}

/** What is set on every ccxt client. */
export interface ClientConfig {
  /** Base url of the venue's section of the sample exchange; absent for the venue's own hosts. */
  readonly simUrl?: string;
  readonly timeoutMs: number;
  readonly fetch: (url: string, params?: object) => Promise<Response>;
}

/** A venue whose candles can be collected. */
export interface CandleVenue {
  /** Name under which its volumes are calibrated. */
  readonly sourceId: string;
  readonly quoteVolume: CandleSource['quoteVolume'];
  /** `window`: any part of the history can be asked for. `newest`: one answer holds all there is from the asked time on. */
  readonly history: 'window' | 'newest';
  /** Loads ccxt's client of this venue on first use. */
  open(config: ClientConfig): Promise<{ readonly client: VenueClient; readonly errors: CcxtErrors }>;
}
