import type { CalendarDay } from '../../core/calendar-day.ts';

/** Codes of pool spec §4; spelled as in operations spec §18 where they exist there. */
export type QualityCode =
  | 'value_invalid'
  | 'ohlc_inconsistent'
  | 'quote_volume_bounds'
  | 'row_conflict'
  | 'row_order'
  | 'ts_range'
  | 'ts_format'
  | 'gap'
  | 'history_restart'
  | 'corporate_action_suspected'
  | 'halted'
  | 'no_candle_as_of'
  | 'pegged';

/** One thing that is wrong with the candles of one symbol, and what was done about it. */
export interface QualityFinding {
  readonly symbol: string;
  /** Day of the row, or the last day of the span that the rule looked at. */
  readonly day: CalendarDay;
  readonly code: QualityCode;
  readonly effect: 'row_refused' | 'day_dropped' | 'quote_volume_zeroed' | 'flagged' | 'new_episode' | 'not_eligible';
  /** Column at fault, when one is. */
  readonly field?: string;
  /** Observed value, length or ratio. */
  readonly observed?: number | string;
}
