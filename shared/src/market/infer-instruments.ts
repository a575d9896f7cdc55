import type { Instrument } from './instrument.ts';

/** Quote assets of spot venues that names end in, besides those that the caller asks for. */
const KNOWN_QUOTES = 'FDUSD USDT USDC BUSD TUSD USDP DAI USD EUR GBP TRY BRL BTC ETH BNB'.split(' ');

/** Instruments of candles that come without metadata: all trading spot, the quote asset read from the end of the name. */
export function inferInstruments(symbols: readonly string[], quoteAssets: readonly string[]): Instrument[] {
  return symbols.map((symbol) => inferInstrument(symbol, quoteAssets));
}

/**
 * One such instrument. The longest quote asset that fits counts, so that FDUSD is not read as USD, and one of `quoteAssets` before
 * any other; a name that ends in none has an empty quote asset.
 */
export function inferInstrument(symbol: string, quoteAssets: readonly string[]): Instrument {
  const upper = symbol.toUpperCase();
  const quoteAsset = longestEnd(upper, quoteAssets) ?? longestEnd(upper, KNOWN_QUOTES) ?? '';
  const baseAsset = upper.slice(0, upper.length - quoteAsset.length);
  return { symbol: upper, status: 'TRADING', baseAsset, quoteAsset, isSpotTradingAllowed: true };
}

function longestEnd(name: string, quotes: readonly string[]): string | undefined {
  return quotes.filter((quote) => name.endsWith(quote) && name.length > quote.length).toSorted((a, b) => b.length - a.length)[0];
}
