import { DAY_MS, dayOfMs, formatDay } from '../core/calendar-day.ts';

/** Periods that are reported on. */
export const REPORT_PERIODS = ['daily', 'weekly', 'monthly'] as const;

export type ReportPeriod = (typeof REPORT_PERIODS)[number];

/** Name of the period that an instant lies in: `YYYY-MM-DD`, the ISO week `YYYY-Www`, or `YYYY-MM`; UTC. */
export function periodOf(kind: ReportPeriod, atMs: number): string {
  const day = formatDay(dayOfMs(atMs));
  if (kind === 'daily') return day;
  return kind === 'monthly' ? day.slice(0, 7) : isoWeek(atMs);
}

/** A week belongs to the year of its Thursday, and is numbered by the Thursdays of that year. */
function isoWeek(atMs: number): string {
  const weekday = (new Date(atMs).getUTCDay() + 6) % 7;
  const thursday = new Date((dayOfMs(atMs) - weekday + 3) * DAY_MS);
  const year = thursday.getUTCFullYear();
  const firstOfYear = Date.UTC(year, 0, 1);
  const week = 1 + Math.floor((thursday.getTime() - firstOfYear) / DAY_MS / 7);
  return `${year}-W${String(week).padStart(2, '0')}`;
}
