import { DAY_MS } from '../../core/calendar-day.ts';
import type { SourceCandle } from '../../ports/candle-source.ts';
import { FIRST_PLAUSIBLE_DAY } from '../quality/clean-series.ts';

/** How far a venue's clock may be ahead of ours (operations spec §18 M5). */
const FUTURE_SLACK_MS = 2000;

/** Why the open time of a delivered candle cannot be used: no whole interval, before 2010, or in the future. */
export function openTimeFault(openTimeMs: number, intervalMs: number, nowMs: number): string | undefined {
  if (!Number.isSafeInteger(openTimeMs)) return 'ts_format';
  if (openTimeMs % intervalMs !== 0) return 'ts_unit';
  if (openTimeMs / DAY_MS < FIRST_PLAUSIBLE_DAY) return 'ts_range';
  return openTimeMs > nowMs + FUTURE_SLACK_MS ? 'ts_future' : undefined;
}

/** The row as JSON with NaN and ±Infinity as words, in a fixed order of fields. */
export function rowText(row: Omit<SourceCandle, 'tradeCount'>): string {
  const { openTimeMs, open, high, low, close, volume, quoteVolume } = row;
  const fields = { openTimeMs, open, high, low, close, volume, quoteVolume };
  return JSON.stringify(fields, (_key, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  );
}
