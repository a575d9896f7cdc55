import type { InstrumentSpec } from '../../contracts/instrument-spec.ts';
import { parseBinanceSymbols } from '../venues/binance/parse-instruments.ts';
import { binanceSpotTasks, binanceUsdmTasks } from '../venues/binance/poll-tasks.ts';
import { binanceSpotProtocol, binanceUsdmProtocol } from '../venues/binance/protocol.ts';
import { parseCoinbaseProducts } from '../venues/coinbase/parse-instruments.ts';
import { coinbasePerpTasks, coinbaseSpotTasks } from '../venues/coinbase/poll-tasks.ts';
import { coinbaseProtocol } from '../venues/coinbase/protocol.ts';
import { gateFuturesProtocol } from '../venues/gate/futures-protocol.ts';
import { parseGateContracts, parseGatePairs } from '../venues/gate/parse-instruments.ts';
import { gateFuturesTasks, gateSpotTasks } from '../venues/gate/poll-tasks.ts';
import { gateSpotProtocol } from '../venues/gate/spot-protocol.ts';
import { parseGeminiDetails } from '../venues/gemini/parse-instruments.ts';
import { geminiPerpTasks, geminiSpotTasks } from '../venues/gemini/poll-tasks.ts';
import { geminiProtocol } from '../venues/gemini/protocol.ts';
import type { InstrumentListing } from '../venues/instrument-list.ts';
import { parseKrakenFuturesProducts } from '../venues/kraken-futures/parse-instruments.ts';
import { krakenFuturesTasks } from '../venues/kraken-futures/poll-tasks.ts';
import { krakenFuturesProtocol } from '../venues/kraken-futures/protocol.ts';
import { parseKrakenPairs } from '../venues/kraken-spot/parse-instruments.ts';
import { krakenSpotTasks } from '../venues/kraken-spot/poll-tasks.ts';
import { krakenSpotProtocol } from '../venues/kraken-spot/protocol.ts';
import { parseMexcContracts, parseMexcSymbols } from '../venues/mexc/parse-instruments.ts';
import { mexcContractTasks, mexcSpotTasks } from '../venues/mexc/poll-tasks.ts';
import { mexcSpotProtocol } from '../venues/mexc/spot-protocol.ts';
import type { PollTask } from './poll-task.ts';
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
  /** What is asked again and again over REST. */
  readonly tasks: (instruments: readonly InstrumentSpec[]) => readonly PollTask[];
}

/** Every venue section that can be watched (market data spec §1.1, §3). */
export const VENUE_SECTIONS: readonly VenueSection[] = [
  section('kraken', 'spot', one('/0/public/AssetPairs', parseKrakenPairs), () => krakenSpotProtocol(), krakenSpotTasks),
  section(
    'krakenfutures',
    'perp',
    one('/derivatives/api/v3/instruments', parseKrakenFuturesProducts),
    krakenFuturesProtocol,
    krakenFuturesTasks,
  ),
  section(
    'coinbase',
    'spot',
    one('/api/v3/brokerage/market/products', parseCoinbaseProducts),
    coinbaseProtocol,
    coinbaseSpotTasks,
  ),
  section(
    'coinbase',
    'perp',
    one('/api/v3/brokerage/market/products?product_type=FUTURE', parseCoinbaseProducts),
    null,
    coinbasePerpTasks,
  ),
  section('gemini', 'spot', each(geminiDetails, parseGeminiDetails), () => geminiProtocol('spot'), geminiSpotTasks),
  section('gemini', 'perp', each(geminiPerpDetails, parseGeminiDetails), () => geminiProtocol('perp'), geminiPerpTasks),
  section('mexc', 'spot', one('/api/v3/exchangeInfo', parseMexcSymbols), mexcSpotProtocol, mexcSpotTasks),
  section('mexc', 'perp', one('/api/v1/contract/detail', parseMexcContracts), null, mexcContractTasks),
  section('gate', 'spot', one('/api/v4/spot/currency_pairs', parseGatePairs), () => gateSpotProtocol(), gateSpotTasks),
  section('gate', 'perp', one('/api/v4/futures/usdt/contracts', parseGateContracts), gateFuturesProtocol, gateFuturesTasks),
  section('binance', 'spot', one('/api/v3/exchangeInfo', binance('binance')), binanceSpotProtocol, binanceSpotTasks),
  section('binanceusdm', 'perp', one('/fapi/v1/exchangeInfo', binance('binanceusdm')), binanceUsdmProtocol, binanceUsdmTasks),
];

/** The section that an instrument id belongs to; dated futures belong to the perpetuals'. */
export function sectionOf(
  venue: string,
  kind: 'spot' | 'perp' | 'future',
  sections: readonly VenueSection[] = VENUE_SECTIONS,
): VenueSection | undefined {
  const wanted = kind === 'spot' ? 'spot' : 'perp';
  return sections.find((each) => each.venue === venue && each.kind === wanted);
}

function section(
  venue: string,
  kind: 'spot' | 'perp',
  listing: ListingSource,
  protocol: VenueSection['protocol'],
  tasks: VenueSection['tasks'],
): VenueSection {
  return { venue, kind, listing, protocol, tasks };
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
