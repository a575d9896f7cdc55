import { describe, expect, it } from 'vitest';
import { parseDay } from '#shared/core/calendar-day.ts';
import type { DailyCandle } from '#shared/market/candle-series.ts';
import { candleFault } from '#shared/market/quality/check-candle.ts';
import { cleanSeries } from '#shared/market/quality/clean-series.ts';
import { hasShared, readCandles, sharedPath } from '../../golden/read-csv.ts';

const row = (changes: Partial<DailyCandle> = {}): DailyCandle => ({
  day: parseDay('2024-03-01')!,
  open: 10,
  high: 12,
  low: 9,
  close: 11,
  volume: 100,
  quoteVolume: 1050,
  ...changes,
});

describe('the values of one candle', () => {
  const faultOf = (changes: Partial<DailyCandle>): string | undefined => {
    const { open, high, low, close, volume, quoteVolume } = row(changes);
    return candleFault(open, high, low, close, volume, quoteVolume)?.code;
  };

  it.each([
    [{}, undefined],
    [{ volume: 0, quoteVolume: 0 }, undefined],
    [{ open: Number.NaN }, 'value_invalid'],
    [{ close: 0 }, 'value_invalid'],
    [{ low: -1 }, 'value_invalid'],
    [{ high: Number.POSITIVE_INFINITY }, 'value_invalid'],
    [{ high: 1e18 }, 'value_invalid'],
    [{ volume: -1 }, 'value_invalid'],
    [{ quoteVolume: Number.NaN }, 'value_invalid'],
    [{ quoteVolume: 1e308 }, 'value_invalid'],
    [{ high: 10.5 }, 'ohlc_inconsistent'],
    [{ low: 10.5 }, 'ohlc_inconsistent'],
    // 100 units between 9 and 12 are worth 900 to 1200, give or take a thousandth.
    [{ quoteVolume: 899.2 }, undefined],
    [{ quoteVolume: 899 }, 'quote_volume_bounds'],
    [{ quoteVolume: 1201.1 }, undefined],
    [{ quoteVolume: 1201.3 }, 'quote_volume_bounds'],
  ])('%j: %s', (changes, code) => {
    expect(faultOf(changes)).toBe(code);
  });
});

describe.skipIf(!hasShared('data/ohlcv-1d'))('recorded candles', () => {
  it('raise no false alarm of invalid values, inconsistent prices or volume bounds', () => {
    const sets = ['ohlcv-1d', 'ohlcv-1d-bybit-linear', 'ohlcv-1d-spot203-2021-2022', 'ohlcv-1d-binance-usdm'];
    const series = sets.flatMap((set) => readCandles(sharedPath(`data/${set}`)));
    expect(series.reduce((rows, { day }) => rows + day.length, 0)).toBe(285_422);
    expect(series.flatMap((item) => cleanSeries(item).findings)).toEqual([]);
  });
});
