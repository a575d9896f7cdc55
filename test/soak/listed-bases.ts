import { DEFAULT_BASES, isListed } from '#shared/simulator/live/live-universe.ts';
import { createSampleMarket, DEFAULT_NOW_MS } from '#shared/simulator/market/sample-market.ts';

/** Busy, quiet and thin: what a usual run watches. */
const USUAL_BASES: readonly string[] = ['BTC', 'ETH', 'DOGE', 'SAND'];

/** The first `count` bases that every venue of the simulator lists. */
export function listedBases(seed: string, count: number): readonly string[] {
  const market = createSampleMarket({ seed, nowMs: DEFAULT_NOW_MS });
  const all = [...new Set([...USUAL_BASES, ...DEFAULT_BASES])];
  return all.filter((base) => isListed(market, base)).slice(0, count);
}
