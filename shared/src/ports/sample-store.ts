import type { MarketSample, MinuteBar, SourceHealth } from '../contracts/market-samples.ts';

/** A row as it is kept: 0 is what was said first, each correction one more. */
export type Revised<T> = T & { readonly revision: number };

/** Half-open [fromMs, toMs) by time of the event or start of the minute. */
export interface SampleRange {
  readonly instrument: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly offset: number;
  readonly limit: number;
}

export interface SampleQuery extends SampleRange {
  readonly metric: string;
}

/** A page, oldest first, every revision of a time in its order; `total` counts all that the query means. */
export interface SamplePage<T> {
  readonly rows: readonly Revised<T>[];
  readonly total: number;
}

/** What became of rows: those that said what was known are not kept again. */
export interface AppendedRows {
  readonly kept: number;
  readonly known: number;
}

export interface SampleRetention {
  readonly samplesBeforeMs: number;
  readonly barsBeforeMs: number;
  /** Of samples and bars together; above it the oldest go until it holds. */
  readonly mostBytes: number;
}

export interface SampleStoreStatus {
  readonly samples: number;
  readonly bars: number;
  readonly bytes: number;
}

/**
 * What the worker saw beside its committed ticks: tables `rest_samples`, `ws_bars_1m` and `source_health` of quant spec §7. Laws
 * (test/laws/sample-store.ts): an append is kept whole or not at all · a row is known by its key, and the same content again changes
 * nothing · other content under a key is a further revision with a later `available_at`, and the one before stays as it was (quant
 * spec §1) · health is that of the last call alone · prune takes nothing that is young enough, and for want of room the oldest first
 * · what was appended survives the process (not always the machine) · no memory is shared with callers.
 */
export interface SampleStore {
  append(samples: readonly MarketSample[], bars: readonly MinuteBar[]): Promise<AppendedRows>;
  samples(query: SampleQuery): Promise<SamplePage<MarketSample>>;
  bars(range: SampleRange): Promise<SamplePage<MinuteBar>>;
  putHealth(rows: readonly SourceHealth[]): Promise<void>;
  /** By metric and venue. */
  health(): Promise<readonly SourceHealth[]>;
  prune(retention: SampleRetention): Promise<void>;
  status(): Promise<SampleStoreStatus>;
}
