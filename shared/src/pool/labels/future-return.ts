import type { PoolParams } from '../../contracts/pool-params.ts';
import type { CalendarDay } from '../../core/calendar-day.ts';
import type { Observations } from '../calendar/observations.ts';
import { finiteOrMissing } from '../features/elementwise.ts';

export interface FutureReturnRule {
  readonly mode: PoolParams['calendar']['mode'];
  readonly lookupLag: number;
  readonly asOf: CalendarDay;
  /** Share of the last close that a delisted symbol loses; null = its label stays unknown. */
  readonly delistHaircut: number | null;
}

/**
 * Return from observation i to `horizon` observations later (pool spec §10); NaN = not known on as_of. The exit price is the
 * newest valid close in [i + horizon − lookupLag, i + horizon], never beyond the episode. `isDelisted`: this is the last episode
 * of a symbol that stopped trading; then a horizon that outlives it ends at the last close less the haircut.
 */
export function futureReturn(
  observations: Observations,
  i: number,
  horizon: number,
  rule: FutureReturnRule,
  isDelisted: boolean,
): number {
  const { close, count, day } = observations;
  if (isDelisted && rule.delistHaircut !== null && i + horizon > count - 1) {
    if (day[i]! + horizon > rule.asOf) return Number.NaN;
    return finiteOrMissing((lastClose(close, count) * (1 - rule.delistHaircut)) / close[i]! - 1);
  }
  // In calendar days the horizon must be over on as_of even where an earlier candle could stand in for its last day.
  if (rule.mode === 'days' && day[i]! + horizon > rule.asOf) return Number.NaN;
  for (let k = i + horizon; k > i && k >= i + horizon - rule.lookupLag; k--) {
    const exit = k < count ? close[k]! : Number.NaN;
    if (!Number.isNaN(exit)) return finiteOrMissing(exit / close[i]! - 1);
  }
  return Number.NaN;
}

function lastClose(close: Float64Array, count: number): number {
  for (let i = count - 1; i >= 0; i--) if (!Number.isNaN(close[i]!)) return close[i]!;
  return Number.NaN;
}
