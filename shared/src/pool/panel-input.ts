import type { AssetAction } from '../contracts/asset-actions.ts';
import type { PoolParams } from '../contracts/pool-params.ts';
import type { UniverseState } from '../contracts/universe-state.ts';
import type { CalendarDay } from '../core/calendar-day.ts';
import type { CandleSeries } from '../market/candle-series.ts';
import type { InstrumentSnapshot } from '../market/instrument-snapshot.ts';
import type { QualityFinding } from '../market/quality/finding.ts';

/** The closed list of what a panel is made from (pool spec §5 PT1). The order of every list is irrelevant. */
export interface PanelInput {
  /** All from one source. Rows after as_of are not read. */
  readonly candles: readonly CandleSeries[];
  /** At least one; a list without a fetch time is known from as_of on. */
  readonly metadata: readonly InstrumentSnapshot[];
  readonly params: PoolParams;
  readonly asOf: CalendarDay;
  /** Name of the candle source, a key of `universe.volume_scale`. */
  readonly source: string;
  /** Multiplier of USD thresholds that wins over the parameter file's: an explicit decision of the caller. */
  readonly volumeScale?: number;
  /** Symbols of the last published pool. */
  readonly previousPool?: readonly string[];
  /** State of the newest sealed release. */
  readonly universeState?: UniverseState;
  readonly actions?: readonly AssetAction[];
  /** Symbols whose candles could not be fetched or read. */
  readonly failedSymbols?: readonly string[];
  /** Rows that the reader of the candles had to leave out; those of days that no build reads are ignored. */
  readonly rowFindings?: readonly QualityFinding[];
  /** Logical time of the run: as_of must have been closed by then. */
  readonly runAtMs?: number;
  /** Trailing dates for which rule scores are kept; at least 1, which is as_of. */
  readonly scoredDates?: number;
  /** Trailing dates for which every column of every symbol is kept; 0 = none, the fastest. */
  readonly detailDates?: number;
}

/** Failed symbols that a build must account for: `skip_symbol` passes over them in silence, as the reference does (S04). */
export function countedFailures({ failedSymbols = [], params }: PanelInput): readonly string[] {
  return params.candles.on_error === 'skip_symbol' ? [] : failedSymbols;
}
