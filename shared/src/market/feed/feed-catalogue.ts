import type { InstrumentSpec } from '../../contracts/instrument-spec.ts';
import { parseBinanceSymbols } from '../venues/binance/parse-instruments.ts';
import { binanceSpotProtocol, binanceUsdmProtocol } from '../venues/binance/protocol.ts';
import { parseCoinbaseProducts } from '../venues/coinbase/parse-instruments.ts';
import { coinbaseProtocol } from '../venues/coinbase/protocol.ts';
import { gateFuturesProtocol } from '../venues/gate/futures-protocol.ts';
import { parseGateContracts, parseGatePairs } from '../venues/gate/parse-instruments.ts';
import { gateSpotProtocol } from '../venues/gate/spot-protocol.ts';
import { parseGeminiDetails } from '../venues/gemini/parse-instruments.ts';
import { geminiProtocol } from '../venues/gemini/protocol.ts';
import type { InstrumentListing } from '../venues/instrument-list.ts';
import { parseKrakenFuturesProducts } from '../venues/kraken-futures/parse-instruments.ts';
import { krakenFuturesProtocol } from '../venues/kraken-futures/protocol.ts';
import { parseKrakenPairs } from '../venues/kraken-spot/parse-instruments.ts';
import { krakenSpotProtocol } from '../venues/kraken-spot/protocol.ts';
import { parseMexcContracts, parseMexcSymbols } from '../venues/mexc/parse-instruments.ts';
import { mexcSpotProtocol } from '../venues/mexc/spot-protocol.ts';
import type { VenueProtocol } from './venue-protocol.ts';

/** Where a venue lists its instruments: one answer, or one answer a symbol (Gemini). */
export type ListingSource =
  | { readonly kind: 'one'; readonly path: string; readonly parse: (reply: unknown) => InstrumentListing }
  | {
      readonly kind: 'each';
      readonly path: (base: string, quote: string) => string;
      readonly parse: (replies: unknown) => InstrumentListing;
    };

/** One section of a venue: its instruments, and its stream where we follow it. */
export interface VenueSection {
  readonly venue: string;
  readonly kind: 'spot' | 'perp';
  readonly listing: ListingSource;
  /** Null where only REST is read. */
  readonly protocol: ((instruments: readonly InstrumentSpec[]) => VenueProtocol) | null;
}

/** Every venue section that can be watched (market data spec §1.1, §3). */
export const VENUE_SECTIONS: readonly VenueSection[] = [
  section('kraken', 'spot', one('/0/public/AssetPairs', parseKrakenPairs), () => krakenSpotProtocol()),
  section('krakenfutures', 'perp', one('/derivatives/api/v3/instruments', parseKrakenFuturesProducts), krakenFuturesProtocol),
  section('coinbase', 'spot', one('/api/v3/brokerage/market/products', parseCoinbaseProducts), coinbaseProtocol),
  section('coinbase', 'perp', one('/api/v3/brokerage/market/products?product_type=FUTURE', parseCoinbaseProducts), null),
  section('gemini', 'spot', each(geminiDetails, parseGeminiDetails), () => geminiProtocol('spot')),
  section('gemini', 'perp', each(geminiPerpDetails, parseGeminiDetails), () => geminiProtocol('perp')),
  section('mexc', 'spot', one('/api/v3/exchangeInfo', parseMexcSymbols), mexcSpotProtocol),
  section('mexc', 'perp', one('/api/v1/contract/detail', parseMexcContracts), null),
  section('gate', 'spot', one('/api/v4/spot/currency_pairs', parseGatePairs), () => gateSpotProtocol()),
  section('gate', 'perp', one('/api/v4/futures/usdt/contracts', parseGateContracts), gateFuturesProtocol),
  section('binance', 'spot', one('/api/v3/exchangeInfo', binance('binance')), binanceSpotProtocol),
  section('binanceusdm', 'perp', one('/fapi/v1/exchangeInfo', binance('binanceusdm')), binanceUsdmProtocol),
];

/** The section that an instrument id belongs to; dated futures belong to the perpetuals'. */
export function sectionOf(venue: string, kind: 'spot' | 'perp' | 'future'): VenueSection | undefined {
  const wanted = kind === 'spot' ? 'spot' : 'perp';
  return VENUE_SECTIONS.find((each) => each.venue === venue && each.kind === wanted);
}

function section(venue: string, kind: 'spot' | 'perp', listing: ListingSource, protocol: VenueSection['protocol']): VenueSection {
  return { venue, kind, listing, protocol };
}

function one(path: string, parse: (reply: unknown) => InstrumentListing): ListingSource {
  return { kind: 'one', path, parse };
}

function each(path: (base: string, quote: string) => string, parse: (replies: unknown) => InstrumentListing): ListingSource {
  return { kind: 'each', path, parse };
}

function geminiDetails(base: string, quote: string): string {
  return `/v1/symbols/details/${base}${quote}`.toLowerCase();
}

function geminiPerpDetails(base: string, quote: string): string {
  return `/v1/symbols/details/${base}${quote}perp`.toLowerCase();
}

function binance(venue: 'binance' | 'binanceusdm'): (reply: unknown) => InstrumentListing {
  return (reply) => parseBinanceSymbols(reply, venue);
}
