import { computeBars, computeHealth } from './bars.ts';
import { computeBasis } from './basis.ts';
import { computeDepth } from './depth.ts';
import { computeFlow } from './flow.ts';
import { computeFunding } from './funding.ts';
import { computeLiquidations } from './liquidations.ts';
import { computeOpenInterest } from './open-interest.ts';
import { computeRatios } from './ratios.ts';
import { computeResidual } from './residual.ts';
import { computeAggregates } from './symbol-aggregates.ts';
import { computeMedians } from './symbol-median.ts';
import { computePrimary } from './symbol-primary.ts';
import { computeScores } from './symbol-scores.ts';
import type { TickPass } from './tick-pass.ts';
import { computeTop } from './top.ts';

/**
 * Writes every metric of every instrument and symbol, and moves on what the memory keeps per tick, minute and hour. Each step is a
 * loop over columns: the numbers of one kind lie together in memory, and none is boxed on its way.
 */
export function computeTick(pass: TickPass): void {
  computeTop(pass);
  computeDepth(pass);
  computeFlow(pass);
  computeBars(pass);
  computeHealth(pass);
  computeFunding(pass);
  computeBasis(pass);
  computeOpenInterest(pass);
  computeRatios(pass);
  computeLiquidations(pass);
  computeResidual(pass);
  computePrimary(pass);
  computeAggregates(pass);
  computeMedians(pass);
  computeScores(pass);
}
