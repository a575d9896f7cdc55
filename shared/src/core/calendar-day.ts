/** A UTC calendar day as days since 1970-01-01. Integers compare, subtract and index; text only at the edges. */
export type CalendarDay = number;

/** Milliseconds of one UTC day. */
export const DAY_MS = 86_400_000;

const ISO_DAY = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Day of a `YYYY-MM-DD` text, or undefined when the text has another form or the date does not exist. */
export function parseDay(text: string): CalendarDay | undefined {
  const match = ISO_DAY.exec(text);
  if (match === null) return undefined;
  const ms = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]));
  const day = ms / DAY_MS;
  return formatDay(day) === text ? day : undefined;
}

/** `YYYY-MM-DD` of a day. */
export function formatDay(day: CalendarDay): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** The day that contains an instant (ms since the epoch). */
export function dayOfMs(ms: number): CalendarDay {
  return Math.floor(ms / DAY_MS);
}

/** Months since year 0: equal for two days of the same calendar month. */
export function monthIndex(day: CalendarDay): number {
  const date = new Date(day * DAY_MS);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** True on the last day of a calendar month. */
export function isMonthEnd(day: CalendarDay): boolean {
  return monthIndex(day) !== monthIndex(day + 1);
}
