import { ccxtSource } from '#shared/adapters/ccxt/ccxt-source.ts';
import { loadVenueParams } from '#shared/adapters/fs/venue-params-file.ts';
import { coldStore } from '#shared/adapters/parquet/cold-store.ts';
import { startSampleExchange } from '#shared/adapters/simulator/start-sample-exchange.ts';
import { systemClock } from '#shared/adapters/system/clock.ts';
import { systemRandom } from '#shared/adapters/system/random.ts';
import { DEFAULT_LAYOUT } from '#shared/cold/append-rows.ts';
import { candleArchive } from '#shared/cold/candle-archive.ts';
import { type VenuePolicy, venuePolicy } from '#shared/market/venue-policy/venue-policy.ts';
import type { CandleArchive } from '#shared/ports/candle-archive.ts';
import type { CandleSource } from '#shared/ports/candle-source.ts';
import type { HourSource } from '#shared/ports/hour-source.ts';
import type { InstrumentSource } from '#shared/ports/instrument-source.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import type { Environment } from './home.ts';
import type { MarketOptions } from './program/shared-options.ts';

/** Name of the embedded exchange; it speaks the protocol of the venue below. */
const SAMPLE_VENUE = 'sim';
const SAMPLE_PROTOCOL = 'gate';

/** Daily and hourly candles and the instruments of the venue that a command names. */
export interface MarketSource {
  readonly candles: CandleSource;
  readonly instruments: InstrumentSource;
  readonly hours: HourSource;
  close(): Promise<void>;
}

/** Releases of the sample exchange never share an environment with those of a real venue. */
export function environmentOf(options: MarketOptions & { readonly env: Environment | undefined }): Environment {
  return options.env ?? (isSample(options) ? 'sample' : 'local');
}

export function isSample({ venue, endpoint }: Pick<MarketOptions, 'venue' | 'endpoint'>): boolean {
  return venue === SAMPLE_VENUE || endpoint !== undefined;
}

/**
 * Opens the venue under the policy. `sim` starts the sample exchange in this process at `nowMs`; `--endpoint` talks to one that
 * runs elsewhere. Fails with VENUE_REFUSED before anything is contacted.
 */
export async function openMarket(options: MarketOptions, nowMs: number): Promise<MarketSource> {
  const policy = loadPolicy(options.profile, options.venue);
  const deps = { clock: systemClock(), random: systemRandom() };
  if (options.venue !== SAMPLE_VENUE) {
    const source = ccxtSource(deps, { venue: options.venue, policy, ...simUrl(options.endpoint) });
    return { ...source, close: async () => {} };
  }
  const exchange = options.endpoint === undefined ? await startSampleExchange({ seed: options.seed, nowMs }) : undefined;
  const source = ccxtSource(deps, { venue: SAMPLE_PROTOCOL, policy, ...simUrl(options.endpoint ?? exchange?.url) });
  return { ...source, close: async () => exchange?.close() };
}

/** The cold tier of a home. */
export function openArchive(objects: ObjectStore): CandleArchive {
  return candleArchive({ objects, cold: coldStore(objects, { root: DEFAULT_LAYOUT.root }) }, DEFAULT_LAYOUT);
}

function loadPolicy(profile: string, venue: string): VenuePolicy {
  // `global` opens refused venues only by name; naming one on the command line is that name.
  return venuePolicy(loadVenueParams(), profile, venue === SAMPLE_VENUE ? [] : [venue]);
}

function simUrl(url: string | undefined): { readonly simUrl?: string } {
  return url === undefined ? {} : { simUrl: url };
}
