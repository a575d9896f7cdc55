import { finite } from '../finite.ts';

const HOUR_MS = 3_600_000;
const HOURS_PER_YEAR = 8760;

/** Unit in which a venue publishes a rate, as in its event. */
export type FundingUnit = 'fraction' | 'quote_per_contract' | 'base_per_contract';

/** The rate as a fraction of notional: an absolute one is divided by (linear) or multiplied with (inverse) the index price. */
export function relativeFundingRate(rate: number, unit: FundingUnit, indexPrice: number): number {
  switch (unit) {
    case 'fraction':
      return rate;
    case 'quote_per_contract':
      return finite(rate / indexPrice);
    case 'base_per_contract':
      return finite(rate * indexPrice);
  }
}

/** raw · 8 / interval: what a rate is over eight hours (quant spec §2). Null when the interval is unknown. */
export function funding8h(rate: number, intervalMs: number): number {
  return intervalMs > 0 ? finite((rate * 8) / (intervalMs / HOUR_MS)) : Number.NaN;
}

/** raw · (24 / interval) · 365: the rate over a year, a fraction. */
export function fundingApr(rate: number, intervalMs: number): number {
  return intervalMs > 0 ? finite((rate * HOURS_PER_YEAR) / (intervalMs / HOUR_MS)) : Number.NaN;
}

/** Whether a rate is beyond what its venue allows per hour (market data spec §7.2). */
export function isImplausibleRate(rate: number, intervalMs: number, maxPerHour: number | undefined): boolean {
  return maxPerHour !== undefined && Math.abs(rate) / (intervalMs / HOUR_MS) > maxPerHour;
}
