import type { CalendarDay } from '../core/calendar-day.ts';

/**
 * Daily candles of one symbol as columns, ascending by day, at most one row a day. Prices in quote units, `volume` in base
 * units, `quoteVolume` in quote units. NaN = missing. `day` is the UTC day of the candle's open time.
 */
export interface CandleSeries {
  readonly symbol: string;
  readonly day: Int32Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  readonly quoteVolume: Float64Array;
  /** Columns that many sources lack; absent = missing on every row. */
  readonly tradeCount?: Float64Array;
  readonly takerBuyBaseVolume?: Float64Array;
  readonly takerBuyQuoteVolume?: Float64Array;
}

/** One daily candle as a row: the form in which sources deliver and collection checks. */
export interface DailyCandle {
  readonly day: CalendarDay;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly quoteVolume: number;
}
