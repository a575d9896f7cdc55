import { invariant } from '../../core/errors.ts';
import { type SeededRandom, seededRandom } from '../../core/seeded-random.ts';
import { clamp, clusteredShocks, type ShockSource } from '../market/volatility.ts';
import type { MarketProfile } from './market-profile.ts';

/** Where a base starts and how it moves. */
export interface LatentStart {
  readonly base: string;
  readonly usd: number;
  /** Sensitivity to the market's return. */
  readonly beta: number;
  /** Standard deviation of a day's own return (fraction). */
  readonly ownVol: number;
}

/** Time between two moves of the latent prices. */
export const LATENT_STEP_US = 100_000;

const STEPS_PER_DAY = 864_000;
const STEPS_PER_HOUR = 36_000;
const MARKET_DAY_VOL = 0.025;
const PEG_DAY_VOL = 0.0015;
/** A sudden move takes this many steps. */
const JUMP_STEPS = 20;

interface LatentPrice {
  usd: number;
  readonly beta: number;
  readonly stepVol: number;
  readonly shocks: ShockSource;
}

/** A move that is still going on: `perStep` is added to the market's return. */
interface Push {
  readonly perStep: number;
  stepsLeft: number;
}

/**
 * The prices behind all books: one return for the market, one for each base, volatility in clusters, now and then a jump. What a
 * venue shows follows these prices, so that venues agree with each other and bases move together.
 */
export class LatentPrices {
  readonly #prices: ReadonlyMap<string, LatentPrice>;
  readonly #market: ShockSource;
  readonly #random: SeededRandom;
  readonly #profile: MarketProfile;
  #pushes: Push[] = [];
  #usdtUsd: number;
  #usdtTarget: number;

  constructor(seed: string, starts: readonly LatentStart[], usdtUsd: number, profile: MarketProfile) {
    this.#random = seededRandom(`${seed}/live/market`);
    this.#market = clusteredShocks(seededRandom(`${seed}/live/shocks`));
    this.#profile = profile;
    this.#usdtUsd = usdtUsd;
    this.#usdtTarget = usdtUsd;
    this.#prices = new Map(
      starts.map(({ base, usd, beta, ownVol }) => {
        const shocks = clusteredShocks(seededRandom(`${seed}/live/${base}`));
        return [base, { usd, beta, stepVol: ownVol / Math.sqrt(STEPS_PER_DAY), shocks }];
      }),
    );
  }

  /** Price of a base in US dollars. */
  usd(base: string): number {
    if (base === 'USDT') return this.#usdtUsd;
    const price = this.#prices.get(base);
    invariant(price !== undefined, `no latent price of ${base}`);
    return price.usd;
  }

  /** Price of a base in a quote currency. */
  price(base: string, quote: 'USD' | 'USDT'): number {
    return quote === 'USD' ? this.usd(base) : this.usd(base) / this.#usdtUsd;
  }

  /** Moves the whole market by `fraction` over `steps` steps, spread evenly. */
  push(fraction: number, steps: number): void {
    this.#pushes.push({ perStep: fraction / steps, stepsLeft: steps });
  }

  /** USDT drifts towards this price from now on. */
  setPeg(usd: number): void {
    this.#usdtTarget = usd;
  }

  step(): void {
    if (this.#random.next() < this.#profile.jumpsPerHour / STEPS_PER_HOUR)
      this.push(0.012 * (this.#random.next() - 0.5), JUMP_STEPS);
    const stepVol = (MARKET_DAY_VOL * this.#profile.volatility) / Math.sqrt(STEPS_PER_DAY);
    const market = stepVol * this.#market.next() + this.#pushed();
    for (const price of this.#prices.values()) {
      const own = price.stepVol * this.#profile.volatility * price.shocks.next();
      price.usd *= 1 + clamp(price.beta * market + own, -0.05, 0.05);
    }
    const wobble = (PEG_DAY_VOL / Math.sqrt(STEPS_PER_DAY)) * this.#random.nextNormal();
    this.#usdtUsd *= 1 + wobble + 0.002 * (this.#usdtTarget / this.#usdtUsd - 1);
  }

  #pushed(): number {
    let sum = 0;
    for (const push of this.#pushes) {
      sum += push.perStep;
      push.stepsLeft -= 1;
    }
    this.#pushes = this.#pushes.filter((push) => push.stepsLeft > 0);
    return sum;
  }
}
