import { describe, expect, it } from 'vitest';
import { DAY_MS, parseDay } from '#shared/core/calendar-day.ts';
import { candleFault } from '#shared/market/quality/check-candle.ts';
import { checkRows, type DeliveredCandle } from '#shared/market/quality/check-rows.ts';
import { cleanSeries } from '#shared/market/quality/clean-series.ts';
import { hasShared, readCandles, sharedPath } from '../../golden/read-csv.ts';

const DAY = parseDay('2024-03-01')!;
const LIMITS = { lastDay: DAY + 10, nowMs: (DAY + 20) * DAY_MS, settleMs: 600_000 };
const row = (changes: Partial<DeliveredCandle> = {}): DeliveredCandle => ({
  openTimeMs: DAY * DAY_MS,
  open: 10,
  high: 12,
  low: 9,
  close: 11,
  volume: 100,
  quoteVolume: 1050,
  ...changes,
});

describe('the values of one candle', () => {
  const faultOf = (changes: Partial<DeliveredCandle>): string | undefined => {
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

describe('delivered rows', () => {
  it('are refused for their time, with the reason', () => {
    const at = (openTimeMs: number): DeliveredCandle => row({ openTimeMs });
    const rows = [
      at(DAY * DAY_MS + 1),
      at(DAY * 86_400),
      at(parseDay('2009-12-31')! * DAY_MS),
      at((DAY + 11) * DAY_MS),
      at(Number.NaN),
      row(),
    ];
    const { accepted, findings } = checkRows('XUSDT', rows, LIMITS);
    expect(findings.map(({ code }) => code)).toEqual(['ts_unit', 'ts_unit', 'ts_range', 'ts_future', 'ts_unit']);
    expect(findings.every(({ effect }) => effect === 'row_refused')).toBe(true);
    // Such a time may be no date at all, so that the finding stands at the end of the range.
    expect(findings.every(({ day }) => day === LIMITS.lastDay)).toBe(true);
    expect(accepted.map(({ day }) => day)).toEqual([DAY]);
  });

  it('are open until ten minutes after midnight', () => {
    const closing = { ...LIMITS, nowMs: (DAY + 1) * DAY_MS + 599_999 };
    expect(checkRows('XUSDT', [row()], closing).findings.map(({ code }) => code)).toEqual(['open_candle']);
    expect(checkRows('XUSDT', [row()], { ...closing, nowMs: closing.nowMs + 1 }).findings).toEqual([]);
  });

  it('are sorted, and the later of two of a day wins with a flag when they differ', () => {
    const second = row({ openTimeMs: (DAY + 1) * DAY_MS });
    const { accepted, findings } = checkRows('XUSDT', [second, row(), row(), row({ close: 11.5 })], LIMITS);
    expect(accepted.map(({ day, close }) => [day - DAY, close])).toEqual([
      [0, 11.5],
      [1, 11],
    ]);
    expect(findings.map(({ code }) => code)).toEqual(['row_order', 'row_order', 'row_order', 'row_conflict']);
  });

  it('lose the day or only its turnover', () => {
    const { accepted, findings } = checkRows(
      'XUSDT',
      [row({ high: 1 }), row({ openTimeMs: (DAY + 1) * DAY_MS, quoteVolume: 5 })],
      LIMITS,
    );
    expect(accepted).toMatchObject([{ day: DAY + 1, quoteVolume: 0, volume: 100 }]);
    expect(findings).toMatchObject([
      { day: DAY, code: 'ohlc_inconsistent', effect: 'day_dropped', field: 'high', observed: 1 },
      { day: DAY + 1, code: 'quote_volume_bounds', effect: 'quote_volume_zeroed', observed: 5 },
    ]);
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
