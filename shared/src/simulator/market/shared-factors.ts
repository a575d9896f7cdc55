import { seededRandom } from '../../core/seeded-random.ts';
import { SECTORS, type Sector } from './asset.ts';
import { marketPhases } from './market-phases.ts';
import { clamp, clusteredShocks } from './volatility.ts';

/** What all assets share, one value a day from the market's first day on. */
export interface SharedFactors {
  /** Return of the whole market (fraction). */
  readonly market: Float64Array;
  /** Return of a sector beside the market's (fraction). */
  readonly sector: Readonly<Record<Sector, Float64Array>>;
  /** How busy trading is: about 1 on average, higher in bull phases and on large moves. */
  readonly activity: Float64Array;
}

const SECTOR_VOLATILITY = 0.009;
const SECTOR_TREND_MEMORY = 0.98;
const SECTOR_TREND_STEP = 0.00025;

/** Factors of the first `days` days. */
export function sharedFactors(seed: string, days: number): SharedFactors {
  const { market, activity } = marketReturns(seed, days);
  const sector = Object.fromEntries(SECTORS.map((name) => [name, sectorReturns(seed, name, days)]));
  return { market, activity, sector: sector as Record<Sector, Float64Array> };
}

function marketReturns(seed: string, days: number): { market: Float64Array; activity: Float64Array } {
  const phases = marketPhases(seed, days);
  const shocks = clusteredShocks(seededRandom(`${seed}/market`));
  const market = new Float64Array(days);
  const activity = new Float64Array(days);
  let level = 1;
  let busy = 1;
  phases.forEach((phase, i) => {
    // A pull towards the starting level keeps five years of drift within what the ticks can show.
    const pull = level > 1 ? -0.0005 * (level - 1) : 0.0007 * (1 / level - 1);
    const ret = clamp(phase.drift + pull + phase.volatility * shocks.next(), -0.25, 0.25);
    level *= 1 + ret;
    busy = 0.96 * busy + 0.04 * phase.activity * (0.7 + 0.3 * (Math.abs(ret) / 0.015));
    market[i] = ret;
    activity[i] = clamp(busy * (0.82 + 6 * Math.abs(ret)), 0.5, 3);
  });
  return { market, activity };
}

function sectorReturns(seed: string, name: Sector, days: number): Float64Array {
  const random = seededRandom(`${seed}/sector/${name}`);
  const shocks = clusteredShocks(random);
  let trend = 0;
  return Float64Array.from({ length: days }, () => {
    trend = SECTOR_TREND_MEMORY * trend + SECTOR_TREND_STEP * random.nextNormal();
    return trend + SECTOR_VOLATILITY * shocks.next();
  });
}
