import type { FeedsStatus } from './commands/feeds-status.ts';
import { textTable } from './text-table.ts';

/** The status of all feeds for people: the verdict, books that are not live first, then venues, then what else runs. */
export function feedsText({ line, venues, components, atMs }: FeedsStatus): string {
  return [
    line,
    '',
    booksText(venues),
    '',
    venuesText(venues),
    ...troubleLines(venues, atMs),
    '',
    ...components.map(componentText),
    ...(components.some(({ name }) => name.startsWith('frame_'))
      ? []
      : ['recorder         none: PIPELINE_RECORD_FOLDER names none']),
  ].join('\n');
}

function booksText(venues: FeedsStatus['venues']): string {
  const books = venues.flatMap(({ connections }) =>
    connections.flatMap(({ connection, books: own }) => own.map((book) => ({ ...book, connection }))),
  );
  const rows = books
    .toSorted((a, b) => Number(a.state === 'live') - Number(b.state === 'live'))
    .map(({ instrument, connection, state, reason, age_ms: ageMs }) => [
      instrument,
      state,
      reason ?? '',
      ageText(ageMs),
      connection,
    ]);
  return rows.length === 0 ? 'no books are followed yet' : textTable(['book', 'state', 'reason', 'since', 'connection'], rows);
}

function venuesText(venues: FeedsStatus['venues']): string {
  const rows = venues.map(
    ({ venue, connections, rest, latency_ms: latency, clock_skew_ms: skewMs, rate_limit_remaining: budgets }) => {
      const sum = (of: (connection: (typeof connections)[number]) => number): number =>
        connections.reduce((total, each) => total + of(each), 0);
      const newest = connections.flatMap(({ last_message_age_ms: ageMs }) => (ageMs === null ? [] : [ageMs]));
      return [
        venue,
        `${connections.filter(({ phase, is_stale: isStale }) => phase === 'open' && !isStale).length}/${connections.length}`,
        newest.length === 0 ? '–' : ageText(Math.min(...newest)),
        String(sum(({ frames }) => frames)),
        String(sum(({ refused_frames: refused }) => refused)),
        String(sum(({ lost }) => lost)),
        latency === null ? '–' : [latency.p50, latency.p95, latency.p99].map(boundText).join(' / '),
        skewMs === null ? '–' : `${Math.round(skewMs)} ms`,
        `${rest.polls.filter(({ failures, breaker }) => failures === 0 && breaker === 'closed').length}/${rest.polls.length}`,
        budgetText(budgets),
      ];
    },
  );
  const head = [
    'venue',
    'sockets',
    'last frame',
    'frames',
    'refused',
    'lost',
    'latency p50 / p95 / p99',
    'skew',
    'polls',
    'budget left',
  ];
  return rows.length === 0 ? 'no venue was opened yet' : textTable(head, rows);
}

/** The least that is left, and of what. */
function budgetText(budgets: Readonly<Record<string, number>>): string {
  const [least] = Object.entries(budgets).toSorted(([, a], [, b]) => a - b);
  return least === undefined ? '–' : `${least[1]} (${least[0]})`;
}

/** Polls that do not get their answers. */
function troubleLines(venues: FeedsStatus['venues'], atMs: number): readonly string[] {
  return venues.flatMap(({ venue, rest }) =>
    rest.polls.flatMap(({ task, failures, breaker, last_failure: reason, last_success: lastMs }) => {
      if (failures === 0 && breaker === 'closed') return [];
      const since = lastMs === null ? 'never answered' : `last answer ${ageText(atMs - lastMs)} ago`;
      return [`  ${venue} ${task}: ${failures} failures (${reason ?? 'no reason'}), breaker ${breaker}, ${since}`];
    }),
  );
}

function componentText({
  name,
  state,
  restarts_total: restarts,
  last_error: fault,
  progress_age_ms: _age,
  ...measured
}: FeedsStatus['components'][number]): string {
  const figures = Object.entries(measured).flatMap(([key, value]) =>
    typeof value === 'number' || typeof value === 'string' ? [`${key} ${value}`] : [],
  );
  const again = Number(restarts) > 0 ? [`restarts ${String(restarts)}, last ${String(fault)}`] : [];
  return `${name.padEnd(16)} ${[state, ...figures, ...again].join(', ')}`;
}

function ageText(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : ms < 120_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 60_000)} min`;
}

function boundText(ms: number): string {
  return Number.isFinite(ms) ? `≤ ${ms} ms` : '> 10 s';
}
