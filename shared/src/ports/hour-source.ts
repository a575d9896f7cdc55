import type { SourceCandle } from './candle-source.ts';

export interface HoursRequest {
  /** Pool symbol, `BTCUSDT`. */
  readonly symbol: string;
  /** Open times of the first and the last hour wanted, both inclusive, ms; whole hours. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly signal?: AbortSignal;
}

/**
 * Hourly candles of one venue, and how much was traded there lately. Laws: the answer holds every candle of [from, to] that the
 * venue has, or as many of the newest as it keeps, and may hold others · the same request gives the same finished candles, unless
 * the venue corrected one · an unknown symbol is SYMBOL_UNKNOWN (terminal) · what may succeed later is `transient`; the adapter has
 * retried it already.
 */
export interface HourSource {
  /** Name of the venue in evidence, for example `gate`, `sim`. */
  readonly sourceId: string;
  fetchHours(request: HoursRequest): Promise<readonly SourceCandle[]>;
  /** Quote volume of the last 24 h by pool symbol, as the venue states it at this moment; a symbol without a number is absent. */
  fetchDayVolumes(signal?: AbortSignal): Promise<ReadonlyMap<string, number>>;
}
