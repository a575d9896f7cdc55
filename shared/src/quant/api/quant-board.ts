import type { Timeframe } from '../../contracts/quant-params.ts';
import type { QuantFeatureRow, QuantSummaryRow } from '../../contracts/quant-rows.ts';
import type { QuantSignal } from '../../contracts/quant-signal.ts';
import type { RegimeTransition } from '../../contracts/quant-stream.ts';
import type { Regime } from '../../contracts/regime-params.ts';
import type { RegimeState } from '../../contracts/regime-snapshot.ts';
import type { StoredAlert } from '../../ports/quant-store.ts';
import type { QuantTick } from '../engine.ts';
import type { LegacyContexts } from '../legacy/legacy-contexts.ts';
import type { QuantRows } from '../rows/quant-rows.ts';
import type { ListQuery } from './route-answer.ts';

/** A page of rows and how many there are in all. */
export interface RowPage<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
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
  /** Newest first. */
  alerts(page: ListQuery): Promise<RowPage<StoredAlert>>;
  /** The newest signal of each symbol and timeframe, newest first. */
  signals(): Promise<readonly QuantSignal[]>;
  readonly contexts: LegacyContexts;
  /** Absent where nobody hears of regimes. */
  readonly regimes?: RegimeBoard;
  /** Stored feature rows of a symbol and timeframe with `from ≤ tick_ts < to`, oldest first. */
  history(symbol: string, timeframe: Timeframe, fromMs: number, toMs: number, page: ListQuery): Promise<RowPage<QuantFeatureRow>>;
}
