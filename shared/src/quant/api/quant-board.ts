import type { Timeframe } from '../../contracts/quant-params.ts';
import type { QuantFeatureRow, QuantSummaryRow } from '../../contracts/quant-rows.ts';
import type { StoredAlert } from '../../ports/quant-store.ts';
import type { QuantTick } from '../engine.ts';
import type { QuantRows } from '../rows/quant-rows.ts';
import type { ListQuery } from './route-answer.ts';

/** A page of rows and how many there are in all. */
export interface RowPage<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
}

/** What the routes read: the last committed tick and its rows, and what the store keeps. Never the engine itself. */
export interface QuantBoard {
  readonly tick: QuantTick | null;
  readonly rows: QuantRows;
  readonly summary: readonly QuantSummaryRow[];
  /** Newest first. */
  alerts(page: ListQuery): Promise<RowPage<StoredAlert>>;
  /** Stored feature rows of a symbol and timeframe with `from ≤ tick_ts < to`, oldest first. */
  history(symbol: string, timeframe: Timeframe, fromMs: number, toMs: number, page: ListQuery): Promise<RowPage<QuantFeatureRow>>;
}
