import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { PoolParams } from '#shared/contracts/pool-params.ts';
import type { CandleSeries } from '#shared/market/candle-series.ts';
import type { PanelInput } from '#shared/pool/panel-input.ts';
import { candleWorld, onRows, smallWorldParams, WORLD_START, withoutRows, worldInput } from '../arbitraries/candle-world.ts';
import { panelOrThrow } from '../golden/golden-pool.ts';
import { digestOf } from './panel-digest.ts';

const NAMES = ['AAAUSDT', 'BBBUSDT', 'CCCUSDT', 'DDDUSDT', 'EEEUSDT', 'FFFUSDT'];

// The benchmark's look-back of 220 days does not fit into these worlds.
const withoutQuality = (params: PoolParams): PoolParams => ({ ...params, quality: { enforce: false } });
const PARAMS = {
  reference: withoutQuality(smallWorldParams('reference')),
  core_major: withoutQuality(smallWorldParams('core_major')),
};

/** A small world with gaps, delistings and late listings, an as_of inside it and a parameter set. */
const scene = fc
  .record({
    seed: fc.string({ minLength: 1, maxLength: 6 }),
    days: fc.integer({ min: 225, max: 240 }),
    back: fc.integer({ min: 0, max: 12 }),
    set: fc.constantFrom('reference' as const, 'core_major' as const),
    ragged: fc.array(
      fc.record({
        from: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(60)),
        to: fc.oneof({ weight: 4, arbitrary: fc.constant(300) }, fc.integer({ min: 195, max: 230 })),
        hole: fc.nat(200),
        width: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.nat(12)),
      }),
      {
        minLength: NAMES.length,
        maxLength: NAMES.length,
      },
    ),
  })
  .map(({ seed, days, back, set, ragged }) => {
    const whole = candleWorld({ seed, days, symbols: NAMES });
    const candles = whole.map((series, s) => {
      if (s === 0) return series;
      const { from, to, hole, width } = ragged[s - 1]!;
      return withoutRows(series, (row) => row < from || row > to || (row >= hole && row < hole + width));
    });
    return { ...worldInput(candles, PARAMS[set], WORLD_START + days - 1 - back), detailDates: 2, scoredDates: 2 };
  });

/** Worlds in which someone is a member and something is trained on: the properties below must not hold for want of rows. */
let populated = 0;

function digest(input: PanelInput): string {
  const panel = panelOrThrow(input);
  if (panel.scoring.rowCount >= 3 && panel.training.rowCount >= 3) populated++;
  return digestOf(panel);
}

afterAll(() => {
  expect(populated).toBeGreaterThan(900);
});

describe('a panel', () => {
  it('depends neither on the order of its input nor on what comes after as_of (3 × 340 cases)', () => {
    fc.assert(
      fc.property(scene, fc.integer(), nonsense, (input, salt, value) => {
        const expected = digest(input);
        expect(digest(permuted(input, salt)), 'permuted').toBe(expected);
        expect(digest(truncated(input)), 'without later rows').toBe(expected);
        expect(digest(corrupted(input, value)), 'with other later rows, snapshots and actions').toBe(expected);
      }),
      { numRuns: 340 },
    );
  });

  it('with every quality rule enforced is the same whatever later rows say, in any order', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 4 }), fc.array(fc.nat(279), { maxLength: 6 }), (seed, spoiltRows) => {
        const params = { ...PARAMS.core_major, quality: { enforce: true } };
        const candles = candleWorld({ seed, days: 280, symbols: NAMES }).map((series, s) => {
          if (s === 0) return series;
          const copy = onRows(series, [...series.day.keys()]);
          for (const row of spoiltRows) copy.high[row] = s % 2 === 0 ? 0.001 : copy.high[row]!;
          return copy;
        });
        const input = { ...worldInput(candles, params, WORLD_START + 260), detailDates: 2 };
        const changed = candles.map((series) => corruptAfter(series, input.asOf, Number.NaN)).toReversed();
        expect(digest({ ...input, candles: changed })).toBe(digest(input));
      }),
      { numRuns: 30 },
    );
  });

  it('sees a date the same from that date and from later: features, context and regime', () => {
    fc.assert(
      fc.property(scene, fc.integer({ min: 1, max: 20 }), (input, earlier) => {
        const params = { ...input.params, universe: { ...input.params.universe, partial_month_refresh: false } };
        const late = panelOrThrow({ ...input, params, detailDates: 40 });
        const asOf = late.asOf - earlier;
        const early = panelOrThrow({
          ...input,
          params,
          asOf,
          metadata: [{ ...input.metadata[0]!, knownFrom: asOf }],
          detailDates: 1,
        });
        expect(late.regimes.slice(0, early.regimes.length)).toEqual(early.regimes);
        const valuesOn = (panel: typeof late, name: string): number[] => {
          const rows = Array.from(panel.detail.day.keys()).filter((row) => panel.detail.day[row] === asOf);
          return rows.map((row) => panel.detail.columns.get(name)![row]!);
        };
        for (const name of ['vol20', 'sma60', 'rolling_beta_to_btc', 'drawdown_severity', 'tradable_ratio_180', 'rs20']) {
          expect(valuesOn(late, name)).toEqual(valuesOn(early, name));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('gives every symbol exactly one outcome', () => {
    fc.assert(
      fc.property(scene, (input) => {
        const { universe, exclusions } = panelOrThrow(input);
        const names = [...universe.members.map(({ symbol }) => symbol), ...exclusions.map(({ symbol }) => symbol)];
        expect(names.toSorted()).toEqual(input.candles.map(({ symbol }) => symbol).toSorted());
        expect(exclusions.every(({ reasons }) => reasons.length > 0)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

const nonsense = fc.constantFrom(Number.NaN, -1, 0, 1e300, Number.POSITIVE_INFINITY);

function permuted(input: PanelInput, salt: number): PanelInput {
  return {
    ...input,
    candles: shuffled(input.candles, salt).map((series) => onRows(series, shuffled([...series.day.keys()], salt + 1))),
    metadata: input.metadata.map((snapshot) => ({ ...snapshot, instruments: shuffled(snapshot.instruments, salt + 2) })),
  };
}

function truncated(input: PanelInput): PanelInput {
  return { ...input, candles: input.candles.map((series) => withoutRows(series, (row) => series.day[row]! > input.asOf)) };
}

function corrupted(input: PanelInput, value: number): PanelInput {
  const candles = input.candles.map((series) => corruptAfter(series, input.asOf, value));
  const later = { knownFrom: input.asOf + 1, instruments: [] };
  const actions = [{ symbol: 'AAAUSDT', date: '2030-01-01', kind: 'redenomination', factor: 7 }] as const;
  return { ...input, candles, metadata: [...input.metadata, later], actions };
}

/** The same items in an order that depends on the salt only. */
function shuffled<T>(items: readonly T[], salt: number): T[] {
  const key = (i: number): number => Math.imul(i + 1, (salt | 1) ^ 0x9e3779b9) >>> 0;
  return items
    .map((item, i) => ({ item, key: key(i) }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

/** Later rows with nonsense in every column, twice and out of order. */
function corruptAfter(series: CandleSeries, asOf: number, value: number): CandleSeries {
  const rows = [...series.day.keys()];
  const copy = onRows(series, [...rows.filter((row) => series.day[row]! > asOf).toReversed(), ...rows]);
  for (const column of [copy.open, copy.high, copy.low, copy.close, copy.volume, copy.quoteVolume]) {
    for (const [row, day] of copy.day.entries()) if (day > asOf) column[row] = value;
  }
  return copy;
}
