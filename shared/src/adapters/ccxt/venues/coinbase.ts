import type { SourceCandle } from '../../../ports/candle-source.ts';
import { decimal, listOf, objectOf, textOf } from '../venue-answer.ts';
import type { CandleVenue, DayVolume, VenueInstrument } from '../venue-client.ts';

/** Coinbase Advanced. Only base volume is stated: quote volume = base volume × (high + low + close) / 3. */
export const coinbaseVenue: CandleVenue = {
  sourceId: 'coinbase',
  quoteVolume: 'typical_price_times_volume',
  history: 'window',
  async open(config) {
    const { coinbase, OperationFailed, RateLimitExceeded, DDoSProtection, BadSymbol } = await import('ccxt');
    const exchange = new coinbase({ enableRateLimit: false, timeout: config.timeoutMs });
    exchange.fetchImplementation = config.fetch;
    if (config.simUrl !== undefined) exchange.urls.api.rest = config.simUrl;
    const products = async (): Promise<readonly unknown[]> => {
      const answer = objectOf(await exchange.v3PublicGetBrokerageMarketProducts({ product_type: 'SPOT' }), 'coinbase products');
      return listOf(answer.products, 'coinbase products');
    };
    return {
      errors: { OperationFailed, RateLimitExceeded, DDoSProtection, BadSymbol },
      client: {
        fetchInstruments: async () => (await products()).map(toInstrument),
        fetchCandles: async (venueSymbol, { interval, fromMs, toMs }) => {
          const answer = objectOf(
            await exchange.v3PublicGetBrokerageMarketProductsProductIdCandles({
              product_id: venueSymbol,
              granularity: GRANULARITIES[interval],
              start: String(fromMs / 1000),
              end: String(toMs / 1000),
            }),
            'coinbase candles',
          );
          // Newest first; those without a trade are left out.
          return listOf(answer.candles, 'coinbase candles').map(toCandle).reverse();
        },
        fetchDayVolumes: async () => (await products()).map(toDayVolume),
      },
    };
  },
};

const GRANULARITIES = { '1d': 'ONE_DAY', '1h': 'ONE_HOUR' } as const;

function toInstrument(value: unknown): VenueInstrument {
  const product = objectOf(value, 'a coinbase product');
  const isOpen = textOf(product.status) === 'online' && product.trading_disabled !== true && product.is_disabled !== true;
  return {
    venueSymbol: textOf(product.product_id),
    base: textOf(product.base_currency_id),
    quote: textOf(product.quote_currency_id),
    status: isOpen ? 'TRADING' : textOf(product.status).toUpperCase().replace('ONLINE', 'DISABLED'),
    isSpotTradingAllowed: isOpen && product.view_only !== true,
    ...(textOf(product.product_type) !== 'SPOT' && { unusable: 'not a spot product' }),
  };
}

/** Where the quote volume is not stated it is that of the base at the last price. */
function toDayVolume(value: unknown): DayVolume {
  const product = objectOf(value, 'a coinbase product');
  const stated = decimal(product.approximate_quote_24h_volume);
  const quoteVolume = Number.isNaN(stated) ? decimal(product.volume_24h) * decimal(product.price) : stated;
  return { venueSymbol: textOf(product.product_id), quoteVolume };
}

function toCandle(value: unknown): SourceCandle {
  const row = objectOf(value, 'a coinbase candle');
  const [high, low, close, volume] = [decimal(row.high), decimal(row.low), decimal(row.close), decimal(row.volume)];
  return {
    openTimeMs: decimal(row.start) * 1000,
    open: decimal(row.open),
    high,
    low,
    close,
    volume,
    quoteVolume: (volume * (high + low + close)) / 3,
  };
}
