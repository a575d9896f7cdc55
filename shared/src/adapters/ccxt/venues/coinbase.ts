import { DAY_MS } from '../../../core/calendar-day.ts';
import type { SourceCandle } from '../../../ports/candle-source.ts';
import { decimal, listOf, objectOf, textOf } from '../venue-answer.ts';
import type { CandleVenue, VenueInstrument } from '../venue-client.ts';

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
    return {
      errors: { OperationFailed, RateLimitExceeded, DDoSProtection, BadSymbol },
      client: {
        fetchInstruments: async () => {
          const answer = objectOf(
            await exchange.v3PublicGetBrokerageMarketProducts({ product_type: 'SPOT' }),
            'coinbase products',
          );
          return listOf(answer.products, 'coinbase products').map(toInstrument);
        },
        fetchCandles: async (venueSymbol, from, to) => {
          const answer = objectOf(
            await exchange.v3PublicGetBrokerageMarketProductsProductIdCandles({
              product_id: venueSymbol,
              granularity: 'ONE_DAY',
              start: String((from * DAY_MS) / 1000),
              end: String((to * DAY_MS) / 1000),
            }),
            'coinbase candles',
          );
          // Newest first; days without a trade are left out.
          return listOf(answer.candles, 'coinbase candles').map(toCandle).reverse();
        },
      },
    };
  },
};

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
