import { type CalendarDay, formatDay } from '../../core/calendar-day.ts';
import type { CandleSeries } from '../candle-series.ts';
import { lowerBound } from '../select-rows.ts';
import { LONGEST_LOOKBACK_DAYS, longestHalt, type PriceStep, peggedShare } from './history-checks.ts';

const HALT_DAYS = 3;
const PEGGED_SHARE = 0.95;

/** Why the candles of a symbol bar it on a day. */
export interface DataBar {
  readonly code: 'no_candle_as_of' | 'corporate_action_suspected' | 'halted' | 'pegged';
  readonly observed: string | number;
  readonly threshold: string | number;
}

/** Every reason in the candles up to a day for which a symbol is not eligible on it (pool spec §4); empty = none. */
export function dataBars(series: CandleSeries, steps: readonly PriceStep[], day: CalendarDay): DataBar[] {
  const bars: DataBar[] = [];
  const last = series.day[lowerBound(series.day, day + 1) - 1];
  if (last !== day) {
    bars.push({ code: 'no_candle_as_of', observed: last === undefined ? 'none' : formatDay(last), threshold: formatDay(day) });
  }
  const step = steps.findLast((item) => item.day <= day && item.day > day - LONGEST_LOOKBACK_DAYS);
  if (step !== undefined) {
    bars.push({
      code: 'corporate_action_suspected',
      observed: `close × ${Number(step.ratio.toPrecision(6))} on ${formatDay(step.day)}`,
      threshold: `a factor of at most 4, or an entry in the actions table`,
    });
  }
  const halt = longestHalt(series, day);
  if (halt >= HALT_DAYS) bars.push({ code: 'halted', observed: halt, threshold: HALT_DAYS });
  const share = peggedShare(series, day);
  if (share >= PEGGED_SHARE) bars.push({ code: 'pegged', observed: share, threshold: PEGGED_SHARE });
  return bars;
}
