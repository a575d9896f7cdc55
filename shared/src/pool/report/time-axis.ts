import { type CalendarDay, DAY_MS, formatDay, monthIndex } from '../../core/calendar-day.ts';
import { coordinate } from './html-text.ts';

/** A horizontal axis of days: `x` of a day and labelled ticks at starts of months. */
export interface TimeAxis {
  readonly x: (day: CalendarDay) => number;
  readonly ticks: readonly { readonly x: number; readonly label: string }[];
}

const STEPS = [1, 2, 3, 6, 12, 24, 60];

/** Axis from `first` to `last` over the pixels `from … to`, with at most `maxTicks` ticks. */
export function timeAxis(first: CalendarDay, last: CalendarDay, from: number, to: number, maxTicks: number): TimeAxis {
  const span = Math.max(1, last - first);
  const x = (day: CalendarDay): number => from + ((day - first) / span) * (to - from);
  const months = monthIndex(last) - monthIndex(first);
  const step = STEPS.find((candidate) => months / candidate <= maxTicks) ?? 120;
  const ticks: { x: number; label: string }[] = [];
  for (let month = Math.ceil((monthIndex(first) + 1) / step) * step; month <= monthIndex(last); month += step) {
    const day = Date.UTC(Math.floor(month / 12), month % 12, 1) / DAY_MS;
    ticks.push({ x: x(day), label: formatDay(day).slice(0, 7) });
  }
  return { x, ticks };
}

/** Tick labels below `y`, with a grid line up to `top`. */
export function tickMarks({ ticks }: TimeAxis, top: number, y: number): string {
  return ticks
    .map(
      (tick) =>
        `<line class="grid" x1="${coordinate(tick.x)}" x2="${coordinate(tick.x)}" y1="${top}" y2="${y}"/>` +
        `<text x="${coordinate(tick.x)}" y="${y + 15}" text-anchor="middle">${tick.label}</text>`,
    )
    .join('');
}
