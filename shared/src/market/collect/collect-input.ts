import type { CalendarDay } from '../../core/calendar-day.ts';
import type { CandleArchive } from '../../ports/candle-archive.ts';
import type { CandleSource } from '../../ports/candle-source.ts';
import type { Instrument } from '../instrument.ts';

export interface CollectDeps {
  readonly source: CandleSource;
  readonly archive: CandleArchive;
}

export interface CollectInput {
  readonly instruments: readonly Instrument[];
  /** First day of history wanted. */
  readonly from: CalendarDay;
  /** Last day wanted; must be closed, or today where open candles are accepted. */
  readonly asOf: CalendarDay;
  /** Logical time of the run, ms since the epoch. An interrupted run that is resumed keeps its own. */
  readonly nowMs: number;
  /** Stored days that are read again to find corrections (parameter `candles.repair_days`). */
  readonly repairDays: number;
  readonly openCandle: 'accept' | 'reject';
  /** Stores revisions however many there are: a person has looked. */
  readonly acceptRevisions?: boolean;
  readonly onProgress?: (event: CollectProgress) => void;
  readonly signal?: AbortSignal;
}

/** What happened, in order: for a progress bar or plain lines. */
export type CollectProgress =
  | { readonly kind: 'started'; readonly symbols: number; readonly resumed: boolean }
  | {
      readonly kind: 'page';
      readonly symbol: string;
      readonly candles: number;
      readonly rejected: number;
      readonly through: string;
    }
  | {
      readonly kind: 'symbol';
      readonly symbol: string;
      readonly state: 'ok' | 'fetch_failed';
      readonly done: number;
      readonly total: number;
    }
  | { readonly kind: 'committing'; readonly candles: number };
