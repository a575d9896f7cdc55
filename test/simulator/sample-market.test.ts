import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DAY_MS, formatDay } from '#shared/core/calendar-day.ts';
import { MARKET_FIRST_DAY } from '#shared/simulator/market/asset-catalogue.ts';
import type { MarketCandle } from '#shared/simulator/market/market-candle.ts';
import { PLANTED_CASES } from '#shared/simulator/market/planted-cases.ts';
import { createSampleMarket, DEFAULT_NOW_MS, DEFAULT_SEED, type SampleMarket } from '#shared/simulator/market/sample-market.ts';

const market = createSampleMarket({ seed: DEFAULT_SEED, nowMs: DEFAULT_NOW_MS });
const bases = market.assets.map((asset) => asset.base);

/** Bits of every number of every candle. A change here is a change of the sample release: say why in the commit. */
const HISTORY_SHA256 = 'db48cbb8eb7c23e7d2ae5ef329f17009192e237c26312361e678330ae9f30bd8';

describe('the sample market', () => {
  it('has the same bits on every machine', () => {
    expect(historyHash(market, bases)).toBe(HISTORY_SHA256);
  });

  it('does not depend on the order in which histories are asked for', () => {
    const again = createSampleMarket({ seed: DEFAULT_SEED, nowMs: DEFAULT_NOW_MS });
    for (const base of bases.toReversed()) again.candles(base);
    expect(historyHash(again, bases)).toBe(HISTORY_SHA256);
  });

  it('differs with the seed', () => {
    const other = createSampleMarket({ seed: 'other', nowMs: DEFAULT_NOW_MS });
    expect(other.candles('BTC').at(-2)?.close).not.toBe(market.candles('BTC').at(-2)?.close);
  });

  it('shows the same past at an earlier now', () => {
    const earlier = createSampleMarket({ seed: DEFAULT_SEED, nowMs: Date.UTC(2024, 2, 1, 12) });
    for (const base of ['BTC', 'LUNA', 'USDC', 'BTC3L']) {
      const finished = earlier.candles(base).slice(0, -1);
      expect(finished).toEqual(market.candles(base).slice(0, finished.length));
    }
  });

  it('ends with the unfinished day, which finishes as the next now tells', () => {
    const nextDay = createSampleMarket({ seed: DEFAULT_SEED, nowMs: DEFAULT_NOW_MS + DAY_MS });
    const partial = market.candles('ETH').at(-1)!;
    const finished = nextDay.candles('ETH').at(-2)!;
    expect([formatDay(partial.day), partial.open]).toEqual(['2026-11-01', finished.open]);
    expect(partial.quoteVolume).toBeLessThan(finished.quoteVolume);
    expect(partial.high).toBeLessThanOrEqual(finished.high);
  });

  it('refuses a now before its first finished day', () => {
    expect(() => createSampleMarket({ seed: 'x', nowMs: Date.UTC(2021, 5, 30) })).toThrow(
      expect.objectContaining({ code: 'SIM_BEFORE_MARKET' }),
    );
  });

  it.each(bases)('%s: candles are consistent wherever nothing was planted', (base) => {
    const plantedDays = new Set(
      PLANTED_CASES.filter((c) => c.base === base).flatMap((c) =>
        Array.from({ length: c.to - c.from + 1 }, (_, i) => c.from + i),
      ),
    );
    const wrong = market.candles(base).filter(({ day, open, high, low, close, quoteVolume }) => {
      const consistent = low > 0 && low <= Math.min(open, close) && high >= Math.max(open, close);
      return !consistent || !(quoteVolume > 0 || plantedDays.has(day));
    });
    expect(wrong).toEqual([]);
  });

  it.each(bases)('%s: one candle a day from listing to today or delisting, but for the planted holes', (base) => {
    const asset = market.assets.find((a) => a.base === base)!;
    const holes = new Set(
      PLANTED_CASES.filter((c) => c.base === base && (c.kind === 'missing' || c.kind === 'relisting')).flatMap((c) =>
        Array.from({ length: c.to - c.from + 1 }, (_, i) => c.from + i),
      ),
    );
    const last = Math.min(asset.delisted ?? market.today, market.today);
    const expected = Array.from({ length: Math.max(0, last - asset.listed + 1) }, (_, i) => asset.listed + i);
    expect(market.candles(base).map((c) => c.day)).toEqual(expected.filter((day) => !holes.has(day)));
  });
});

describe('its awkward cases', () => {
  it.each(PLANTED_CASES.map((c) => [`${c.base} ${c.kind} ${formatDay(c.from)}`, c] as const))('%s is there', (_name, planted) => {
    const candles = market.candles(planted.base);
    const on = (day: number): MarketCandle | undefined => candles.find((candle) => candle.day === day);
    const [before, first, last, after] = [on(planted.from - 1)!, on(planted.from), on(planted.to), on(planted.to + 1)!];
    switch (planted.kind) {
      case 'halt':
        expect([first?.quoteVolume, last?.quoteVolume]).toEqual([0, 0]);
        expect(last).toMatchObject({ open: before.close, high: before.close, low: before.close, close: before.close });
        break;
      case 'missing':
      case 'relisting':
        expect([first, last]).toEqual([undefined, undefined]);
        if (planted.factor > 1) expect(after.close / before.close).toBeGreaterThan(planted.factor / 2);
        break;
      case 'redenomination':
        expect(first!.close / before.close).toBeGreaterThan(planted.factor / 2);
        break;
      case 'collapse':
        expect(last!.close / before.close).toBeLessThan(0.1);
        break;
      case 'depeg':
        expect(Math.abs(first!.close - planted.factor)).toBeLessThan(0.01);
        break;
      case 'negative_volume':
      case 'high_below_low':
        expect(first?.defect).toBe(planted.kind);
    }
  });

  it('covers every kind', () => {
    expect(new Set(PLANTED_CASES.map((c) => c.kind)).size).toBe(8);
  });

  it.each([
    ['a pegged asset stays near its peg', 'FDUSD', 0.995, 1.005],
    ['gold is calm', 'PAXG', 1200, 3500],
  ])('%s', (_name, base, low, high) => {
    expect(market.candles(base).filter(({ close }) => !(close > low && close < high))).toEqual([]);
  });

  it('a wrapped asset follows its original', () => {
    const [wrapped, original] = [market.candles('WBTC'), market.candles('BTC')];
    const distances = wrapped.map((candle, i) => Math.abs(candle.close / original[i]!.close - 1));
    expect(Math.max(...distances)).toBeLessThan(0.005);
  });

  it('a leveraged token moves three times its underlying', () => {
    const [token, btc] = [market.candles('BTC3L').slice(-400, -1), market.candles('BTC').slice(-400, -1)];
    const returns = (candles: readonly MarketCandle[]) => candles.slice(1).map((c, i) => c.close / candles[i]!.close - 1);
    const underlying = returns(btc);
    const errors = returns(token).map((r, i) => Math.abs(r - (3 * underlying[i]! - 0.001)));
    expect(Math.max(...errors)).toBeLessThan(1e-9);
  });
});

describe('its statistics', () => {
  const names = ['BTC', 'ETH', 'SOL', 'XRP', 'DOGE', 'LINK', 'AAVE', 'FET'];
  const returns = (base: string): number[] => {
    const candles = market.candles(base).slice(0, -1);
    return candles.slice(1).map((candle, i) => candle.close / candles[i]!.close - 1);
  };

  it.each(names)('%s: large moves come with volume and follow large moves', (base) => {
    const sizes = returns(base).map(Math.abs);
    const volumes = market
      .candles(base)
      .slice(1, -1)
      .map((candle) => candle.quoteVolume);
    expect(correlation(sizes, volumes)).toBeGreaterThan(0.3);
    expect(correlation(sizes.slice(1), sizes.slice(0, -1))).toBeGreaterThan(0.05);
  });

  it.each(names.slice(1))('%s: moves with the benchmark, but not only with it', (base) => {
    const together = correlation(returns(base), returns('BTC'));
    expect(together > 0.3 && together < 0.95).toBe(true);
  });

  it('has a fall by half and a rise by half of the benchmark', () => {
    const closes = market.candles('BTC').map((candle) => candle.close);
    const yearly = closes.slice(365).map((close, i) => close / closes[i]! - 1);
    expect([Math.min(...yearly) < -0.4, Math.max(...yearly) > 0.5]).toEqual([true, true]);
  });
});

/** Facts on which the demo rests: enough names pass the live thresholds, and some fail each of them (pool spec §9). */
describe('the universe on the newest finished day', () => {
  const rows = bases.map((base) => thresholds(market.candles(base).filter((c) => c.day < market.today)));

  it('has more than sixty USDT names and more than five years of days', () => {
    expect(rows.filter((row) => row.days > 0).length).toBeGreaterThan(60);
    expect(market.today - MARKET_FIRST_DAY).toBeGreaterThan(5 * 365);
  });

  it('has 45 to 75 names that pass every volume and age threshold before exclusions', () => {
    const passing = rows.filter((row) => row.old && row.mean30 && row.mean90 && row.mean180 && row.stable);
    expect(passing.length).toBeGreaterThanOrEqual(45);
    expect(passing.length).toBeLessThanOrEqual(75);
  });

  it.each(['old', 'mean30', 'mean90', 'mean180', 'stable'] as const)('has names on both sides of the threshold "%s"', (key) => {
    const sides = new Set(rows.map((row) => row[key]));
    expect(sides).toEqual(new Set([true, false]));
  });
});

function thresholds(candles: readonly MarketCandle[]) {
  const mean = (days: number): number => candles.slice(-days).reduce((sum, c) => sum + c.quoteVolume, 0) / days;
  const means = [mean(30), mean(90), mean(180)] as const;
  return {
    days: candles.length,
    old: candles.length >= 720,
    mean30: means[0] >= 8e6,
    mean90: means[1] >= 12e6,
    mean180: means[2] >= 18e6,
    stable: Math.min(...means) / Math.max(...means) >= 0.55,
  };
}

function historyHash(source: SampleMarket, order: readonly string[]): string {
  const hash = createHash('sha256');
  for (const base of order) {
    const candles = source.candles(base);
    hash.update(base).update(Float64Array.from(candles.flatMap((c) => [c.day, c.open, c.high, c.low, c.close, c.quoteVolume])));
  }
  return hash.digest('hex');
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  const sumOf = (f: (i: number) => number): number => a.reduce((sum, _, i) => sum + f(i), 0);
  const [da, db] = [(i: number) => a[i]! - meanA, (i: number) => b[i]! - meanB];
  return sumOf((i) => da(i) * db(i)) / Math.sqrt(sumOf((i) => da(i) ** 2) * sumOf((i) => db(i) ** 2));
}
