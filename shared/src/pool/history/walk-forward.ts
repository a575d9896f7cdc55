import { LivepoolError } from '../../core/errors.ts';

/** Lengths in panel dates (research spec §3). */
export interface WalkForwardRule {
  readonly trainDates: number;
  readonly testDates: number;
  /** From the start of one test range to the start of the next. */
  readonly stepDates: number;
  /** Dates left out between training and test: at least the longest label horizon. */
  readonly purgeDates: number;
  /**
   * What happens once a test range reaches the last date. `stop`: no further window, as the reference does; the newest dates then
   * change their score when a later build brings the next window. `every_started`: every window whose test range has begun, so that
   * a date is scored by the same windows however much later one looks.
   */
  readonly trailing: 'stop' | 'every_started';
}

/** Positions among the ascending panel dates, all inclusive. */
export interface WalkForwardWindow {
  readonly trainStart: number;
  readonly trainEnd: number;
  readonly testStart: number;
  readonly testEnd: number;
}

/** The walk-forward windows over `dateCount` panel dates, ascending (research spec §3). PARAMS_INVALID for lengths that leak. */
export function walkForwardWindows(dateCount: number, rule: WalkForwardRule, longestHorizon: number): WalkForwardWindow[] {
  requireUsable(rule, longestHorizon);
  const { trainDates, testDates, stepDates, purgeDates, trailing } = rule;
  const last = dateCount - 1;
  const windows: WalkForwardWindow[] = [];
  for (let cursor = trainDates; cursor <= last; cursor += stepDates) {
    const testEnd = Math.min(cursor + testDates - 1, last);
    windows.push({ trainStart: cursor - trainDates, trainEnd: cursor - 1 - purgeDates, testStart: cursor, testEnd });
    if (trailing === 'stop' && testEnd === last) break;
  }
  return windows;
}

function requireUsable({ trainDates, purgeDates }: WalkForwardRule, longestHorizon: number): void {
  if (purgeDates >= longestHorizon && purgeDates < trainDates) return;
  throw new LivepoolError(
    'PARAMS_INVALID',
    'terminal',
    `a purge of ${purgeDates} dates must be at least the longest horizon, ${longestHorizon}, and less than the ${trainDates} training dates`,
    { remedy: 'set model.embargo_dates to the longest of labels.horizons' },
  );
}
