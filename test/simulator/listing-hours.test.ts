import { describe, expect, it } from 'vitest';
import { DAY_MS } from '#shared/core/calendar-day.ts';
import { createSampleMarket, DEFAULT_NOW_MS, DEFAULT_SEED } from '#shared/simulator/market/sample-market.ts';
import { gateListings } from '#shared/simulator/venues/gate-listings.ts';
import { wholeListingCandles } from '#shared/simulator/venues/listing.ts';
import { HOUR_MS, hoursOfDay, listingHours, type VenueHour } from '#shared/simulator/venues/listing-hours.ts';

const market = createSampleMarket({ seed: DEFAULT_SEED, nowMs: DEFAULT_NOW_MS });
const listings = gateListings(market);
const days = (id: string) => wholeListingCandles(market, listingOf(id));
const listingOf = (id: string) => listings.find((listing) => listing.id === id)!;
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe('the hours of the sample market', () => {
  it.each(['BTC_USDT', 'ZEN_USDT', 'PEPE_USDT', 'USDC_USDT', 'BTC3L_USDT', 'ETH_BTC'])('%s: join into its days', (id) => {
    for (const day of days(id).slice(-40)) {
      const hours = hoursOfDay(DEFAULT_SEED, listingOf(id), day);
      expect(hours.map(({ startMs }) => startMs)).toEqual(Array.from({ length: 24 }, (_, i) => day.day * DAY_MS + i * HOUR_MS));
      expect([hours[0]!.open, hours[23]!.close]).toEqual([day.open, day.close]);
      expect(Math.max(...hours.map(({ high }) => high))).toBe(day.high);
      expect(Math.min(...hours.map(({ low }) => low))).toBe(day.low);
      expect(sum(hours.map(({ lots }) => lots))).toBe(day.lots);
      for (const [i, hour] of hours.entries()) {
        if (i > 0) expect(hour.open).toBe(hours[i - 1]!.close);
        expect(hour.high).toBeGreaterThanOrEqual(Math.max(hour.open, hour.close));
        expect(hour.low).toBeLessThanOrEqual(Math.min(hour.open, hour.close));
      }
    }
  });

  it('carry what is wrong with their day', () => {
    const wrong = days('ANKR_USDT').filter(({ lots, high, low }) => lots < 0 || high < low);
    expect(wrong).toHaveLength(2);
    for (const day of wrong) {
      const hours = hoursOfDay(DEFAULT_SEED, listingOf('ANKR_USDT'), day);
      expect(hours.every(({ lots, high, low }) => lots < 0 || high < low)).toBe(true);
    }
  });

  it('end with the unfinished one, which finishes as a later now tells', () => {
    const later = createSampleMarket({ seed: DEFAULT_SEED, nowMs: DEFAULT_NOW_MS + 5 * HOUR_MS });
    const [fromMs, toMs] = [DEFAULT_NOW_MS - 30 * HOUR_MS, DEFAULT_NOW_MS + 9 * HOUR_MS];
    const hours = (of: typeof market): readonly VenueHour[] =>
      listingHours(of, listingOf('ETH_USDT'), wholeListingCandles(of, listingOf('ETH_USDT')), fromMs, toMs);
    const [now, then] = [hours(market), hours(later)];
    expect(now).toHaveLength(30);
    expect(then).toHaveLength(35);
    expect(now.slice(0, -1)).toEqual(then.slice(0, 29));
    const [running, finished] = [now.at(-1)!, then[29]!];
    expect(running).toMatchObject({ startMs: Date.UTC(2026, 10, 1, 3), open: finished.open });
    expect(running.lots).toBeLessThan(finished.lots);
    expect(running.high).toBeLessThanOrEqual(finished.high);
  });

  it('of two assets wander together within a day', () => {
    const steps = (id: string) =>
      days(id)
        .slice(-30)
        .flatMap((day) => hoursOfDay(DEFAULT_SEED, listingOf(id), day))
        .map(({ open, close }) => Math.sign(close - open));
    const [a, b] = [steps('BTC_USDT'), steps('ETH_USDT')];
    const together = a.filter((step, i) => step === b[i]).length / a.length;
    expect(together).toBeGreaterThan(0.55);
    expect(together).toBeLessThan(0.9);
  });
});
