import type { RegimeName } from '../../contracts/pool-params.ts';
import { regimeNames } from '../../contracts/pool-params.ts';
import { formatDay } from '../../core/calendar-day.ts';
import type { RegimeDay } from '../panel.ts';
import { coordinate, escapeHtml } from './html-text.ts';
import type { TimeAxis } from './time-axis.ts';
import { tickMarks, timeAxis } from './time-axis.ts';

const SHOWN_DAYS = 1096;
const WIDTH = 1000;
const LEFT = 44;
const RIGHT = 992;
const TOP = 8;
const BOTTOM = 168;
const STRIP_HEIGHT = 26;
const AXIS_Y = BOTTOM + 10 + STRIP_HEIGHT;

/** Market breadth as two lines and the regime as a coloured strip, over the last three years. */
export function regimeSection(regimes: readonly RegimeDay[]): string {
  const shown = regimes.slice(-SHOWN_DAYS);
  const first = shown[0];
  const last = shown.at(-1);
  if (first === undefined || last === undefined) return '';
  const axis = timeAxis(first.day, last.day, LEFT, RIGHT, 12);
  const label = `Regime and breadth from ${formatDay(first.day)} to ${formatDay(last.day)}; now ${last.regime}`;
  return `<section aria-labelledby="regime">
<h2 id="regime">Regime</h2>
<p>The strip is the regime of each day; it decides how much rule, linear and ML scores weigh. The lines are the shares of members above their mean of 60 and of 200 days.</p>
<ul class="legend">${legend()}</ul>
<figure><svg viewBox="0 0 ${WIDTH} ${AXIS_Y + 22}" role="img" aria-label="${escapeHtml(label)}">
${shareGrid()}
${tickMarks(axis, TOP, AXIS_Y)}
<path d="${linePath(shown, axis, (day) => day.breadthAboveSma200)}" fill="none" stroke="var(--soft)" stroke-width="1.8"/>
<path d="${linePath(shown, axis, (day) => day.breadthAboveSma60)}" fill="none" stroke="var(--rule)" stroke-width="1.2"/>
${strip(shown, axis)}
</svg></figure>
</section>`;
}

function legend(): string {
  const regimes = regimeNames.options.map(
    (name) => `<li><i style="background:var(--${name})"></i>${name.replaceAll('_', ' ')}</li>`,
  );
  return [
    '<li><i class="stroke" style="background:var(--rule)"></i>above 60-day mean</li>',
    '<li><i class="stroke" style="background:var(--soft)"></i>above 200-day mean</li>',
    ...regimes,
  ].join('');
}

function shareGrid(): string {
  return [0, 0.25, 0.5, 0.75, 1]
    .map((share) => {
      const y = shareY(share);
      return (
        `<line class="grid" x1="${LEFT}" x2="${RIGHT}" y1="${y}" y2="${y}"/>` +
        `<text x="${LEFT - 6}" y="${y + 4}" text-anchor="end">${share * 100} %</text>`
      );
    })
    .join('');
}

function shareY(share: number): number {
  return BOTTOM - share * (BOTTOM - TOP);
}

/** A line with a gap wherever the value is missing. */
function linePath(days: readonly RegimeDay[], axis: TimeAxis, share: (day: RegimeDay) => number): string {
  let isDown = false;
  let path = '';
  for (const day of days) {
    const value = share(day);
    if (!Number.isNaN(value)) path += `${isDown ? 'L' : 'M'}${coordinate(axis.x(day.day))} ${coordinate(shareY(value))}`;
    isDown = !Number.isNaN(value);
  }
  return path;
}

/** One rectangle for each run of days of one regime. */
function strip(days: readonly RegimeDay[], axis: TimeAxis): string {
  const rects: string[] = [];
  for (let from = 0; from < days.length; ) {
    let to = from;
    while (days[to + 1]?.regime === days[from]!.regime) to++;
    const end = days[to + 1]?.day ?? days[to]!.day + 1;
    rects.push(run(days[from]!.regime, days[from]!.day, days[to]!.day, axis.x(days[from]!.day), Math.min(axis.x(end), RIGHT)));
    from = to + 1;
  }
  return rects.join('');
}

function run(regime: RegimeName, first: number, last: number, x: number, end: number): string {
  const title = `${regime.replaceAll('_', ' ')}, ${formatDay(first)} to ${formatDay(last)}`;
  return `<rect x="${coordinate(x)}" y="${BOTTOM + 8}" width="${coordinate(Math.max(0.5, end - x))}" height="${STRIP_HEIGHT}" fill="var(--${regime})"><title>${title}</title></rect>`;
}
