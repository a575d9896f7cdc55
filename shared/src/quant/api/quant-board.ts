import type { Timeframe } from '../../contracts/quant-params.ts';
import type { QuantSummaryRow } from '../../contracts/quant-rows.ts';
import type { QuantSignal } from '../../contracts/quant-signal.ts';
import type { RegimeTransition } from '../../contracts/quant-stream.ts';
import type { Regime } from '../../contracts/regime-params.ts';
import type { RegimeState } from '../../contracts/regime-snapshot.ts';
import type { StoredAlert } from '../../ports/quant-store.ts';
import type { QuantTick } from '../engine.ts';
import type { LegacyContexts } from '../legacy/legacy-contexts.ts';
import type { QuantRows } from '../rows/quant-rows.ts';
import type { ReadTurns } from './read-turns.ts';
import type { ListQuery } from './route-answer.ts';

/** A page of rows and how many there are in all. */
export interface RowPage<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
}

/** A page whose rows are JSON already, in UTF-8: megabytes of text would burden the heap. */
export interface TextPage extends RowPage<Uint8Array> {
  /** Place after the last one that was looked at: rows may be left out, and a page may end early. */
  readonly end: number;
}

/** Which committed tick an answer speaks of. */
export interface TickScope {
  readonly tickTs: number;
  readonly symbols: readonly string[];
  readonly timeframes: readonly Timeframe[];
}

/** What is known of the market's regime; it is judged elsewhere. */
export interface RegimeBoard {
  /** Oldest first. */
  states(): readonly RegimeState[];
  /** Newest first. */
  transitions(): readonly RegimeTransition[];
  /** How to behave at an instant, and why that is not what the newest state says; null when it is. */
  inForce(nowMs: number): {
    readonly regime: Regime;
    readonly fallback: 'no_snapshot' | 'stale' | null;
    readonly state: RegimeState | null;
  };
}

/** What the routes read: the last committed tick and its rows, and what the store keeps. Never the engine itself. */
export interface QuantBoard {
  readonly tick: QuantTick | null;
  readonly rows: QuantRows;
  readonly summary: readonly QuantSummaryRow[];
  /** The newest tick in the store, whoever committed it; null before the first. */
  stored(): Promise<TickScope | null>;
  /** Whoever reads much waits for its turn here. */
  readonly reads: ReadTurns;
  /** Newest first. */
  alerts(page: ListQuery): Promise<RowPage<StoredAlert>>;
  /** The newest signal of each symbol and timeframe, newest first. */
  signals(): Promise<readonly QuantSignal[]>;
  readonly contexts: LegacyContexts;
  /** Absent where nobody hears of regimes. */
  readonly regimes?: RegimeBoard;
  /** Stored feature rows of a symbol and timeframe with `from ≤ tick_ts < to`, oldest first. */
  history(symbol: string, timeframe: Timeframe, fromMs: number, toMs: number, page: ListQuery): Promise<TextPage>;
}
