import { DAY_MS } from '../../../core/calendar-day.ts';
import type { SourceCandle } from '../../../ports/candle-source.ts';
import { decimal, listOf, objectOf, textOf } from '../venue-answer.ts';
import type { CandleVenue, VenueInstrument } from '../venue-client.ts';

/** Gate spot. Candles state the quote volume; times are in seconds. */
export const gateVenue: CandleVenue = {
  sourceId: 'gate',
  quoteVolume: 'stated',
  history: 'window',
  async open(config) {
    const { gate, OperationFailed, RateLimitExceeded, DDoSProtection, BadSymbol } = await import('ccxt');
    const exchange = new gate({ enableRateLimit: false, timeout: config.timeoutMs });
    exchange.fetchImplementation = config.fetch;
    if (config.simUrl !== undefined) exchange.urls.api.public.spot = `${config.simUrl}/api/v4`;
    return {
      errors: { OperationFailed, RateLimitExceeded, DDoSProtection, BadSymbol },
      client: {
        fetchInstruments: async () => {
          const pairs: unknown = await exchange.publicSpotGetCurrencyPairs();
          return listOf(pairs, 'gate currency_pairs').map(toInstrument);
        },
        fetchCandles: async (venueSymbol, from, to) => {
          const rows: unknown = await exchange.publicSpotGetCandlesticks({
            currency_pair: venueSymbol,
            interval: '1d',
            from: (from * DAY_MS) / 1000,
            to: (to * DAY_MS) / 1000,
          });
          return listOf(rows, 'gate candlesticks').map((row) => toCandle(listOf(row, 'a gate candlestick')));
        },
      },
    };
  },
};

function toInstrument(value: unknown): VenueInstrument {
  const pair = objectOf(value, 'a gate currency pair');
  const status = textOf(pair.trade_status);
  return {
    venueSymbol: textOf(pair.id),
    base: textOf(pair.base),
    quote: textOf(pair.quote),
    status: status === 'tradable' ? 'TRADING' : status.toUpperCase(),
    isSpotTradingAllowed: status === 'tradable',
  };
}

/** `[time s, quote volume, close, high, low, open, base volume, window closed]`, every cell a text. */
function toCandle(row: readonly unknown[]): SourceCandle {
  return {
    openTimeMs: decimal(row[0]) * 1000,
    open: decimal(row[5]),
    high: decimal(row[3]),
    low: decimal(row[4]),
    close: decimal(row[2]),
    volume: decimal(row[6]),
    quoteVolume: decimal(row[1]),
  };
}
