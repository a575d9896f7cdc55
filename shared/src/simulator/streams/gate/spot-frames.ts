import { powerOfTen } from '../../fixed-digits.ts';
import type { DaySummary } from '../../live/day-summary.ts';
import type { Level } from '../../live/limit-book.ts';
import type { LiveInstrument } from '../../live/live-instrument.ts';
import type { Trade } from '../../live/trade-tape.ts';
import type { TradedInstrument } from '../../live/traded-instrument.ts';
import { plainDecimal, trimmedText } from '../wire-text.ts';

/** A trade as stream and REST show it; REST writes the numbers of id and time as texts. */
export function spotTradeRow(spec: LiveInstrument, trade: Trade, skewUs: number): Readonly<Record<string, string | number>> {
  const us = trade.atUs + skewUs;
  return {
    id: trade.id,
    create_time: Math.floor(us / 1_000_000),
    create_time_ms: `${Math.floor(us / 1000)}.${String(us % 1000).padStart(3, '0')}000`,
    side: trade.side,
    currency_pair: spec.symbol,
    amount: trimmedText(trade.size, spec.sizeDigits),
    price: trimmedText(trade.price, spec.priceDigits),
  };
}

export function spotTickerRow({ spec, book, tape }: TradedInstrument, day: DaySummary): Readonly<Record<string, string>> {
  const price = (units: number | undefined): string => trimmedText(units ?? 0, spec.priceDigits);
  return {
    currency_pair: spec.symbol,
    last: price(tape.lastPrice),
    lowest_ask: price(book.asks.prices[0]),
    highest_bid: price(book.bids.prices[0]),
    change_percentage: ((tape.lastPrice / day.open - 1) * 100).toFixed(4),
    base_volume: plainDecimal(day.size / powerOfTen(spec.sizeDigits), 10),
    quote_volume: plainDecimal(day.value, 9),
    high_24h: price(day.high),
    low_24h: price(day.low),
  };
}

export function levelsText(spec: LiveInstrument, levels: readonly Level[]): string {
  const pair = ({ price, size }: Level): string =>
    `["${trimmedText(price, spec.priceDigits)}","${size === 0 ? '0' : trimmedText(size, spec.sizeDigits)}"]`;
  return `[${levels.map(pair).join(',')}]`;
}
