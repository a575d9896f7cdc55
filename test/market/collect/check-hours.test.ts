import { describe, expect, it } from 'vitest';
import { checkHours, HOUR_MS } from '#shared/market/collect/check-hours.ts';
import type { SourceCandle } from '#shared/ports/candle-source.ts';

const START_MS = Date.UTC(2026, 9, 31);
const window = { firstCloseMs: START_MS + HOUR_MS, lastCloseMs: START_MS + 4 * HOUR_MS, nowMs: START_MS + 4.5 * HOUR_MS };

const row = (hour: number, more: Partial<SourceCandle> = {}): SourceCandle => ({
  openTimeMs: START_MS + hour * HOUR_MS,
  open: 10,
  high: 12,
  low: 9,
  close: 11 + hour / 10,
  volume: 2,
  quoteVolume: 21,
  ...more,
});

const checked = (...rows: readonly SourceCandle[]) => {
  const { bars, rejected } = checkHours('A', rows, window);
  return { close: [...bars.close], volume: [...bars.quoteVolume], reasons: rejected.map(({ reason }) => reason) };
};

const NONE = Number.NaN;

describe('delivered hours', () => {
  it('go to the slot of their close, in whatever order they come', () => {
    const expected = { close: [11, 11.1, NONE, 11.3], volume: [21, 21, NONE, 21], reasons: [] };
    expect(checked(row(0), row(1), row(3))).toEqual(expected);
    expect(checked(row(3), row(0), row(1))).toEqual(expected);
  });

  it('that are not closed, or outside of the window, are passed over', () => {
    expect(checked(row(-1), row(4), row(5, { openTimeMs: START_MS - 40 * HOUR_MS }))).toEqual({
      close: [NONE, NONE, NONE, NONE],
      volume: [NONE, NONE, NONE, NONE],
      reasons: [],
    });
  });

  it.each([
    ['ts_unit', { openTimeMs: START_MS + 1000 }],
    ['ts_unit', { openTimeMs: START_MS / 1000 }],
    ['ts_format', { openTimeMs: Number.NaN }],
    ['ts_future', { openTimeMs: START_MS + 9 * HOUR_MS }],
    ['value_invalid', { close: Number.NaN }],
    ['value_invalid', { low: 0 }],
    ['value_invalid', { volume: -2, quoteVolume: -21 }],
    ['ohlc_inconsistent', { high: 9, low: 12 }],
  ])('with a fault go to quarantine as %s and leave a hole', (reason, fault) => {
    expect(checked(row(0, fault))).toEqual({
      close: [NONE, NONE, NONE, NONE],
      volume: [NONE, NONE, NONE, NONE],
      reasons: [reason],
    });
  });

  it('lose only the quote volume where it contradicts the prices', () => {
    expect(checked(row(0, { quoteVolume: 4000 }))).toEqual({
      close: [11, NONE, NONE, NONE],
      volume: [NONE, NONE, NONE, NONE],
      reasons: ['quote_volume_bounds'],
    });
  });

  it('of two for one hour count as the later, and say whether they differed', () => {
    expect(checked(row(0), row(0))).toMatchObject({ close: [11, NONE, NONE, NONE], reasons: ['row_duplicate'] });
    expect(checked(row(0), row(0, { close: 10 }))).toMatchObject({ close: [10, NONE, NONE, NONE], reasons: ['row_conflict'] });
  });
});
