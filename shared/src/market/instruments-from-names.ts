import type { Instrument } from './instrument.ts';

/** Quote assets that end the symbols of spot venues; the longest that matches counts, so that FDUSD is not read as USD. */
const QUOTE_ASSETS = [
  'FDUSD',
  'USDT',
  'USDC',
  'BUSD',
  'TUSD',
  'USDP',
  'DAI',
  'USD',
  'EUR',
  'GBP',
  'TRY',
  'BRL',
  'BTC',
  'ETH',
  'BNB',
];

/**
 * Instruments for a folder of candles without an instrument list: every symbol is TRADING on spot, its quote asset is read from
 * the end of its name. A name without a known quote asset gets the empty quote, which no universe accepts.
 */
export function instrumentsFromNames(symbols: readonly string[]): readonly Instrument[] {
  return symbols.map((symbol) => {
    const quoteAsset = QUOTE_ASSETS.find((quote) => symbol.endsWith(quote) && symbol.length > quote.length) ?? '';
    const baseAsset = symbol.slice(0, symbol.length - quoteAsset.length);
    return { symbol, status: 'TRADING', baseAsset, quoteAsset, isSpotTradingAllowed: true };
  });
}
