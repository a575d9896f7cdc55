import type { VenueCandle } from './listing.ts';

/** Rolling 24 hours up to now, in ticks and lots. */
export interface DayTicker {
  readonly last: number;
  readonly bid: number;
  readonly ask: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly lots: number;
  readonly quoteVolume: number;
}

/**
 * The last 24 hours from the unfinished candle and the part of the finished one before it that is younger than a day.
 * `dayFraction` = share of today that has passed.
 */
export function dayTicker(candles: readonly VenueCandle[], dayFraction: number): DayTicker | undefined {
  const today = candles.at(-1);
  if (today === undefined) return undefined;
  const before = candles.at(-2) ?? today;
  const rest = 1 - dayFraction;
  const halfSpread = Math.max(1, Math.floor(today.close / 5000));
  return {
    last: today.close,
    bid: Math.max(1, today.close - halfSpread),
    ask: today.close + halfSpread,
    open: Math.round(before.open + (before.close - before.open) * dayFraction),
    high: Math.max(today.high, before.high),
    low: Math.min(today.low, before.low),
    lots: today.lots + Math.round(before.lots * rest),
    quoteVolume: today.quoteVolume + before.quoteVolume * rest,
  };
}
