import { type CalendarDay, DAY_MS, dayOfMs } from '../../core/calendar-day.ts';
import { invariant, LivepoolError } from '../../core/errors.ts';
import type { Asset } from './asset.ts';
import { ASSET_CATALOGUE, MARKET_FIRST_DAY } from './asset-catalogue.ts';
import { dailyHistory } from './daily-history.ts';
import { type MarketCandle, partialCandle } from './market-candle.ts';
import { PLANTED_CASES } from './planted-cases.ts';
import { type PricePath, pricePath } from './price-path.ts';
import { sharedFactors } from './shared-factors.ts';

/** 2026-11-01T03:15:00Z: the newest finished day of the sample market is 2026-10-31. */
export const DEFAULT_NOW_MS = Date.UTC(2026, 10, 1, 3, 15);

/** Seed of the sample release: a long bear market, a long bull market, and a pullback from its top at the end. */
export const DEFAULT_SEED = '16';

/** One seeded market that all simulated venues show in their own way. Histories are made when first asked for. */
export interface SampleMarket {
  readonly seed: string;
  readonly nowMs: number;
  /** The day that contains `nowMs`: its candle is unfinished. */
  readonly today: CalendarDay;
  readonly assets: readonly Asset[];
  /** Finished days ascending, then the unfinished one if the asset still trades. Unknown asset: a bug. */
  candles(base: string): readonly MarketCandle[];
  /** The same with the unfinished day as it will be in the end: what its hours are cut from. */
  wholeCandles(base: string): readonly MarketCandle[];
}

/**
 * The market as seen at `nowMs`. Its calendar is its own: a later `nowMs` shows the same past and more of it. Throws
 * `SIM_BEFORE_MARKET` when `nowMs` is before the first candle is finished.
 */
export function createSampleMarket({ seed, nowMs }: { seed: string; nowMs: number }): SampleMarket {
  const today = dayOfMs(nowMs);
  if (!(today > MARKET_FIRST_DAY)) {
    throw new LivepoolError('SIM_BEFORE_MARKET', 'terminal', 'the sample market begins on 2021-07-01; choose a later now', {
      nowMs,
    });
  }
  const factors = sharedFactors(seed, today - MARKET_FIRST_DAY + 1);
  const byBase = new Map(ASSET_CATALOGUE.map((asset) => [asset.base, asset]));
  const casesOf = (base: string) => PLANTED_CASES.filter((c) => c.base === base);
  const assetOf = (base: string): Asset => {
    const asset = byBase.get(base);
    invariant(asset !== undefined, `the sample market has no asset ${base}`);
    return asset;
  };
  const path = remember(
    (base): PricePath => pricePath(seed, assetOf(base), factors, casesOf(base), (followed) => path(followed).close),
  );
  const dayFraction = (nowMs - today * DAY_MS) / DAY_MS;
  const wholeCandles = remember((base) => dailyHistory(seed, assetOf(base), path(base), factors, casesOf(base)));
  const candles = remember((base) =>
    wholeCandles(base).map((candle) => (candle.day === today ? partialCandle(candle, dayFraction) : candle)),
  );
  return { seed, nowMs, today, assets: ASSET_CATALOGUE, candles, wholeCandles };
}

/** Calls `make` once per key and keeps the answer. */
function remember<T>(make: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const old = known.get(key);
    if (old !== undefined) return old;
    const made = make(key);
    known.set(key, made);
    return made;
  };
}
