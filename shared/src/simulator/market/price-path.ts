import type { CalendarDay } from '../../core/calendar-day.ts';
import { type SeededRandom, seededRandom } from '../../core/seeded-random.ts';
import type { Asset, PriceModel } from './asset.ts';
import { MARKET_FIRST_DAY } from './asset-catalogue.ts';
import type { PlantedCase } from './planted-cases.ts';
import type { SharedFactors } from './shared-factors.ts';
import { clamp, clusteredShocks } from './volatility.ts';

/** Closes and the day's own scale of movement, one value a day from the market's first day on. */
export interface PricePath {
  readonly close: Float64Array;
  /** Daily standard deviation of the asset's return in calm weather (fraction): the unit of wicks and volume. */
  readonly sigma: number;
}

const TREND_MEMORY = 0.985;
const TREND_STEP = 0.00035;
const JUMP_CHANCE = 0.004;
const MARKET_SIGMA = 0.022;
/** No price leaves [anchor / 60, anchor × 60]: the digits of a pair must hold every price of its history. */
const MAX_DRIFT = 60;

/**
 * The closes of an asset over `days` days. Returns are compounded by multiplication alone, so that every machine finds the
 * same bits. `closesOf` gives the path of the asset that a tracker follows.
 */
export function pricePath(
  seed: string,
  asset: Asset,
  factors: SharedFactors,
  cases: readonly PlantedCase[],
  closesOf: (base: string) => Float64Array,
): PricePath {
  const random = seededRandom(`${seed}/asset/${asset.base}`);
  switch (asset.model.kind) {
    case 'factor':
      return factorPath(random, asset, asset.model, factors, cases);
    case 'pegged':
      return peggedPath(random, asset, asset.model.wobble, factors.market.length, cases);
    case 'tracker':
      return trackerPath(asset, asset.model, closesOf(asset.model.of));
  }
}

function factorPath(
  random: SeededRandom,
  asset: Asset,
  model: Extract<PriceModel, { kind: 'factor' }>,
  factors: SharedFactors,
  cases: readonly PlantedCase[],
): PricePath {
  const days = factors.market.length;
  const sector = factors.sector[model.sector];
  const sectorWeight = model.ownVol > 0.01 ? 1 : 0.1;
  const shocks = clusteredShocks(random);
  const sigma = Math.sqrt(model.beta * model.beta * MARKET_SIGMA * MARKET_SIGMA + model.ownVol * model.ownVol);
  // Compounding costs half the variance a day; most of it is given back so that prices neither vanish nor explode.
  const giveBack = 0.45 * (sigma * sigma);
  const close = new Float64Array(days);
  let price = asset.price;
  let anchor = asset.price;
  let trend = 0;
  for (let i = 0; i < days; i++) {
    trend = TREND_MEMORY * trend + TREND_STEP * (model.ownVol / 0.03) * random.nextNormal();
    const own = model.ownVol * shocks.next() + jump(random, model.ownVol);
    const pull = price > anchor ? -0.0014 * Math.min(price / anchor - 1, 4) : 0.0012 * Math.min(anchor / price - 1, 4);
    const usual = giveBack + trend + pull + model.beta * factors.market[i]! + sectorWeight * sector[i]! + own;
    const day = MARKET_FIRST_DAY + i;
    if (day === asset.listed) price = asset.price;
    const restart = cases.find((c) => c.kind === 'relisting' && day === c.to + 1);
    if (restart !== undefined) anchor = price * restart.factor;
    price = (restart === undefined ? price : anchor) * (1 + plannedReturn(cases, day, clamp(usual, -0.6, 1.2)));
    if (cases.some((c) => c.kind === 'collapse' && day >= c.from && day <= c.to)) anchor = price;
    price = clamp(price, anchor / MAX_DRIFT, anchor * MAX_DRIFT);
    close[i] = price;
  }
  return { close, sigma };
}

function jump(random: SeededRandom, ownVol: number): number {
  const [chance, size] = [random.next(), random.next()];
  if (chance >= JUMP_CHANCE) return 0;
  return (size - 0.45) * 14 * ownVol;
}

/** The return of the day: the usual one, or what a planted collapse or halt makes of it. */
function plannedReturn(cases: readonly PlantedCase[], day: CalendarDay, usual: number): number {
  for (const c of cases) {
    if (day < c.from || day > c.to) continue;
    if (c.kind === 'collapse') return -c.factor;
    if (c.kind === 'halt' || c.kind === 'relisting') return 0;
  }
  return usual;
}

function peggedPath(random: SeededRandom, asset: Asset, wobble: number, days: number, cases: readonly PlantedCase[]): PricePath {
  let distance = 0;
  const close = Float64Array.from({ length: days }, (_, i) => {
    distance = 0.9 * distance + 0.43 * wobble * random.nextNormal();
    const day = MARKET_FIRST_DAY + i;
    const depeg = cases.find((c) => c.kind === 'depeg' && day >= c.from && day <= c.to);
    return asset.price * (depeg?.factor ?? 1) * (1 + distance);
  });
  return { close, sigma: Math.max(wobble, 0.0001) };
}

function trackerPath(asset: Asset, model: Extract<PriceModel, { kind: 'tracker' }>, followed: Float64Array): PricePath {
  const close = new Float64Array(followed.length);
  const start = asset.listed - MARKET_FIRST_DAY;
  let price = asset.price;
  for (let i = 0; i < followed.length; i++) {
    const ret = i === 0 ? 0 : followed[i]! / followed[i - 1]! - 1;
    if (i > start) price *= 1 + clamp(model.leverage * ret - model.dailyCost, -0.9, 3);
    close[i] = price;
  }
  return { close, sigma: MARKET_SIGMA * Math.abs(model.leverage) };
}
