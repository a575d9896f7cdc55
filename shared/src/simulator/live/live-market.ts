import { naturalLog } from '../../core/elementary.ts';
import { type SeededRandom, seededRandom } from '../../core/seeded-random.ts';
import type { SampleMarket } from '../market/sample-market.ts';
import { BarHistory } from './bars.ts';
import { DaySummaries } from './day-summary.ts';
import { LATENT_STEP_US, LatentPrices, type LatentStart } from './latent-prices.ts';
import { instrumentKey, type LiveInstrument, type LiveSurface } from './live-instrument.ts';
import { liveUniverse, samplePrice } from './live-universe.ts';
import type { MarketProfile } from './market-profile.ts';
import { PastPrices } from './past-prices.ts';
import { Perpetual } from './perpetual.ts';
import { Schedule } from './schedule.ts';
import { TradedInstrument } from './traded-instrument.ts';

export interface LiveMarketOptions {
  readonly seed: string;
  readonly bases: readonly string[];
  readonly profile: MarketProfile;
  /** Levels on each side of a usual book. */
  readonly levels: number;
  /** Changes of each book that the judge can go back to. */
  readonly journalChanges: number;
}

const SECOND_US = 1_000_000;
/** The market opens so long before its start, so that a client finds trades from the first moment. */
const WARM_UP_MS = 20_000;
/** Open interest as a share of a usual day's turnover. */
const OPEN_INTEREST_SHARE = 0.35;

/**
 * The market that goes on: latent prices, one book and one tape per instrument, perpetuals. Everything that happens is on the
 * schedule and comes from the seed, so the same seed gives the same orders, whatever is watched.
 */
export class LiveMarket {
  readonly schedule: Schedule;
  readonly seed: string;
  /** When clients can come; the market is open since a little before. */
  readonly startMs: number;
  readonly sample: SampleMarket;
  readonly profile: MarketProfile;
  readonly latent: LatentPrices;
  readonly instruments: readonly TradedInstrument[];
  readonly history: BarHistory;
  readonly days: DaySummaries;
  readonly #byKey: ReadonlyMap<string, TradedInstrument>;

  constructor(sample: SampleMarket, options: LiveMarketOptions) {
    const { seed, bases, profile } = options;
    const specs = liveUniverse(sample, bases);
    this.seed = seed;
    this.sample = sample;
    this.profile = profile;
    this.startMs = sample.nowMs;
    const openMs = sample.nowMs - WARM_UP_MS;
    this.schedule = new Schedule(openMs * 1000);
    this.latent = latentPrices(sample, seed, specs, profile);
    this.history = new BarHistory(new PastPrices(sample, sample.nowMs), seed, openMs);
    this.days = new DaySummaries(this.history);
    this.instruments = specs.map((spec) => this.#open(spec, options));
    this.#byKey = new Map(this.instruments.flatMap((instrument) => names(instrument.spec).map((name) => [name, instrument])));
    this.#plan();
    this.schedule.advanceTo(sample.nowMs * 1000);
  }

  /** By stream symbol or any other name that the venue knows. */
  find(surface: LiveSurface, symbol: string): TradedInstrument | undefined {
    return this.#byKey.get(instrumentKey({ surface, symbol }));
  }

  on(surface: LiveSurface): readonly TradedInstrument[] {
    return this.instruments.filter((instrument) => instrument.spec.surface === surface);
  }

  /** What an instrument is worth now, in its quote currency, premium included. */
  fairPrice({ spec, perpetual }: TradedInstrument): number {
    return this.latent.price(spec.base, spec.quote) * (1 + (perpetual?.basis ?? 0));
  }

  #open(spec: LiveInstrument, options: LiveMarketOptions): TradedInstrument {
    const startUs = this.schedule.nowUs;
    const index = this.latent.price(spec.base, spec.quote);
    const perpetual = spec.kind === 'spot' ? null : new Perpetual(this.seed, spec, index, openInterestOf(spec, index), startUs);
    const price = index * (1 + (perpetual?.basis ?? 0));
    return new TradedInstrument(spec, { ...options, price, startUs }, perpetual);
  }

  #plan(): void {
    this.schedule.every(LATENT_STEP_US, LATENT_STEP_US, () => this.latent.step());
    this.schedule.every(SECOND_US, SECOND_US, () => this.#second());
    for (const instrument of this.instruments) {
      this.#planOrder(instrument, seededRandom(`${this.seed}/live/arrivals/${instrumentKey(instrument.spec)}`));
    }
  }

  /** Orders arrive independently of each other: exponential gaps. */
  #planOrder(instrument: TradedInstrument, random: SeededRandom): void {
    const gapUs = (-naturalLog(1 - random.next()) * SECOND_US) / instrument.ordersPerSecond;
    this.schedule.after(gapUs, () => {
      instrument.nextOrder(this.fairPrice(instrument), this.schedule.nowUs);
      this.#planOrder(instrument, random);
    });
  }

  #second(): void {
    for (const instrument of this.instruments) {
      const { perpetual, spec } = instrument;
      if (perpetual === null) continue;
      const forced = perpetual.onSecond(this.latent.price(spec.base, spec.quote), this.schedule.nowUs);
      if (forced !== null) instrument.liquidate(forced.liquidated, forced.usd, this.schedule.nowUs);
    }
  }
}

function names(spec: LiveInstrument): readonly string[] {
  return [spec.symbol, ...spec.aliases].map((symbol) => instrumentKey({ surface: spec.surface, symbol }));
}

function latentPrices(
  sample: SampleMarket,
  seed: string,
  specs: readonly LiveInstrument[],
  profile: MarketProfile,
): LatentPrices {
  const usdInUsdt = samplePrice(sample, 'USD');
  const bases = [...new Set(specs.map((spec) => spec.base))].filter((base) => base !== 'USDT');
  const starts = bases.map((base): LatentStart => {
    const model = sample.assets.find((asset) => asset.base === base)?.model;
    const usd = samplePrice(sample, base) / usdInUsdt;
    if (model?.kind === 'factor') return { base, usd, beta: model.beta, ownVol: model.ownVol };
    return { base, usd, beta: 0, ownVol: 0.002 };
  });
  return new LatentPrices(seed, starts, 1 / usdInUsdt, profile);
}

/** In size units, one-sided. */
function openInterestOf(spec: LiveInstrument, price: number): number {
  const usd = spec.dayTurnover * OPEN_INTEREST_SHARE;
  const contracts = spec.kind === 'inverse' ? usd / spec.contractSize : usd / (price * spec.contractSize);
  return Math.max(100, Math.round(contracts * Number(`1e${spec.sizeDigits}`)));
}
