import type { SymbolMap } from '../../contracts/live-pool.ts';
import type { Refusal } from '../../core/result.ts';

/** Where a pool came from: the four rungs of release spec §9. */
export type ReadingState = 'fresh_upstream' | 'last_known_good' | 'local_file' | 'static';

/** Which source answered: the states, and the mirror for readers that reach nothing else. */
export type ReadingSource = 'summary' | 'current_mirror' | 'last_known_good' | 'local_file' | 'static';

/** A pool to trade by, and how far it may be trusted. */
export interface PoolReading {
  readonly state: ReadingState;
  readonly source: ReadingSource;
  /** True only for a signed pointer of today: every other reading keeps and exits, but never enters. */
  readonly mayEnter: boolean;
  /** False where no signature could be checked. */
  readonly signed: boolean;
  readonly symbols: readonly string[];
  readonly symbolMap: SymbolMap;
  /** Null for the static universe. */
  readonly version: string | null;
  readonly asOfDate: string | null;
  readonly mode: string | null;
  /** Null where no act is known. */
  readonly publishSeq: number | null;
  /** Why the rungs above were not used, with the rung's name. */
  readonly problems: readonly RungProblem[];
}

export interface RungProblem {
  readonly source: ReadingSource;
  readonly refusal: Refusal;
}

/** What one rung gives: a pool, or its reasons. `null` = the rung is not configured. */
export type RungAnswer =
  | { readonly ok: true; readonly reading: PoolReading }
  | { readonly ok: false; readonly refusals: readonly Refusal[] }
  | null;
