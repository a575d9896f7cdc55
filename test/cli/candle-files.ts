import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatDay } from '#shared/core/calendar-day.ts';
import type { CandleSeries } from '#shared/market/candle-series.ts';

/** Writes series as `<SYMBOL>.csv` files in the order given. */
export function writeCandleFiles(folder: string, candles: readonly CandleSeries[]): void {
  mkdirSync(folder, { recursive: true });
  for (const series of candles) writeFileSync(join(folder, `${series.symbol}.csv`), candleCsv(series));
}

/** One series as the text of a candle file. */
export function candleCsv({ day, open, high, low, close, volume, quoteVolume }: CandleSeries): string {
  const rows = Array.from(day, (value, i) =>
    [formatDay(value), open[i], high[i], low[i], close[i], volume[i], quoteVolume[i]].join(','),
  );
  return ['date,open,high,low,close,volume,quote_volume', ...rows, ''].join('\n');
}
