import type { CalendarDay } from '../core/calendar-day.ts';
import type { Instrument } from './instrument.ts';

/** A venue's instrument list as it was known at one time. */
export interface InstrumentSnapshot {
  /** First day at whose end the list was known: the UTC day on which it was fetched. */
  readonly knownFrom: CalendarDay;
  readonly instruments: readonly Instrument[];
}

/** Instruments of candles that come without metadata: all trading spot, the quote asset read from the end of the name. */
export function inferInstruments(symbols: readonly string[], quoteAssets: readonly string[]): Instrument[] {
  return symbols.map((symbol) => inferInstrument(symbol, quoteAssets));
}

/** One such instrument; a name that ends in none of the quote assets has an empty quote asset. */
export function inferInstrument(symbol: string, quoteAssets: readonly string[]): Instrument {
  const upper = symbol.toUpperCase();
  const quoteAsset = quoteAssets.find((asset) => upper.endsWith(asset) && upper.length > asset.length) ?? '';
  const baseAsset = quoteAsset === '' ? upper : upper.slice(0, upper.length - quoteAsset.length);
  return { symbol: upper, status: 'TRADING', baseAsset, quoteAsset, isSpotTradingAllowed: true };
}
