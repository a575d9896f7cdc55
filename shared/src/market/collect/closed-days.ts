import { type CalendarDay, dayOfMs } from '../../core/calendar-day.ts';

/** A candle counts as final this long after its close (pool spec §3). */
const SETTLE_MS = 10 * 60_000;

/** Newest day whose candle is closed and settled at a logical time. */
export function lastClosedDay(nowMs: number): CalendarDay {
  return dayOfMs(nowMs - SETTLE_MS) - 1;
}

/** Newest day that may be stored: today's unfinished candle only where the parameters accept it. */
export function lastStorableDay(nowMs: number, openCandle: 'accept' | 'reject'): CalendarDay {
  return openCandle === 'accept' ? dayOfMs(nowMs) : lastClosedDay(nowMs);
}
