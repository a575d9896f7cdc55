import type { SourceCandle } from '../../../ports/candle-source.ts';
import { decimal, listOf, objectOf, textOf } from '../venue-answer.ts';
import type { CandleVenue, DayVolume, VenueInstrument } from '../venue-client.ts';

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
        fetchCandles: async (venueSymbol, { interval, fromMs, toMs }) => {
          const rows: unknown = await exchange.publicSpotGetCandlesticks({
            currency_pair: venueSymbol,
            interval,
            from: fromMs / 1000,
            to: toMs / 1000,
          });
          return listOf(rows, 'gate candlesticks').map((row) => toCandle(listOf(row, 'a gate candlestick')));
        },
        fetchDayVolumes: async () => {
          const rows: unknown = await exchange.publicSpotGetTickers();
          return listOf(rows, 'gate tickers').map(toDayVolume);
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

function toDayVolume(value: unknown): DayVolume {
  const ticker = objectOf(value, 'a gate ticker');
  return { venueSymbol: textOf(ticker.currency_pair), quoteVolume: decimal(ticker.quote_volume) };
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
