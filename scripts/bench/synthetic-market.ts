import { parseDay } from '#shared/core/calendar-day.ts';
import { type SeededRandom, seededRandom } from '#shared/core/seeded-random.ts';
import type { CandleSeries } from '#shared/market/candle-series.ts';
import type { Instrument } from '#shared/market/instrument.ts';

export interface SyntheticMarket {
  readonly candles: readonly CandleSeries[];
  readonly instruments: readonly Instrument[];
  readonly asOf: number;
}

/** A market of `symbols` names and `days` finished days up to 2026-10-31; every name is large enough to be a candidate. */
export function syntheticMarket(symbols: number, days: number, seed = 1): SyntheticMarket {
  const asOf = parseDay('2026-10-31') ?? 0;
  const market = marketReturns(days, seededRandom(`market:${seed}`));
  const names = ['BTCUSDT', ...Array.from({ length: symbols - 1 }, (_, i) => `${letters(i)}USDT`)];
  return {
    asOf,
    candles: names.map((name) => series(name, asOf, market, seededRandom(`${seed}:${name}`))),
    instruments: names.map((symbol) => ({
      symbol,
      status: 'TRADING',
      baseAsset: symbol.slice(0, -4),
      quoteAsset: 'USDT',
      isSpotTradingAllowed: true,
    })),
  };
}

function marketReturns(days: number, random: SeededRandom): Float64Array {
  let drift = 0;
  return Float64Array.from({ length: days }, () => {
    drift = 0.97 * drift + 0.002 * random.nextNormal();
    return drift + 0.02 * random.nextNormal();
  });
}

function series(symbol: string, asOf: number, market: Float64Array, random: SeededRandom): CandleSeries {
  const n = market.length;
  const columns = {
    open: column(n),
    high: column(n),
    low: column(n),
    close: column(n),
    volume: column(n),
    quoteVolume: column(n),
  };
  const day = new Int32Array(n);
  const turnover = 2e7 * (1 + 4 * random.next());
  let price = 1 + 100 * random.next();
  for (let i = 0; i < n; i++) {
    const open = price;
    price = Math.max(open * (1 + (market[i] ?? 0) + 0.03 * random.nextNormal()), open * 0.3);
    day[i] = asOf - n + 1 + i;
    columns.open[i] = open;
    columns.close[i] = price;
    columns.high[i] = Math.max(open, price) * (1 + 0.01 * random.next());
    columns.low[i] = Math.min(open, price) * (1 - 0.01 * random.next());
    columns.quoteVolume[i] = turnover * (0.6 + 0.8 * random.next());
    columns.volume[i] = (columns.quoteVolume[i] ?? 0) / ((open + price) / 2);
  }
  return { symbol, day, ...columns };
}

function column(n: number): Float64Array {
  return new Float64Array(n);
}

/** AAA, AAB, …: names that no leveraged-token or exclusion rule can match. */
function letters(i: number): string {
  const a = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
  return `Q${a[Math.floor(i / 676) % 26]}${a[Math.floor(i / 26) % 26]}${a[i % 26]}`;
}
