import { simulatedEndpoints } from '#shared/adapters/simulator/simulated-endpoints.ts';
import type { SimulatedEndpoints } from '#shared/adapters/venues/venue-access.ts';
import { parseInstrumentId } from '#shared/market/instrument-id.ts';
import type { Clock } from '#shared/ports/clock.ts';
import type { WorkerConfig } from './config.ts';
import { SimulatorProcess } from './simulator-process.ts';

/** What the worker watches when nobody says otherwise: three symbols on every simulated venue, and the dollar price of USDT. */
const SAMPLE_INSTRUMENTS: readonly string[] = [
  ...['BTC', 'ETH', 'SOL'].map((base) => `${base}-USD.spot@kraken`),
  ...['BTC', 'ETH', 'SOL'].map((base) => `${base}-USD.perp@krakenfutures`),
  ...['BTC', 'ETH', 'SOL'].map((base) => `${base}-USDT.perp@gate`),
  'USDT-USD.spot@kraken',
];

/** Where market data comes from. */
export interface MarketSource {
  readonly instruments: readonly string[];
  /** The worker's own simulator; null when there is another one, or none. */
  readonly simulator: SimulatorProcess | null;
  /** Endpoints of the simulator once it listens; null = the venues themselves. */
  endpoints(): Promise<SimulatedEndpoints | null>;
}

export function marketSource(config: WorkerConfig, clock: Clock, entry: string): MarketSource {
  const instruments = config.PIPELINE_INSTRUMENTS ?? SAMPLE_INSTRUMENTS;
  const { PIPELINE_SIMULATOR_URL: url, PIPELINE_SIMULATOR_SCENARIO: scenario } = config;
  if (config.PIPELINE_MARKET === 'venues') return { instruments, simulator: null, endpoints: async () => null };
  if (url !== undefined) return { instruments, simulator: null, endpoints: async () => simulatedEndpoints(url) };
  const simulator = new SimulatorProcess(clock, { entry, order: { scenario, symbols: basesOf(instruments) } });
  return { instruments, simulator, endpoints: async () => simulatedEndpoints(await simulator.url) };
}

/** Bases that the simulator needs live books of; it always has the stablecoin's. */
function basesOf(ids: readonly string[]): readonly string[] {
  const bases = ids.flatMap((id) => parseInstrumentId(id)?.base ?? []);
  return [...new Set(bases)].filter((base) => base !== 'USDT');
}
