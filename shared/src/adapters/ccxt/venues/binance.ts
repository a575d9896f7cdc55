import { listOf, objectOf, textOf } from '../venue-answer.ts';
import type { CandleVenue, VenueInstrument } from '../venue-client.ts';
import { klineCandle, LENGTH_MS, tickerVolume } from './klines.ts';

/** Binance spot, readable under profile `global` only. Candles state the quote volume and the number of trades. */
export const binanceVenue: CandleVenue = {
  sourceId: 'binance_spot',
  quoteVolume: 'stated',
  history: 'window',
  async open(config) {
    const { binance, OperationFailed, RateLimitExceeded, DDoSProtection, BadSymbol } = await import('ccxt');
    const exchange = new binance({ enableRateLimit: false, timeout: config.timeoutMs });
    exchange.fetchImplementation = config.fetch;
    if (config.simUrl !== undefined) exchange.urls.api.public = `${config.simUrl}/api/v3`;
    return {
      errors: { OperationFailed, RateLimitExceeded, DDoSProtection, BadSymbol },
      client: {
        fetchInstruments: async () => {
          const info = objectOf(await exchange.publicGetExchangeInfo(), 'binance exchangeInfo');
          return listOf(info.symbols, 'binance exchangeInfo symbols').map(toInstrument);
        },
        fetchCandles: async (venueSymbol, { interval, fromMs, toMs }) => {
          const rows: unknown = await exchange.publicGetKlines({
            symbol: venueSymbol,
            interval,
            startTime: fromMs,
            endTime: toMs,
            limit: (toMs - fromMs) / LENGTH_MS[interval] + 1,
          });
          return listOf(rows, 'binance klines').map((row) => klineCandle(listOf(row, 'a binance kline')));
        },
        fetchDayVolumes: async () => {
          const rows: unknown = await exchange.publicGetTicker24hr();
          return listOf(rows, 'binance ticker/24hr').map((row) => tickerVolume(objectOf(row, 'a binance ticker')));
        },
      },
    };
  },
};

function toInstrument(value: unknown): VenueInstrument {
  const row = objectOf(value, 'a binance symbol');
  return {
    venueSymbol: textOf(row.symbol),
    base: textOf(row.baseAsset),
    quote: textOf(row.quoteAsset),
    status: textOf(row.status).toUpperCase(),
    isSpotTradingAllowed: row.isSpotTradingAllowed === true,
  };
}
