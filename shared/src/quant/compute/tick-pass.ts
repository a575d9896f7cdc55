import type { QuantParams } from '../../contracts/quant-params.ts';
import type { EngineMemory } from '../engine-memory.ts';
import type { FrameCells } from '../frame-cells.ts';
import type { ScoreColumns } from '../score-columns.ts';
import type { TickScratch } from './tick-scratch.ts';
import type { UniverseColumns } from './universe-columns.ts';

/** One tick on its way: what each of its loops reads and writes. */
export interface TickPass {
  readonly params: QuantParams;
  readonly tickTs: number;
  /** Number of the tick since the epoch. */
  readonly tick: number;
  readonly universe: UniverseColumns;
  readonly memory: EngineMemory;
  readonly scratch: TickScratch;
  readonly frame: FrameCells;
  readonly scores: ScoreColumns;
}
