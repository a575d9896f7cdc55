import type { VenueFeeds } from '#shared/adapters/venues/open-venue-feeds.ts';
import type { SupervisedFacts } from '#shared/supervision/supervisor.ts';
import type { Write } from './metrics.ts';

type Row = readonly [labels: Readonly<Record<string, string>>, value: number];

/** What REST may still be asked, and how often a venue had to say so (operations spec §10, venue). */
export function writeRestLimits(write: Write, feeds: VenueFeeds | null): void {
  const accesses = feeds?.accesses ?? [];
  write(
    'gauge',
    'rate_limit_remaining',
    'Requests that our own budget lets leave now, not what the venue counts; 0 while an endpoint is paused or left alone',
    accesses.flatMap(({ venue, rest }) =>
      [...rest.remaining()].map(([endpoint, remaining]): Row => [{ endpoint, provider: venue }, remaining]),
    ),
  );
  const throttled = accesses.flatMap(({ rest }) =>
    Object.entries(rest.counters.requests).flatMap(([name, count]) => {
      const [, code = ''] = name.split(' ');
      return code === '429' || code === '418' ? [[code, count] as const] : [];
    }),
  );
  const byCode = Map.groupBy(throttled, ([code]) => code);
  write(
    'counter',
    'venue_throttle_total',
    'Answers by which a venue asked for fewer requests',
    [...byCode].map(([code, all]): Row => [{ code }, all.reduce((sum, [, count]) => sum + count, 0)]),
  );
}

/** How fast streams go, under both names that dashboards know. */
export function writeThroughput(write: Write, rates: ReadonlyMap<string, number>): void {
  const rows = [...rates].map(([stream, rate]): Row => [{ stream }, rate]);
  write('gauge', 'stream_throughput', 'Events a second over the last minute', rows);
  write('gauge', 'sse_throughput', 'Another name of stream_throughput', rows);
}

/** What components measured that has a name of its own in operations spec §10 and data platform spec §9. */
export function writeKnownFigures(write: Write, components: readonly SupervisedFacts[]): void {
  const figure = (component: string, name: string): number | null =>
    components.find((each) => each.name === component)?.facts?.measured[name] ?? null;
  const one = (value: number | null, labels: Readonly<Record<string, string>> = {}): readonly Row[] =>
    value === null ? [] : [[labels, value]];
  const stream = { stream: 'market_data' };
  write('gauge', 'lease_epoch', 'Number of the lease that this process holds', one(figure('quant_engine', 'lease_token')));
  write('gauge', 'outbox_backlog', 'Committed ticks that were not told yet', one(figure('db_writer', 'queue_rows')));
  write(
    'counter',
    'dlq_messages_total',
    'Messages put to dead letters',
    one(figure('cold_writer', 'dlq_messages_total'), stream),
  );
  write('counter', 'dedupe_hits_total', 'Envelopes that were known', one(figure('cold_writer', 'dedupe_hits_total'), stream));
}
