import type { SourceCandle } from '../../../ports/candle-source.ts';
import { decimal, textOf } from '../venue-answer.ts';
import type { DayVolume } from '../venue-client.ts';

/** Length of a candle, ms. */
export const LENGTH_MS = { '1d': 86_400_000, '1h': 3_600_000 } as const;

/**
 * Candle of a Binance-shaped kline: 0 open time ms, 1–4 open, high, low, close, 5 base volume, 6 close time, 7 quote volume,
 * 8 number of trades where the venue has it (pool spec §3).
 */
export function klineCandle(row: readonly unknown[]): SourceCandle {
  return {
    openTimeMs: decimal(row[0]),
    open: decimal(row[1]),
    high: decimal(row[2]),
    low: decimal(row[3]),
    close: decimal(row[4]),
    volume: decimal(row[5]),
    quoteVolume: decimal(row[7]),
    ...(row[8] !== undefined && { tradeCount: decimal(row[8]) }),
  };
}

/** Volume of a Binance-shaped 24 h ticker. */
export function tickerVolume(ticker: Readonly<Record<string, unknown>>): DayVolume {
  return { venueSymbol: textOf(ticker.symbol), quoteVolume: decimal(ticker.quoteVolume) };
}
