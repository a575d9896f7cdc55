import type { CalendarDay } from '../core/calendar-day.ts';
import type { CandleSeries } from '../market/candle-series.ts';
import type { Instrument } from '../market/instrument.ts';

/** One run of collecting. `nowMs` is its logical time, pinned when it began: rows become available then. */
export interface CollectionRun {
  readonly sourceId: string;
  /** Last day wanted. */
  readonly asOf: CalendarDay;
  readonly nowMs: number;
}

/** A checked daily candle, ready to be stored. */
export interface ArchivedCandle {
  readonly day: CalendarDay;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly quoteVolume: number;
  readonly tradeCount: number | null;
}

/** A delivered row that was left out, or (`row_order`) only noted, with its text as evidence. */
export interface RejectedCandle {
  readonly reason: string;
  readonly field: string | null;
  readonly row: string;
}

/** What one page of a source came to. */
export interface CollectedPage {
  readonly instrument: Instrument;
  readonly from: CalendarDay;
  /** First day of the next page, null after the last one. */
  readonly next: CalendarDay | null;
  readonly candles: readonly ArchivedCandle[];
  readonly rejected: readonly RejectedCandle[];
}

/** A stored day whose value the source changed. */
export interface CandleRevision {
  readonly symbol: string;
  readonly date: string;
  readonly field: string;
  readonly old: number | null;
  readonly new: number | null;
}

/** Which symbols came through and what the run changed: the evidence of a collection, stored beside the data. */
export interface CollectionReport {
  readonly schema: 'collection_report.v1';
  readonly source: string;
  readonly as_of: string;
  readonly now: string;
  readonly symbols: readonly { readonly symbol: string; readonly state: 'ok' | 'fetch_failed'; readonly reason: string | null }[];
  readonly revisions: readonly CandleRevision[];
  readonly candles: number;
  readonly quarantined: number;
}

/** `committing`: its commit began, so that nothing may be added any more. */
export interface UnfinishedRun {
  readonly run: CollectionRun;
  readonly committing: boolean;
}

/**
 * Where collected candles live. Pages of a run are staged and become readable together at `commit`. Laws: pages that `stage`
 * returned from survive the process · `commit` may be repeated after any interruption and ends in the same bytes ·
 * `unfinished` shows exactly the runs that staged something and were neither committed nor discarded, oldest first · reading shows
 * the newest version of each candle, or with `asOfMs` the newest that was known then.
 */
export interface CandleArchive {
  read(sourceId: string, options?: { readonly asOfMs?: number }): Promise<readonly CandleSeries[]>;
  unfinished(sourceId: string): Promise<readonly UnfinishedRun[]>;
  stagedPages(run: CollectionRun): Promise<readonly CollectedPage[]>;
  /** Keeps pages for the coming commit, all of them or none. */
  stage(run: CollectionRun, pages: readonly CollectedPage[]): Promise<void>;
  /** The report that counts: an interrupted commit keeps the one it began with. */
  commit(run: CollectionRun, report: CollectionReport): Promise<CollectionReport>;
  discard(run: CollectionRun): Promise<void>;
  /** Report of a run that was committed, or null. */
  committed(run: CollectionRun): Promise<CollectionReport | null>;
  /** Stores the instrument list of a day once; later lists of the same day are ignored. Returns the one in force. */
  storeInstruments(sourceId: string, nowMs: number, instruments: readonly Instrument[]): Promise<InstrumentSnapshot>;
  /** Newest snapshot with `fetchedAtMs` ≤ the given time, or null. */
  readInstruments(sourceId: string, atMs: number): Promise<InstrumentSnapshot | null>;
  /** Every snapshot with `fetchedAtMs` ≤ the given time, oldest first. */
  instrumentHistory(sourceId: string, atMs: number): Promise<readonly InstrumentSnapshot[]>;
}

export interface InstrumentSnapshot {
  readonly sourceId: string;
  readonly fetchedAtMs: number;
  readonly instruments: readonly Instrument[];
}
