import type { SourceCandle } from '../../../ports/candle-source.ts';
import { decimal, listOf, objectOf, textOf } from '../venue-answer.ts';
import type { CandleVenue, DayVolume, VenueInstrument } from '../venue-client.ts';

const MINUTES = { '1d': 1440, '1h': 60 } as const;

/** Kraken spot. Quote volume = vwap × base volume; only the newest 720 candles can be had, whatever is asked for. */
export const krakenVenue: CandleVenue = {
  sourceId: 'kraken',
  quoteVolume: 'vwap_times_volume',
  history: 'newest',
  async open(config) {
    const { kraken, OperationFailed, RateLimitExceeded, DDoSProtection, BadSymbol } = await import('ccxt');
    const exchange = new kraken({ enableRateLimit: false, timeout: config.timeoutMs });
    exchange.fetchImplementation = config.fetch;
    if (config.simUrl !== undefined) exchange.urls.api.public = config.simUrl;
    return {
      errors: { OperationFailed, RateLimitExceeded, DDoSProtection, BadSymbol },
      client: {
        fetchInstruments: async () => {
          const answer = objectOf(await exchange.publicGetAssetPairs(), 'kraken AssetPairs');
          const pairs = objectOf(answer.result, 'kraken AssetPairs result');
          return Object.entries(pairs).map(([id, pair]) => toInstrument(id, objectOf(pair, `kraken pair ${id}`)));
        },
        fetchCandles: async (venueSymbol, { interval, fromMs }) => {
          // `since` is exclusive.
          const since = String(fromMs / 1000 - 1);
          const answer = objectOf(
            await exchange.publicGetOHLC({ pair: venueSymbol, interval: MINUTES[interval], since }),
            'kraken OHLC',
          );
          const result = objectOf(answer.result, 'kraken OHLC result');
          // A reply about another pair has no list under this one.
          return listOf(result[venueSymbol], `kraken OHLC of ${venueSymbol}`).map((row) =>
            toCandle(listOf(row, 'a kraken candle')),
          );
        },
        fetchDayVolumes: async () => {
          const answer = objectOf(await exchange.publicGetTicker(), 'kraken Ticker');
          const tickers = objectOf(answer.result, 'kraken Ticker result');
          return Object.entries(tickers).map(([id, ticker]) => toDayVolume(id, objectOf(ticker, `kraken ticker ${id}`)));
        },
      },
    };
  },
};

/** Rows without a websocket name and ids ending in `.d` are dark pools with the same assets (market-data spec §2). */
function toInstrument(id: string, pair: Readonly<Record<string, unknown>>): VenueInstrument {
  const [base = '', quote = ''] = textOf(pair.wsname).split('/');
  const status = textOf(pair.status);
  const isDark = id.endsWith('.d') || textOf(pair.wsname) === '';
  return {
    venueSymbol: id,
    base,
    quote,
    status: status === 'online' ? 'TRADING' : status.toUpperCase(),
    isSpotTradingAllowed: status === 'online',
    ...(isDark && { unusable: 'dark pool or no public name' }),
  };
}

/** Of `v` (base volume) and `p` (vwap) the second cell is that of the last 24 h. */
function toDayVolume(id: string, ticker: Readonly<Record<string, unknown>>): DayVolume {
  const last24h = (cell: unknown): number => (Array.isArray(cell) ? decimal(cell[1]) : Number.NaN);
  return { venueSymbol: id, quoteVolume: last24h(ticker.v) * last24h(ticker.p) };
}

/** `[time s, open, high, low, close, vwap, base volume, count]`. */
function toCandle(row: readonly unknown[]): SourceCandle {
  const volume = decimal(row[6]);
  return {
    openTimeMs: decimal(row[0]) * 1000,
    open: decimal(row[1]),
    high: decimal(row[2]),
    low: decimal(row[3]),
    close: decimal(row[4]),
    volume,
    quoteVolume: decimal(row[5]) * volume,
    tradeCount: decimal(row[7]),
  };
}
