import { checkedRows } from '../../cold/check-rows.ts';
import { CANDLE_COLUMNS, seriesOf } from '../../cold/read-candles.ts';
import { OHLCV_1D } from '../../cold/tables.ts';
import { DAY_MS } from '../../core/calendar-day.ts';
import { sha256Hex } from '../../core/sha256.ts';
import type { CandleSeries } from '../../market/candle-series.ts';
import type { CandleCodec, CandleFileFacts } from '../../ports/candle-codec.ts';
import type { ColdRow } from '../../ports/cold-store.ts';
import { encodeParquet } from './encode-parquet.ts';
import { readParquetFile } from './read-parquet-file.ts';

/** zstd, whose bytes do not depend on the processor. */
const FORM = { compression: 'zstd', rowGroupRows: 20_000 } as const;

const EVER = { from: 0, to: Number.MAX_SAFE_INTEGER };

/** Candles as one Parquet file of table `ohlcv_1d`, so that every tool that reads the cold tier reads it too. */
export function parquetCandleCodec(): CandleCodec {
  return {
    extension: '.parquet',
    encode: (candles, facts) => {
      const rows = candles.flatMap((series) => rowsOf(series, facts));
      return encodeParquet(OHLCV_1D, checkedRows(OHLCV_1D, rows), FORM);
    },
    decode: (bytes, name, sourceId) => {
      const entry = { name, rows: 0, bytes: bytes.byteLength, min_ts: EVER.from, max_ts: EVER.to, sha256: sha256Hex(bytes) };
      const file = { getRange: async (_name: string, start: number, end: number) => bytes.subarray(start, end) };
      const stats = { requests: 0, bytes: 0, rowGroups: 0, rowGroupsSkipped: 0 };
      return seriesOf(readParquetFile(file, OHLCV_1D, entry, EVER, CANDLE_COLUMNS, stats), sourceId);
    },
  };
}

function rowsOf(series: CandleSeries, { sourceId, availableAtMs }: CandleFileFacts): readonly ColdRow[] {
  const { day, open, high, low, close, volume, quoteVolume, tradeCount } = series;
  const symbol = series.symbol.replace(/USDT$/, '-USDT');
  return Array.from(day, (value, i) => ({
    ts: (value + 1) * DAY_MS,
    symbol,
    open: open[i]!,
    high: high[i]!,
    low: low[i]!,
    close: close[i]!,
    volume: volume[i]!,
    venue: sourceId,
    quote_volume: orNull(quoteVolume[i]),
    trades: orNull(tradeCount?.[i]),
    available_at: availableAtMs,
  }));
}

function orNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
