import type { Explain } from '../../contracts/explain.ts';
import { type CalendarDay, formatDay } from '../../core/calendar-day.ts';
import type { UniverseHistory, UniverseRow } from '../panel.ts';
import { coordinate, escapeHtml } from './html-text.ts';

type CellState = 'member' | 'leaving' | 'waiting' | 'none';

const SHOWN_REFRESHES = 36;
const LEFT = 128;
const RIGHT = 992;
const TOP = 26;
const ROW_HEIGHT = 17;
const STATE_TEXT: Readonly<Record<Exclude<CellState, 'none'>, string>> = {
  member: 'member',
  leaving: 'member, no longer a candidate',
  waiting: 'candidate, awaiting entry',
};

/** Who was in the universe at each refresh: a row per symbol that was a member or waited to become one. */
export function membershipSection(universe: UniverseHistory, explain: Explain): string {
  const days = universe.refreshDays.slice(-SHOWN_REFRESHES);
  if (days.length === 0) return '';
  const states = statesBySymbol(universe.rows, days);
  const ranks = new Map([...explain.selected, ...explain.ranked].map(({ symbol, rank }) => [symbol, rank]));
  const symbols = [...states.keys()].sort((a, b) => (ranks.get(a) ?? 1e9) - (ranks.get(b) ?? 1e9) || (a < b ? -1 : 1));
  const cell = (RIGHT - LEFT) / days.length;
  const rows = symbols.map((symbol, i) => row(symbol, ranks.get(symbol), states.get(symbol)!, days, cell, TOP + i * ROW_HEIGHT));
  return `<section aria-labelledby="universe">
<h2 id="universe">Universe</h2>
<p>Membership at the last ${days.length} refreshes. A symbol enters after ${refreshes(universe.thresholds.entryConfirmations)} as a candidate and leaves after ${refreshes(universe.thresholds.exitConfirmations)} in which it is no candidate. Members of today come first, by rank.</p>
<ul class="legend">${(['member', 'leaving', 'waiting'] as const).map((state) => `<li><i style="background:var(--${state})"></i>${STATE_TEXT[state]}</li>`).join('')}</ul>
<figure><svg viewBox="0 0 1000 ${TOP + symbols.length * ROW_HEIGHT + 4}" role="img" aria-label="Universe membership of ${symbols.length} symbols over ${days.length} refreshes">
${dayLabels(days, cell)}
${rows.join('\n')}
</svg></figure>
</section>`;
}

function refreshes(count: number): string {
  return count === 1 ? 'one refresh' : `${count} refreshes in a row`;
}

function statesBySymbol(rows: readonly UniverseRow[], days: readonly CalendarDay[]): Map<string, CellState[]> {
  const columns = new Map(days.map((day, i) => [day, i]));
  const states = new Map<string, CellState[]>();
  for (const entry of rows) {
    const column = columns.get(entry.day);
    const state = stateOf(entry);
    if (column === undefined || state === 'none') continue;
    const cells = states.get(entry.symbol) ?? days.map((): CellState => 'none');
    cells[column] = state;
    states.set(entry.symbol, cells);
  }
  return states;
}

function stateOf({ inUniverse, candidateEligible }: UniverseRow): CellState {
  if (inUniverse) return candidateEligible ? 'member' : 'leaving';
  return candidateEligible ? 'waiting' : 'none';
}

function dayLabels(days: readonly CalendarDay[], cell: number): string {
  const step = Math.ceil(days.length / 12);
  return days
    .map((day, i) => ({ day, i }))
    .filter(({ i }) => (days.length - 1 - i) % step === 0)
    .map(
      ({ day, i }) =>
        `<text x="${coordinate(LEFT + (i + 1) * cell)}" y="${TOP - 10}" text-anchor="end">${formatDay(day).slice(0, 7)}</text>`,
    )
    .join('');
}

function row(
  symbol: string,
  rank: number | undefined,
  cells: readonly CellState[],
  days: readonly CalendarDay[],
  cell: number,
  y: number,
): string {
  const place = rank === undefined ? '' : `${rank}. `;
  const name = `<text class="${rank === undefined ? 'faded' : 'name'}" x="${LEFT - 8}" y="${y + 12}" text-anchor="end">${place}${escapeHtml(symbol)}</text>`;
  const line = `<line class="grid" x1="${LEFT}" x2="${RIGHT}" y1="${y + ROW_HEIGHT - 1}" y2="${y + ROW_HEIGHT - 1}"/>`;
  return `${line}${name}${runs(symbol, cells, days, cell, y)}`;
}

/** One rectangle for each run of refreshes in one state. */
function runs(symbol: string, cells: readonly CellState[], days: readonly CalendarDay[], cell: number, y: number): string {
  let rects = '';
  for (let from = 0; from < cells.length; ) {
    const state = cells[from]!;
    let to = from;
    while (cells[to + 1] === state) to++;
    if (state !== 'none') {
      const title = `${symbol}: ${STATE_TEXT[state]}, ${formatDay(days[from]!)} to ${formatDay(days[to]!)}`;
      const width = (to - from + 1) * cell - 2;
      rects += `<rect x="${coordinate(LEFT + from * cell + 1)}" y="${y + 2}" width="${coordinate(width)}" height="${ROW_HEIGHT - 5}" rx="2" fill="var(--${state})"><title>${escapeHtml(title)}</title></rect>`;
    }
    from = to + 1;
  }
  return rects;
}
