import type { ColdRow } from '#shared/ports/cold-store.ts';

/** A valid bar of table ohlcv_*; a test overrides the one thing it is about. */
export function bar(ts: number, symbol: string, more: ColdRow = {}): ColdRow {
  return {
    ts,
    symbol,
    open: 10,
    high: 12,
    low: 9,
    close: 11,
    volume: 100,
    venue: 'gate',
    quote_volume: 1050,
    trades: 7,
    available_at: ts + 1000,
    ...more,
  };
}
