import type { QuantParams } from '../contracts/quant-params.ts';
import { BiasTable } from './state/bias-table.ts';
import type { StateArena } from './state/state-arena.ts';
import { OwnedTable } from './state/tick-table.ts';
import { timeframeMs } from './timeframe.ts';

/** Look-backs of the aggregates of symbols, one row each, and the bias of each timeframe. */
export class SymbolMemory {
  readonly mids: OwnedTable;
  readonly openInterest: OwnedTable;
  readonly accountRatio: OwnedTable;
  /** One row a symbol and timeframe. */
  readonly biases: BiasTable;

  constructor(arena: StateArena, rows: number, params: QuantParams) {
    const longest = Math.max(params.score.return_ms, ...params.timeframes.map(timeframeMs));
    const ticks = Math.ceil(longest / params.tick_ms) + 1;
    this.mids = new OwnedTable(arena, rows, ticks);
    this.openInterest = new OwnedTable(arena, rows, ticks);
    this.accountRatio = new OwnedTable(arena, rows, ticks);
    this.biases = new BiasTable(arena, rows * params.timeframes.length);
  }
}
