import { listOf, objectOf, textOf } from '../venue-answer.ts';
import type { CandleVenue, VenueInstrument } from '../venue-client.ts';
import { klineCandle, LENGTH_MS, tickerVolume } from './klines.ts';

/** MEXC spot. Candles state the quote volume; the documented page of 1000 is 500 in practice. */
export const mexcVenue: CandleVenue = {
  sourceId: 'mexc',
  quoteVolume: 'stated',
  history: 'window',
  async open(config) {
    const { mexc, OperationFailed, RateLimitExceeded, DDoSProtection, BadSymbol } = await import('ccxt');
    const exchange = new mexc({ enableRateLimit: false, timeout: config.timeoutMs });
    exchange.fetchImplementation = config.fetch;
    if (config.simUrl !== undefined) exchange.urls.api.spot.public = config.simUrl;
    return {
      errors: { OperationFailed, RateLimitExceeded, DDoSProtection, BadSymbol },
      client: {
        fetchInstruments: async () => {
          const info = objectOf(await exchange.spotPublicGetExchangeInfo(), 'mexc exchangeInfo');
          return listOf(info.symbols, 'mexc exchangeInfo symbols').map(toInstrument);
        },
        fetchCandles: async (venueSymbol, { interval, fromMs, toMs }) => {
          const rows: unknown = await exchange.spotPublicGetKlines({
            symbol: venueSymbol,
            interval: INTERVALS[interval],
            startTime: fromMs,
            // The venue's end is exclusive.
            endTime: toMs + 1,
            limit: (toMs - fromMs) / LENGTH_MS[interval] + 1,
          });
          return listOf(rows, 'mexc klines').map((row) => klineCandle(listOf(row, 'a mexc kline')));
        },
        fetchDayVolumes: async () => {
          const rows: unknown = await exchange.spotPublicGetTicker24hr();
          return listOf(rows, 'mexc ticker/24hr').map((row) => tickerVolume(objectOf(row, 'a mexc ticker')));
        },
      },
    };
  },
};

/** MEXC calls an hour sixty minutes. */
const INTERVALS = { '1d': '1d', '1h': '60m' } as const;

/** Status `1` is online; older answers say `ENABLED`. */
const ONLINE = new Set(['1', 'ENABLED']);

function toInstrument(value: unknown): VenueInstrument {
  const row = objectOf(value, 'a mexc symbol');
  const status = textOf(row.status);
  return {
    venueSymbol: textOf(row.symbol),
    base: textOf(row.baseAsset),
    quote: textOf(row.quoteAsset),
    status: ONLINE.has(status) ? 'TRADING' : `STATUS_${status.toUpperCase()}`,
    isSpotTradingAllowed: row.isSpotTradingAllowed === true,
  };
}
