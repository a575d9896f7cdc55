import { describe, expect, it } from 'vitest';
import actionsFile from '#params/asset_actions.json' with { type: 'json' };
import { assetActionsSchema } from '#shared/contracts/asset-actions.ts';
import { formatDay, parseDay } from '#shared/core/calendar-day.ts';
import type { CandleSeries } from '#shared/market/candle-series.ts';
import { applyActions } from '#shared/market/quality/apply-actions.ts';
import { dataBars } from '#shared/market/quality/eligibility.ts';
import { gapsOf, longestHalt, missingDays, peggedShare, suspectedSteps } from '#shared/market/quality/history-checks.ts';
import { orderRows } from '#shared/market/quality/order-rows.ts';
import { hasShared, readCandles, sharedPath } from '../../golden/read-csv.ts';

const START = parseDay('2024-01-01')!;

/** Candles with the given closes on the given days (default: consecutive), all else flat. */
function seriesOf(
  closes: readonly number[],
  days: readonly number[] = closes.map((_, i) => i),
  quote: readonly number[] = [],
): CandleSeries {
  const close = Float64Array.from(closes);
  return {
    symbol: 'XUSDT',
    day: Int32Array.from(days, (day) => START + day),
    open: close.slice(),
    high: close.slice(),
    low: close.slice(),
    close,
    volume: new Float64Array(closes.length).fill(5),
    quoteVolume: Float64Array.from(closes, (price, i) => quote[i] ?? 5 * price),
  };
}

const NONE = new Set<number>();

describe('steps of price', () => {
  it.each([
    [3.99, 0],
    [4, 0],
    [4.01, 1],
    [0.25, 0],
    [0.249, 1],
  ])('a ratio of %d is suspected %d times', (ratio, count) => {
    expect(suspectedSteps(seriesOf([10, 10 * ratio, 10 * ratio]), NONE).length).toBe(count);
  });

  it('are looked for across gaps and forgiven by the actions table', () => {
    const series = seriesOf([1, 9], [0, 5]);
    expect(suspectedSteps(series, NONE)).toEqual([{ day: START + 5, ratio: 9 }]);
    expect(suspectedSteps(series, new Set([START + 5]))).toEqual([]);
  });

  it('bar a symbol for 220 days', () => {
    const closes = [1, 9, ...Array.from({ length: 230 }, () => 9)];
    const series = seriesOf(closes);
    const steps = suspectedSteps(series, NONE);
    const codes = (day: number): string[] => dataBars(series, steps, START + day).map(({ code }) => code);
    expect([codes(0), codes(1), codes(220), codes(221)]).toEqual([
      [],
      ['corporate_action_suspected'],
      ['corporate_action_suspected'],
      [],
    ]);
  });
});

describe('days without turnover', () => {
  const flat = (n: number): number[] => Array.from({ length: n }, () => 1);

  it('halt a symbol from the third in a row within the last 30', () => {
    const quiet = (zeros: readonly number[]): CandleSeries =>
      seriesOf(
        flat(60),
        undefined,
        flat(60).map((_, i) => (zeros.includes(i) ? 0 : 5)),
      );
    expect(longestHalt(quiet([50, 51]), START + 59)).toBe(2);
    expect(longestHalt(quiet([50, 51, 52]), START + 59)).toBe(3);
    expect(longestHalt(quiet([50, 51, 52]), START + 51)).toBe(2);
    expect(longestHalt(quiet([27, 28, 29]), START + 59)).toBe(0);
    expect(longestHalt(quiet([28, 29, 30, 31]), START + 59)).toBe(2);
  });

  it('include missing days between candles, but none before the first', () => {
    expect(longestHalt(seriesOf([1, 1, 1], [0, 1, 6]), START + 6)).toBe(4);
    expect(longestHalt(seriesOf([1, 1], [28, 29]), START + 29)).toBe(0);
  });

  it('are listed as gaps', () => {
    expect(gapsOf(seriesOf([1, 1, 1], [0, 1, 6]))).toEqual([{ day: START + 6, missingDays: 4 }]);
    expect(missingDays(seriesOf([1, 1, 1], [0, 1, 6]), START + 6, 7)).toBe(4);
  });
});

it('calls a symbol pegged when 95 % of its last 180 closes are within 2 % of 1', () => {
  const closes = (outside: number): number[] => Array.from({ length: 200 }, (_, i) => (i >= 200 - outside ? 1.03 : 1.01));
  const bars = (outside: number): string[] => dataBars(seriesOf(closes(outside)), [], START + 199).map(({ code }) => code);
  expect(peggedShare(seriesOf(closes(9)), START + 199)).toBe(0.95);
  expect([bars(9), bars(10)]).toEqual([['pegged'], []]);
  expect(peggedShare(seriesOf(closes(0).slice(0, 179)), START + 178)).toBeNaN();
});

it('bars a symbol without a candle on the day', () => {
  expect(dataBars(seriesOf([1, 2]), [], START + 4)).toContainEqual({
    code: 'no_candle_as_of',
    observed: '2024-01-02',
    threshold: '2024-01-05',
  });
});

describe('rows out of order', () => {
  it('are sorted; the later of two of a day wins', () => {
    const { series, findings } = orderRows(seriesOf([3, 1, 2, 2, 7], [2, 0, 1, 1, 2]));
    expect([...series.close]).toEqual([1, 2, 7]);
    expect(findings.map(({ code, day }) => [code, day - START])).toEqual([
      ['row_order', 0],
      ['row_conflict', 2],
    ]);
  });
});

describe('the actions table', () => {
  const { actions } = assetActionsSchema.parse(actionsFile);

  it('restates prices before a redenomination and volumes inversely', () => {
    const action = { symbol: 'XUSDT', date: '2024-01-03', kind: 'redenomination', factor: 10 } as const;
    const [after] = applyActions([seriesOf([1, 2, 30])], [action], START + 9);
    expect([[...after!.close], [...after!.volume], [...after!.quoteVolume]]).toEqual([
      [10, 20, 30],
      [0.5, 0.5, 5],
      [5, 10, 150],
    ]);
    expect(suspectedSteps(after!, NONE)).toEqual([]);
  });

  it('is not read before its date', () => {
    const action = { symbol: 'XUSDT', date: '2024-01-03', kind: 'redenomination', factor: 10 } as const;
    expect([...applyActions([seriesOf([1, 2])], [action], START + 1)[0]!.close]).toEqual([1, 2]);
  });

  it('joins a renamed symbol to its history', () => {
    const newer = { ...seriesOf([5, 6], [3, 4]), symbol: 'NEWUSDT' };
    const action = { symbol: 'NEWUSDT', date: '2024-01-04', kind: 'rename', from: 'XUSDT' } as const;
    const joined = applyActions([seriesOf([1, 2, 3, 4], [0, 1, 2, 3]), newer], [action], START + 9);
    expect(joined.map(({ symbol }) => symbol)).toEqual(['NEWUSDT']);
    expect([...joined[0]!.close]).toEqual([1, 2, 3, 5, 6]);
    expect([...joined[0]!.day].map((day) => day - START)).toEqual([0, 1, 2, 3, 4]);
  });

  it('holds the recorded cases in the order of their symbols', () => {
    expect(actions.map(({ symbol, kind }) => `${symbol} ${kind}`)).toEqual([
      'BNBDOWNUSDT redenomination',
      'DOGEUSDT real_move',
      'DREPUSDT redenomination',
      'LUNAUSDT new_asset',
      'POLUSDT rename',
    ]);
  });

  it.skipIf(!hasShared('data/ohlcv-1d-spot203-2021-2022'))(
    'explains those steps of the recorded candles and leaves the others',
    () => {
      const last = parseDay('2022-06-30')!;
      const series = applyActions(readCandles(sharedPath('data/ohlcv-1d-spot203-2021-2022')), actions, last);
      const suspects = series.flatMap((item) => {
        const listed = actions.filter(({ symbol }) => symbol === item.symbol).map(({ date }) => parseDay(date)!);
        return suspectedSteps(item, new Set(listed)).map(({ day }) => `${item.symbol} ${formatDay(day)}`);
      });
      expect(suspects.toSorted()).toEqual([
        'ADADOWNUSDT 2021-04-08',
        'ADADOWNUSDT 2021-05-19',
        'DOTUPUSDT 2021-05-19',
        'ETHDOWNUSDT 2021-07-09',
        'LUNAUSDT 2022-05-11',
        'LUNAUSDT 2022-05-12',
        'LUNAUSDT 2022-05-13',
        'ONGUSDT 2021-05-20',
        'TRXUPUSDT 2021-05-19',
        'XRPDOWNUSDT 2021-01-30',
        'XRPDOWNUSDT 2021-04-08',
      ]);
    },
  );
});
