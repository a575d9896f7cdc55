import { simulatedEndpoints } from '#shared/adapters/simulator/simulated-endpoints.ts';
import { startSimulator } from '#shared/adapters/simulator/start-simulator.ts';
import type { SimulatedEndpoints } from '#shared/adapters/venues/venue-access.ts';
import { parseInstrumentId } from '#shared/market/instrument-id.ts';
import type { ScenarioName } from '#shared/simulator/scenarios.ts';

/** Which live market a command listens to. */
export interface LiveMarketOptions {
  readonly market: 'sim' | 'venues';
  /** Base URL of a running simulator; absent = one of the command's own. */
  readonly simulator?: string;
  readonly scenario: ScenarioName;
  readonly seed: string;
}

/** Starts the simulator where it is needed, does the work and ends it; null stands for the venues themselves. */
export async function usingLiveMarket<T>(
  { market, simulator, scenario, seed }: LiveMarketOptions,
  instruments: readonly string[],
  work: (simulated: SimulatedEndpoints | null) => Promise<T>,
): Promise<T> {
  if (market === 'venues') return work(null);
  if (simulator !== undefined) return work(simulatedEndpoints(simulator.replace(/\/+$/, '')));
  const own = await startSimulator({ scenario, seed, symbols: basesOf(instruments) });
  try {
    return await work(simulatedEndpoints(own.url));
  } finally {
    await own.close();
  }
}

/** Bases that the simulator needs live books of; it always has the stablecoin's. */
function basesOf(ids: readonly string[]): readonly string[] {
  const bases = ids.flatMap((id) => parseInstrumentId(id)?.base ?? []);
  return [...new Set(bases)].filter((base) => base !== 'USDT');
}
