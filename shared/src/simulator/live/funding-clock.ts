import { seededRandom } from '../../core/seeded-random.ts';
import { clamp } from '../market/volatility.ts';

/** A rate that was applied at `atUs`, as a fraction of notional per interval. */
export interface SettledRate {
  readonly atUs: number;
  readonly rate: number;
}

/** How a venue makes a rate from the average premium of a period. */
export interface FundingRule {
  readonly intervalUs: number;
  /** rate = premium × `premiumShare` + `interest`, within ± `cap`. */
  readonly premiumShare: number;
  readonly interest: number;
  readonly cap: number;
  /** Decimals the venue writes. */
  readonly decimals: number;
}

const HOUR_US = 3_600_000_000;

/** Hourly, at most 0.25 % (market data spec §7.1). */
export const KRAKEN_FUNDING: FundingRule = {
  intervalUs: HOUR_US,
  premiumShare: 1 / 8,
  interest: 0,
  cap: 0.0025,
  decimals: 18,
};
/** Every eight hours, at most 0.3 %, six decimals. */
export const GATE_FUNDING: FundingRule = {
  intervalUs: 8 * HOUR_US,
  premiumShare: 0.5,
  interest: 0.00003,
  cap: 0.003,
  decimals: 6,
};

const KEPT_RATES = 720;

/** The funding of one perpetual: averages the premium, settles on the venue's hours, and knows the rates before its start. */
export class FundingClock {
  /** Rate of the running period. */
  rate: number;
  readonly rule: FundingRule;
  readonly #seed: string;
  readonly #settled: SettledRate[] = [];
  readonly #firstSettlement: number;
  #sum = 0;
  #samples = 0;
  #nextUs: number;

  constructor(rule: FundingRule, seed: string, startUs: number) {
    this.rule = rule;
    this.#seed = seed;
    this.#nextUs = (Math.floor(startUs / rule.intervalUs) + 1) * rule.intervalUs;
    this.#firstSettlement = this.#nextUs / rule.intervalUs;
    this.rate = this.#pastRate(this.#firstSettlement);
  }

  get nextUs(): number {
    return this.#nextUs;
  }

  /** Rate that the running period's premium would make so far. */
  get predicted(): number {
    return this.#samples === 0 ? this.rate : this.#rateOf(this.#sum / this.#samples);
  }

  /** Takes the premium of the last second (fraction); settles when the hour has come. */
  observe(premium: number, nowUs: number): void {
    if (nowUs >= this.#nextUs) this.#settle();
    this.#sum += premium;
    this.#samples += 1;
  }

  /** The newest `count` settlements up to now, newest first, those before the start included. */
  history(count: number): readonly SettledRate[] {
    const { intervalUs } = this.rule;
    const known = this.#settled.slice(-count).toReversed();
    const oldest = this.#firstSettlement - 1;
    const past = Array.from({ length: count - known.length }, (_, i) => ({
      atUs: (oldest - i) * intervalUs,
      rate: this.#pastRate(oldest - i),
    }));
    return [...known, ...past];
  }

  #settle(): void {
    this.#settled.push({ atUs: this.#nextUs, rate: this.rate });
    if (this.#settled.length > KEPT_RATES) this.#settled.shift();
    this.rate = this.predicted;
    this.#nextUs += this.rule.intervalUs;
    this.#sum = 0;
    this.#samples = 0;
  }

  #pastRate(settlement: number): number {
    return this.#rateOf(0.0001 * seededRandom(`${this.#seed}/${settlement}`).nextNormal());
  }

  #rateOf(premium: number): number {
    const { premiumShare, interest, cap, decimals } = this.rule;
    return Number(clamp(premium * premiumShare + interest, -cap, cap).toFixed(Math.min(decimals, 15)));
  }
}
