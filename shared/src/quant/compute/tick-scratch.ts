import type { QuantParams } from '../../contracts/quant-params.ts';
import { SCORE_INPUTS, type ScoreScales, scoreScales } from '../confluence.ts';
import type { EngineMemory } from '../engine-memory.ts';
import { GridWindow } from '../state/grid-window.ts';
import { AggregateColumns } from './aggregate.ts';
import { FundingFigures } from './funding-figures.ts';
import { LogColumn } from './grid-z.ts';
import { MedianColumns } from './symbol-median.ts';
import type { UniverseColumns } from './universe-columns.ts';

/**
 * Columns that the loops of a tick hand to each other, and figures of the memory that hold for longer than a tick. Made once: a tick
 * allocates nothing. Nothing in it needs to survive a restart.
 */
export class TickScratch {
  /** Mark and spot price of each derivative in the same currency. */
  readonly marks: Float64Array;
  readonly spots: Float64Array;
  readonly oiLogs: LogColumn;
  readonly accountsLogs: LogColumn;
  readonly topPositionsLogs: LogColumn;
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
  /** Inputs of the scores, what the terms were made of, and the terms: one row of `SCORE_INPUTS` a symbol. */
  readonly inputs: Float64Array;
  readonly squashed: Float64Array;
  readonly terms: Float64Array;

  constructor({ derivatives, symbols }: UniverseColumns, { arena, derivatives: memory }: EngineMemory, params: QuantParams) {
    const { window, day_window: dayWindow } = params.z;
    const timeframeGrids = params.timeframes.map((timeframe) => memory.oiGrids[memory.stepOf(timeframe)]!);
    this.marks = new Float64Array(derivatives.count);
    this.spots = new Float64Array(derivatives.count);
    this.oiLogs = new LogColumn(derivatives.count);
    this.accountsLogs = new LogColumn(derivatives.count);
    this.topPositionsLogs = new LogColumn(derivatives.count);
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
    this.inputs = new Float64Array(SCORE_INPUTS.length * symbols.count);
    this.squashed = new Float64Array(SCORE_INPUTS.length * symbols.count).fill(Number.NaN);
    this.terms = new Float64Array(SCORE_INPUTS.length * symbols.count);
  }
}
