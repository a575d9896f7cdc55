import type { CalendarDay } from '../../core/calendar-day.ts';

/** One day of one asset before any venue rounds it: prices and quote volume in USDT. */
export interface MarketCandle {
  readonly day: CalendarDay;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly quoteVolume: number;
  /** What the venue publishes wrongly about this day, on purpose. */
  readonly defect?: 'negative_volume' | 'high_below_low';
}

/**
 * The candle as it looks after `fraction` of its day: it opens at the same price, has gone that share of its way, and equals
 * the finished one at 1.
 */
export function partialCandle(candle: MarketCandle, fraction: number): MarketCandle {
  const { open, high, low, close } = candle;
  const last = open + (close - open) * fraction;
  return {
    ...candle,
    close: last,
    high: Math.max(open, last) + (high - Math.max(open, close)) * fraction,
    low: Math.min(open, last) - (Math.min(open, close) - low) * fraction,
    quoteVolume: candle.quoteVolume * fraction,
  };
}
