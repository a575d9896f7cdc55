import type { CalendarDay } from '../core/calendar-day.ts';

/**
 * One candle as a source delivers it, before any check: a field the source left out or wrote in another type is NaN.
 * `openTimeMs` is what the source said, so that a wrong unit is still visible.
 */
export interface SourceCandle {
  readonly openTimeMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Base units. */
  readonly volume: number;
  /** Quote units. */
  readonly quoteVolume: number;
  /** Number of trades; absent where the source does not say. */
  readonly tradeCount?: number;
}

export interface CandlePageRequest {
  /** Pool symbol, `BTCUSDT`. */
  readonly symbol: string;
  /** First and last UTC day wanted, both inclusive. */
  readonly from: CalendarDay;
  readonly to: CalendarDay;
  readonly signal?: AbortSignal;
}

export interface CandlePage {
  readonly candles: readonly SourceCandle[];
  /** First day of the next page, or null when the source has nothing more up to `to`. Always later than the request's `from`. */
  readonly next: CalendarDay | null;
}

/**
 * Daily candles of one venue. Laws: a page holds only candles of the asked symbol · following `next` until null visits every
 * candle of [from, to] that the source has · the same request gives the same finished candles, unless the venue corrected one ·
 * an unknown symbol is SYMBOL_UNKNOWN (terminal) · what may succeed later is `transient`; the adapter has retried it already.
 */
export interface CandleSource {
  /** Name under which volumes are calibrated (pool spec §3), for example `gate`, `sim`. */
  readonly sourceId: string;
  /** How the quote volume comes about: as the venue states it, or computed by the adapter. */
  readonly quoteVolume: 'stated' | 'vwap_times_volume' | 'typical_price_times_volume';
  fetchPage(request: CandlePageRequest): Promise<CandlePage>;
}
