import { describe, expect, it } from 'vitest';
import { naturalLog } from '#shared/core/elementary.ts';
import { LevelList } from '#shared/market/book/level-list.ts';
import { OrderBook } from '#shared/market/book/order-book.ts';
import { basis, basisPct } from '#shared/quant/metrics/basis.ts';
import { displayBps, imbalance, microprice, spreadBps } from '#shared/quant/metrics/book.ts';
import { liqIntensity, liqRatio, liquidatedSide, splitVolume, takerRatio } from '#shared/quant/metrics/flow.ts';
import { funding8h, fundingApr, relativeFundingRate } from '#shared/quant/metrics/funding.ts';
import { fundingMedian } from '#shared/quant/metrics/funding-median.ts';
import { fundingTrend } from '#shared/quant/metrics/funding-trend.ts';
import { fundingZ } from '#shared/quant/metrics/funding-z.ts';
import { impactWalk } from '#shared/quant/metrics/impact-walk.ts';
import { fitLine } from '#shared/quant/metrics/least-squares.ts';
import { checkLongShort } from '#shared/quant/metrics/long-short.ts';
import { countsBothSides, openInterestBase, openInterestUsd } from '#shared/quant/metrics/open-interest.ts';
import { barRange, vadr } from '#shared/quant/metrics/vadr.ts';
import { annualVolatility, nextVariance, parkinson } from '#shared/quant/metrics/volatility.ts';
import { zScore } from '#shared/quant/metrics/z-score.ts';
import { GridSeries } from '#shared/quant/state/grid-series.ts';
import { StateArena } from '#shared/quant/state/state-arena.ts';

const HOUR_MS = 3_600_000;
const Z_RULES = { min_points: 30, min_share: 0.8, clip: 10 };

/** Within the relative tolerance that the spec asks of a vector. */
function expectNear(actual: number, expected: number, relative = 1e-9): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(relative * Math.abs(expected));
}

/** `count` times the same. */
function repeated<T>(count: number, value: T): readonly T[] {
  return Array.from({ length: count }, () => value);
}

describe('vectors of quant spec §3.5', () => {
  it('oi_z', () => {
    const grid = new GridSeries(new StateArena(), 120);
    for (let i = 0; i < 120; i++) grid.push(i, naturalLog(1e9 * Math.exp(0.001 * ((i % 11) - 5))));
    expectNear(zScore(naturalLog(1.01e9), grid.moments(119, 120), Z_RULES), 3.179962109);
  });

  it('funding_z is of population σ', () => {
    const settled = [...repeated(15, 1e-4), ...repeated(15, 2e-4)];
    const { z, mean, deviation } = fundingZ(5e-4, settled, 10);
    expectNear(mean, 1.5e-4);
    expectNear(deviation, 5e-5);
    expectNear(z, 7);
    expect(fundingZ(5e-4, settled.slice(0, 9), 10).z).toBeNaN();
    expect(fundingZ(5e-4, repeated(30, 1e-4), 10)).toMatchObject({ z: 0, lowVariance: true });
  });

  it('rv_1m', () => {
    const start = 0.0005 * 0.0005;
    expectNear(annualVolatility(start), 0.3624913792);
    const after = [0.001, -0.002, 0].reduce(nextVariance, start);
    expectNear(annualVolatility(after), 0.4254236375);
  });

  it('parkinson_24h', () => {
    const bars = { high: repeated(24, 101), low: repeated(24, 99) };
    expectNear(parkinson(bars.high, bars.low), 1.1242264521);
  });

  it('funding_trend', () => {
    const buckets = [1.0, 1.4, 1.2, 1.9, 2.1, 1.8, 2.6, 2.4, 3.0].map((each) => each * 1e-5);
    const trend = fundingTrend(buckets, 1.5);
    expectNear(trend.slope, 6.85e-6);
    expectNear(trend.t, 7.291774, 1e-6);
    expect(trend.label).toBe('rising');
    expect(fundingTrend(buckets.toReversed(), 1.5).label).toBe('falling');
    expect(fundingTrend(buckets.with(3, Number.NaN), 1.5)).toEqual({ slope: Number.NaN, t: Number.NaN, label: null });
    expect(fundingTrend(repeated(9, 1e-5), 1.5)).toMatchObject({ slope: 0, label: 'flat' });
  });

  it('oi_residual', () => {
    const changes = (values: readonly number[]) => values.slice(1).map((value, i) => value / values[i]! - 1);
    const oi = changes([1000, 1020, 1015, 1040, 1050, 1080]);
    const price = changes([50000, 51000, 50500, 52000, 51500, 53000]);
    const { slope, intercept, rSquared } = fitLine(price, oi);
    expectNear(slope, 0.615887414, 1e-6);
    expectNear(intercept, 0.00826512, 1e-6);
    expectNear(rSquared, 0.843691599, 1e-6);
    expectNear(oi.at(-1)! - (intercept + slope * price.at(-1)!), 0.002367840545, 1e-6);
  });

  it('imbalance', () => {
    const bids = 100 * 3 + 99.9 * 2 + 99.8 * 5;
    expectNear(imbalance(bids, 100.1 * 1 + 100.2 * 4), 0.3319997333);
    expect(imbalance(0, 10)).toBeNaN();
  });

  it('liq_ratio', () => {
    expect(liqRatio(300_000, 100_000, 25_000)).toBe(0.5);
    expect(liqRatio(10_000, 14_000, 25_000)).toBeNaN();
    expect(liqRatio(0, 0, 25_000)).toBeNaN();
  });
});

describe('vectors of quant spec §14 and market data spec §7.2', () => {
  it('funding', () => {
    expectNear(fundingApr(1e-4, 8 * HOUR_MS), 0.1095);
    expectNear(fundingApr(1e-5, HOUR_MS), 0.0876);
    expectNear(funding8h(1e-5, HOUR_MS), 8e-5);
    expectNear(funding8h(0.000037, 28_800_000), 3.7e-5);
    expectNear(fundingApr(0.000037, 28_800_000), 0.040515);
    expect(funding8h(1e-5, Number.NaN)).toBeNaN();
  });

  it('absolute Kraken Futures funding', () => {
    const relative = relativeFundingRate(0.24851358871905724, 'quote_per_contract', 78107.73);
    expectNear(relative, 3.1816772644533e-6);
    expectNear(funding8h(relative, HOUR_MS), 2.545341811562643e-5);
    expect(relativeFundingRate(1, 'quote_per_contract', Number.NaN)).toBeNaN();
  });

  it('one-sided open interest', () => {
    const gate = { unit: 'contracts', inverse: false, contractSize: 0.0001, sides: 1 } as const;
    expectNear(openInterestBase(319_968_666, gate, 78081.6), 31996.8666);
    expectNear(openInterestUsd(319_968_666, gate, 78081.6), 2498366539.11456);
    expectNear(openInterestUsd(2 * 319_968_666, { ...gate, sides: 2 }, 78081.6), 2498366539.11456);
    expect(countsBothSides(2 * 319_968_666, 319_968_666)).toBe(true);
    expect(countsBothSides(319_968_666, 319_968_666)).toBe(false);
    const inverse = { unit: 'contracts', inverse: true, contractSize: 1, sides: 1 } as const;
    expect([openInterestUsd(5000, inverse, 50_000), openInterestBase(5000, inverse, 50_000)]).toEqual([5000, 0.1]);
  });

  it('basis through a conversion', () => {
    expectNear(basis(50_010 * 0.9996, 50_000), -10.004);
    expectNear(basisPct(50_010 * 0.9996, 50_000), -0.020008);
  });

  it('taker flow, sides of liquidations, ratios', () => {
    expect(splitVolume(1500, 300)).toEqual({ buy: 900, sell: 600 });
    expect(takerRatio(900, 600, 0)).toBe(1.5);
    expect(takerRatio(900, 600, 10_000)).toBeNaN();
    expect(takerRatio(20_000, 0, 10_000)).toBeNaN();
    expect([liquidatedSide(-600), liquidatedSide(600)]).toEqual(['long', 'short']);
    expect(checkLongShort(1.5, 900, 600)).toBe('fits');
    expect(checkLongShort(1.5, 600, 900)).toBe('swapped');
    expect(checkLongShort(1.5, 600, 901)).toBe('differs');
    expectNear(liqIntensity(3, 1, 2000), 0.002);
  });

  it('cross-venue funding median', () => {
    const rates = [
      { venue: 'b', rate: 0.002, quoteVolume: 5e5 },
      { venue: 'a', rate: 0.001, quoteVolume: 1e6 },
      { venue: 'c', rate: 0.005, quoteVolume: 2.5e5 },
    ];
    expect(fundingMedian(rates, 2, 0)).toEqual({ median: 0.001, maxDeviation: 0.004, venues: ['a', 'b', 'c'] });
    expect(fundingMedian(rates, 2, 1e6).median).toBeNaN();
  });
});

describe('vectors of market data spec §8.1', () => {
  it('spread and its display', () => {
    const spreads = [100.5, 100.51, 100.05].map((ask) => spreadBps(100, ask));
    [49.8753, 50.8703, 4.9988].forEach((expected, i) => {
      expectNear(spreads[i]!, expected, 1e-5);
    });
    expect(spreads.map(displayBps)).toEqual([50, 51, 5]);
    expect([displayBps(49.5), displayBps(49.4), displayBps(Number.NaN)]).toEqual([50, 49, Number.NaN]);
    expect([spreadBps(100, 100), spreadBps(101, 100), spreadBps(Number.NaN, 100)]).toEqual([NaN, NaN, NaN]);
  });

  it('microprice', () => {
    expectNear(microprice(100, 3, 100.1, 1), 100.075);
  });

  it('impact walk', () => {
    const book = new OrderBook({ priceDecimals: 1, sizeDecimals: 2 }, 100);
    const asks = new LevelList();
    for (const [price, size] of [
      [500_100, 75],
      [506_000, 225],
      [509_999, 600],
    ] as const) {
      asks.push(price, size);
    }
    book.load(new LevelList(), asks);
    const units = 10 * 100;
    const impact = impactWalk(book.asks, 100_000 * units, 500_000);
    expectNear(impact.averagePrice / 10, 50377.08141474);
    expectNear(impact.slippageBps, 75.4163, 1e-6);
    expect(impact.shortfall).toBe(0);
    expect(impactWalk(book.asks, 1e9 * units, 500_000).shortfall).toBeGreaterThan(0);
  });

  it('VADR', () => {
    const quiet = repeated(24, barRange(101, 99, 100, 1e6));
    expectNear(vadr(barRange(102, 98, 100, 1e6), quiet, 20), 2);
    expectNear(vadr(barRange(101, 99, 100, 4e6), quiet, 20), 2);
    expect(vadr(1, quiet.slice(0, 19), 20)).toBeNaN();
    expect(vadr(1, repeated(24, 0), 20)).toBeNaN();
  });
});
