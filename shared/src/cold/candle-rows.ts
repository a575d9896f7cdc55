import { DAY_MS } from '../core/calendar-day.ts';
import { sha256Hex } from '../core/sha256.ts';
import type { CollectedPage, CollectionRun } from '../ports/candle-archive.ts';
import type { ColdRow } from '../ports/cold-store.ts';
import { OHLCV_1D } from './tables.ts';

/** Rows of `ohlcv_1d` of a page. A bar is available at the run's logical time, an accepted open candle at its close. */
export function candleRows(run: CollectionRun, page: CollectedPage): readonly ColdRow[] {
  const symbol = `${page.instrument.baseAsset}-${page.instrument.quoteAsset}`;
  return page.candles.map((candle) => {
    const ts = (candle.day + 1) * DAY_MS;
    return {
      ts,
      symbol,
      open: candle.open,
      high: candle.high,
      low: candle.low,
      close: candle.close,
      volume: candle.volume,
      venue: run.sourceId,
      quote_volume: candle.quoteVolume,
      trades: candle.tradeCount,
      available_at: Math.max(run.nowMs, ts),
    };
  });
}

/** Rows of `quarantine` of a page, dated by the run. */
export function quarantineRows(run: CollectionRun, page: CollectedPage): readonly ColdRow[] {
  return page.rejected.map(({ reason, field, row }) => ({
    ts: run.nowMs,
    table: OHLCV_1D.table,
    row_hash: sha256Hex(`${page.instrument.symbol} ${reason} ${row}`),
    symbol: `${page.instrument.baseAsset}-${page.instrument.quoteAsset}`,
    venue: run.sourceId,
    reason,
    field,
    row,
    available_at: run.nowMs,
  }));
}
