import type { PoolParams } from '../../contracts/pool-params.ts';
import { LivepoolError } from '../../core/errors.ts';
import type { MemberGrid } from '../member-grid.ts';
import type { HorizonLabels, LabelTable } from '../panel.ts';
import { writeRankPct } from '../rank-pct.ts';
import { rowRange } from '../row-range.ts';

/**
 * Labels of every in-universe row from the date at `startPosition` on (pool spec §10), ordered by (day, symbol).
 * `returnAfter(e, i, horizon)` is the future return of observation i of episode e, NaN = unknown.
 */
export function buildLabels(
  grid: MemberGrid,
  startPosition: number,
  params: PoolParams['labels'],
  returnAfter: (e: number, i: number, horizon: number) => number,
): LabelTable {
  const firstRow = grid.rowStart[startPosition]!;
  const rowCount = grid.rowCount - firstRow;
  const column = (): Float64Array => new Float64Array(rowCount);
  const horizons = params.horizons.map(({ days }) => ({ days, futureReturn: column(), rankPct: column(), topK: column() }));
  for (const [e, rowOf] of grid.rowOf.entries()) {
    for (let i = 0; i < rowOf.length; i++) {
      const row = rowOf[i]! - firstRow;
      if (row >= 0) for (const horizon of horizons) horizon.futureReturn[row] = returnAfter(e, i, horizon.days);
    }
  }
  for (let position = startPosition; position + 1 < grid.rowStart.length; position++) {
    const rows = rowRange(grid.rowStart[position]! - firstRow, grid.rowStart[position + 1]! - firstRow);
    for (const horizon of horizons) writeRanks(horizon, rows, params.top_k);
  }
  return {
    rowCount,
    day: grid.day.subarray(firstRow),
    symbol: grid.symbol.subarray(firstRow),
    horizons,
    blendedTarget: blend(horizons, params, rowCount),
  };
}

/** Column of the label table that the models learn; `target` names it as the parameter file does. */
export function targetColumn(labels: LabelTable, target: string): Float64Array {
  if (target === 'blended_rank_pct') return labels.blendedTarget;
  const match = /^future_(rank_pct|return|topk_label)_(\d+)$/.exec(target);
  const horizon = labels.horizons.find(({ days }) => days === Number(match?.[2]));
  if (match === null || horizon === undefined) {
    throw new LivepoolError('PARAMS_INVALID', 'terminal', `labels.target ${target} is no label of the configured horizons`);
  }
  if (match[1] === 'rank_pct') return horizon.rankPct;
  return match[1] === 'return' ? horizon.futureReturn : horizon.topK;
}

function writeRanks({ futureReturn: returns, rankPct, topK }: HorizonLabels, rows: Int32Array, k: number): void {
  writeRankPct(returns, rows, rankPct);
  for (const row of rows) topK[row] = Number.isNaN(returns[row]!) ? Number.NaN : 0;
  for (let place = 0; place < k; place++) {
    const best = bestUnmarked(returns, topK, rows);
    if (best >= 0) topK[best] = 1;
  }
}

/** Row of the highest value that is not marked yet, the first of equals; −1 when none is left. */
function bestUnmarked(values: Float64Array, marks: Float64Array, rows: Int32Array): number {
  let best = -1;
  for (const row of rows) if (marks[row] === 0 && (best < 0 || values[row]! > values[best]!)) best = row;
  return best;
}

/**
 * Weighted mean of the ranks of the configured horizons (vector P-05): `parity` counts a missing one as 0 and keeps its weight,
 * `strict` is missing unless all of them are known.
 */
export function blendRanks(
  ranks: ArrayLike<number>,
  { horizons, missing }: Pick<PoolParams['labels'], 'horizons' | 'missing'>,
): number {
  let sum = 0;
  let weightSum = 0;
  let known = 0;
  for (let h = 0; h < horizons.length; h++) {
    const { weight } = horizons[h]!;
    const rank = ranks[h]!;
    weightSum += weight;
    if (Number.isNaN(rank)) continue;
    known++;
    sum += weight * rank;
  }
  const isDefined = missing === 'parity' ? known > 0 : known === horizons.length;
  return isDefined ? sum / weightSum : Number.NaN;
}

function blend(horizons: readonly HorizonLabels[], params: PoolParams['labels'], rowCount: number): Float64Array {
  const ranks = new Float64Array(horizons.length);
  const out = new Float64Array(rowCount);
  for (let row = 0; row < rowCount; row++) {
    for (let h = 0; h < horizons.length; h++) ranks[h] = horizons[h]!.rankPct[row]!;
    out[row] = blendRanks(ranks, params);
  }
  return out;
}
