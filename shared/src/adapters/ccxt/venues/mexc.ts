import { DAY_MS } from '../../../core/calendar-day.ts';
import { listOf, objectOf, textOf } from '../venue-answer.ts';
import type { CandleVenue, VenueInstrument } from '../venue-client.ts';
import { klineCandle } from './klines.ts';

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
        fetchCandles: async (venueSymbol, from, to) => {
          const rows: unknown = await exchange.spotPublicGetKlines({
            symbol: venueSymbol,
            interval: '1d',
            startTime: from * DAY_MS,
            // The venue's end is exclusive.
            endTime: to * DAY_MS + 1,
            limit: to - from + 1,
          });
          return listOf(rows, 'mexc klines').map((row) => klineCandle(listOf(row, 'a mexc kline')));
        },
      },
    };
  },
};

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
