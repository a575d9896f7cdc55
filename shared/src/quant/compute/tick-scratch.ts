import type { QuantParams } from '../../contracts/quant-params.ts';
import { SCORE_INPUTS, type ScoreScales, scoreScales } from '../confluence.ts';
import type { EngineMemory } from '../engine-memory.ts';
import { GridWindow } from '../state/grid-series.ts';
import { AggregateColumns } from './aggregate.ts';
import { FundingFigures } from './funding-figures.ts';
import { MedianColumns } from './symbol-median.ts';
import type { UniverseColumns } from './universe-columns.ts';

/**
 * Columns that the loops of a tick hand to each other, and figures of the memory that hold for longer than a tick. Made once: a tick
 * allocates nothing. Nothing in it needs to survive a restart.
 */
export class TickScratch {
  /** ln of a value of each derivative. */
  readonly logs: Float64Array;
  readonly oiDay: GridWindow;
  /** One window a timeframe. */
  readonly oiWindows: readonly GridWindow[];
  readonly accountsDay: GridWindow;
  readonly topPositionsDay: GridWindow;
  readonly funding: FundingFigures;
  /** Place of the primary instrument of each symbol, −1 without one. */
  readonly primaries: Int32Array;
  readonly totals: AggregateColumns;
  /** Another total, beside the one that the metric says it is made of. */
  readonly others: Float64Array;
  readonly medians: MedianColumns;
  readonly scales: ScoreScales;
  /** Terms of the scores, one row of `SCORE_INPUTS` a symbol. */
  readonly terms: Float64Array;

  constructor({ derivatives, symbols }: UniverseColumns, { arena, derivatives: memory }: EngineMemory, params: QuantParams) {
    const { window, day_window: dayWindow } = params.z;
    const timeframeGrids = params.timeframes.map((timeframe) => memory.oiGrids[memory.stepOf(timeframe)]!);
    this.logs = new Float64Array(derivatives.count);
    this.oiDay = new GridWindow(memory.oiGrids[0]!, arena, dayWindow);
    this.oiWindows = timeframeGrids.map((grid) => new GridWindow(grid, arena, window));
    this.accountsDay = new GridWindow(memory.accountsGrid, arena, dayWindow);
    this.topPositionsDay = new GridWindow(memory.topPositionsGrid, arena, dayWindow);
    this.funding = new FundingFigures(memory.settled, arena, derivatives.count);
    this.primaries = new Int32Array(symbols.count);
    this.totals = new AggregateColumns(symbols.count, derivatives.count);
    this.others = new Float64Array(symbols.count);
    this.medians = new MedianColumns(symbols.count, derivatives.count);
    this.scales = scoreScales(params.score);
    this.terms = new Float64Array(SCORE_INPUTS.length * symbols.count);
  }
}
