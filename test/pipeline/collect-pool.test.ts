import { expect, it } from 'vitest';
import type { PoolParams } from '#shared/contracts/pool-params.ts';
import { DAY_MS, formatDay } from '#shared/core/calendar-day.ts';
import { marketParams, OCTOBER, runTimeMs, SEPTEMBER, smallMarket } from './small-market.ts';

// Switches of pool spec §1 that a collection obeys: one key is flipped and exactly the stated change is seen.

const withCandles = (keys: Partial<PoolParams['candles']>): PoolParams => {
  const params = marketParams();
  return { ...params, candles: { ...params.candles, ...keys } };
};

it('S02 repair_days: 10 reads the last ten stored days again and finds a correction, 0 never sees it', async () => {
  const revisionsWith = async (repairDays: number) => {
    const { rows, collect } = smallMarket();
    const params = withCandles({ repair_days: repairDays });
    await collect(params, SEPTEMBER);
    const corrected = rows
      .get('CCUSDT')!
      .map((row) => (row.openTimeMs === (SEPTEMBER - 9) * DAY_MS ? { ...row, close: row.low } : row));
    rows.set('CCUSDT', corrected);
    const { revisions } = await collect(params, SEPTEMBER + 1);
    return revisions.map(({ symbol, date, field }) => [symbol, date, field]);
  };
  expect(await revisionsWith(10)).toEqual([['CCUSDT', formatDay(SEPTEMBER - 9), 'close']]);
  expect(await revisionsWith(0)).toEqual([]);
});

it('S03 end_bound: next_midnight_inclusive takes one candle more, unless it is still open and open ones are refused', async () => {
  const lastDay = async (keys: Partial<PoolParams['candles']>, nowMs: number): Promise<string> => {
    const market = smallMarket();
    await market.collect(withCandles(keys), SEPTEMBER, nowMs);
    const ends = (await market.archive.read('memory')).map(({ day }) => day.at(-1)!);
    expect(new Set(ends).size).toBe(1);
    return formatDay(ends[0]!);
  };
  const inclusive = { end_bound: 'next_midnight_inclusive', open_candle: 'accept' } as const;
  expect(await lastDay({ ...inclusive, end_bound: 'exclusive' }, runTimeMs(SEPTEMBER))).toBe('2022-09-30');
  expect(await lastDay(inclusive, runTimeMs(SEPTEMBER))).toBe('2022-10-01');
  expect(await lastDay({ ...inclusive, open_candle: 'reject' }, runTimeMs(SEPTEMBER))).toBe('2022-09-30');
  expect(await lastDay(inclusive, runTimeMs(OCTOBER))).toBe('2022-10-01');
});
