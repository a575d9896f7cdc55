import type { CalendarDay } from '../../core/calendar-day.ts';
import type { Observations } from '../calendar/observations.ts';
import type { FeatureWorkspace } from '../features/feature-columns.ts';
import { type LiquidityRule, writeLiquidity } from '../features/write-liquidity.ts';
import type { UniverseRow, UniverseThresholds } from '../panel.ts';
import { evaluateGates, gateInputsAt } from './gates.ts';

/** A decision before membership is known. */
export type CandidateRow = Omit<UniverseRow, 'inUniverse'> & { readonly symbolIndex: number };

/** What the gates need to know besides candles: whether metadata and quality rules let a symbol in on a day. */
export interface CandidateJudges {
  readonly isBenchmark: (symbol: string) => boolean;
  readonly isMetadataEligible: (symbol: string, day: CalendarDay) => boolean;
  readonly isQualityEligible: (symbol: string, day: CalendarDay) => boolean;
}

/**
 * Every gate of every symbol on every refresh day on which it has a candle (pool spec §9), ordered by (day, symbol).
 * `observations` ascend by symbol, and by day within a symbol.
 */
export function candidateRows(
  observations: readonly Observations[],
  refreshDays: readonly CalendarDay[],
  thresholds: UniverseThresholds,
  rule: LiquidityRule,
  judges: CandidateJudges,
  workspace: FeatureWorkspace,
): CandidateRow[] {
  const byRefresh: CandidateRow[][] = refreshDays.map(() => []);
  for (const episode of observations) {
    writeLiquidity(episode, rule, workspace);
    for (const [k, day] of refreshDays.entries()) {
      const i = indexOfDay(episode, day);
      if (i >= 0) byRefresh[k]!.push(candidateRow(episode, i, thresholds, judges, workspace));
    }
  }
  return byRefresh.flat();
}

function candidateRow(
  { symbol, symbolIndex, day: days }: Observations,
  i: number,
  thresholds: UniverseThresholds,
  judges: CandidateJudges,
  { columns }: FeatureWorkspace,
): CandidateRow {
  const day = days[i]!;
  const inputs = gateInputsAt(columns, i);
  const gates = evaluateGates(inputs, thresholds);
  const isBenchmark = judges.isBenchmark(symbol);
  const metadataEligible = judges.isMetadataEligible(symbol, day);
  const qualityEligible = judges.isQualityEligible(symbol, day);
  const passesThresholds =
    gates.historyEligible && gates.liquidityEligible && gates.tradableEligible && gates.continuousLiquidityEligible;
  const candidateEligible = metadataEligible && passesThresholds && gates.marketCapEligible && qualityEligible && !isBenchmark;
  return { day, symbol, symbolIndex, metadataEligible, isBenchmark, ...gates, qualityEligible, candidateEligible, ...inputs };
}

/** Index of the observation with a candle on a day, −1 when there is none. */
function indexOfDay({ day, count, hasCandle }: Observations, wanted: CalendarDay): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (day[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low < count && day[low] === wanted && hasCandle[low] === 1 ? low : -1;
}
