import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { VenueFeeds } from '#shared/adapters/venues/open-venue-feeds.ts';
import type { HttpHandler } from '#shared/ports/http-handler.ts';
import { EventCounters } from './event-counters.ts';
import { notAllowed } from './health-routes.ts';
import type { LiveBoard } from './live-board.ts';
import { venueOf } from './market-feeds.ts';
import type { Observation } from './observer.ts';
import { type QualitySources, writeQuality } from './quality-metrics.ts';
import { writeKnownFigures, writeRestLimits, writeThroughput } from './stream-metrics.ts';
import type { WatchedBook } from './watched-books.ts';

export interface MetricsSources {
  readonly prefix: string;
  readonly observe: () => Observation;
  readonly feeds: () => VenueFeeds | null;
  readonly board: LiveBoard;
  readonly books: readonly WatchedBook[];
  readonly skews: (nowMs: number) => ReadonlyMap<string, number>;
  readonly quality: QualitySources;
}

/** Symbols that have a label of their own (operations spec §10). */
const MOST_SYMBOLS = 30;

const LATENCY_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Metrics of the worker under the names of operations spec §10 and market data spec §9. */
export interface WorkerMetrics {
  /** To be told of every market event. */
  readonly counters: EventCounters;
  /** `/metrics`, Prometheus text. */
  readonly route: HttpHandler;
}

/** Everything but the latency is read when somebody asks, so that nothing is counted twice and nothing goes stale. */
export function workerMetrics(sources: MetricsSources): WorkerMetrics {
  const registry = new Registry();
  const latency = new Histogram({
    name: `${sources.prefix}latency_seconds`,
    help: 'From the stamp of the venue to us, prompt events',
    labelNames: ['component'],
    buckets: LATENCY_BUCKETS_S,
    registers: [registry],
  });
  const counters = new EventCounters((venue, latencyMs) => latency.observe({ component: `venue_${venue}` }, latencyMs / 1000));
  const write = writer(registry, sources.prefix);
  return {
    counters,
    route: async ({ method, path }) => {
      if (path !== '/metrics') return undefined;
      if (method !== 'GET') return notAllowed('GET');
      const seen = sources.observe();
      writePlatform(write, seen);
      writeVenues(write, sources, counters, seen.atMs);
      writeRestLimits(write, sources.feeds());
      writeThroughput(write, counters.throughput.rates(seen.atMs));
      writeKnownFigures(write, seen.components);
      writeQuality(write, sources.quality, counters, seen.components, seen.atMs);
      return { status: 200, headers: { 'Content-Type': registry.contentType }, body: await registry.metrics() };
    },
  };
}

/** Puts a whole family of values in the place of what it was; labels in sorted order. */
export type Write = (
  kind: 'gauge' | 'counter',
  name: string,
  help: string,
  rows: readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[],
) => void;

function writer(registry: Registry, prefix: string): Write {
  const families = new Map<string, Gauge | Counter>();
  return (kind, name, help, rows) => {
    const labelNames = Object.keys(rows[0]?.[0] ?? {}).sort();
    const options = { name: prefix + name, help, labelNames, registers: [registry] };
    const family = families.get(name) ?? (kind === 'gauge' ? new Gauge(options) : new Counter(options));
    if (rows.length > 0) families.set(name, family);
    else registry.removeSingleMetric(prefix + name);
    family.reset();
    const sorted = rows.toSorted(([a], [b]) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    for (const [labels, value] of sorted) {
      if (family instanceof Gauge) family.set(labels, value);
      else family.inc(labels, value);
    }
  };
}

function writePlatform(write: Write, { process, isReady, verdict, components, atMs }: Observation): void {
  const one = (value: number) => [[{}, value]] as const;
  write('gauge', 'worker_ready', '1 when everything runs and the primary books are live', one(isReady ? 1 : 0));
  write('gauge', 'health_status', '0 ok, 1 degraded, 2 fail', one({ ok: 0, degraded: 1, fail: 2 }[verdict.status]));
  write('gauge', 'event_loop_lag_seconds', 'Longest delay of the event loop lately', one(process.loopLagMs / 1000));
  write('gauge', 'process_rss_bytes', 'Memory of the process', one(process.rssBytes));
  write('gauge', 'process_memory_limit_bytes', 'Memory that it may have', one(process.memoryLimitBytes));
  if (process.clockSkewMs !== null) write('gauge', 'clock_error_ms', 'Our clock ahead of the venues', one(process.clockSkewMs));
  write(
    'gauge',
    'component_up',
    '1 while a component runs',
    components.map(({ name, state }) => [{ component: name }, state.phase === 'running' ? 1 : 0]),
  );
  write(
    'counter',
    'component_restarts_total',
    'Crashes of a component that was started again',
    components.map(({ name, state }) => [{ component: name }, state.crashesTotal]),
  );
  const measured = components.flatMap(({ name, facts }) => {
    const progress = facts?.progressMs == null ? null : (atMs - facts.progressMs) / 1000;
    const own = { ...facts?.measured, progress_age_seconds: progress };
    return Object.entries(own).flatMap(([value, number]) =>
      number === null ? [] : [[{ component: name, name: value }, number] as const],
    );
  });
  write('gauge', 'component_value', 'What a component measured about itself', measured);
}

function writeVenues(write: Write, sources: MetricsSources, counters: EventCounters, nowMs: number): void {
  const { books, board } = sources;
  const feeds = sources.feeds();
  const streams = (feeds?.streams ?? []).map((stream) => ({ venue: venueOf(stream), ...stream.status() }));
  const hot = books
    .slice(0, MOST_SYMBOLS)
    .map(({ instrument, venue }) => ({ venue, symbol: instrument, row: board.row(instrument) }));
  const lost = Map.groupBy(streams, ({ venue }) => venue);
  write(
    'counter',
    'ws_reconnects_total',
    'Connections that were lost, failed attempts included',
    [...lost].map(([provider, own]) => [{ provider }, own.reduce((sum, { lost: count }) => sum + count, 0)]),
  );
  write(
    'counter',
    'provider_requests_total',
    'REST requests',
    (feeds?.accesses ?? []).flatMap(({ venue, rest }) =>
      Object.entries(rest.counters.requests).map(([name, count]) => {
        const [endpoint = '', code = ''] = name.split(' ');
        return [{ code, endpoint, provider: venue }, count] as const;
      }),
    ),
  );
  write(
    'gauge',
    'book_state',
    '1 while a book is live',
    hot.map(({ venue, symbol, row }) => [{ symbol, venue }, row.isLive ? 1 : 0]),
  );
  write(
    'gauge',
    'l2_snapshot_age_seconds',
    'Since a book last said anything',
    hot.flatMap(({ venue, symbol, row }) =>
      row.heardMs === null ? [] : [[{ provider: venue, symbol }, (nowMs - row.heardMs) / 1000] as const],
    ),
  );
  write(
    'counter',
    'book_resync_total',
    'Books that were lost, by reason',
    pairs(counters.resyncs).map(([[venue, reason], count]) => [{ reason, venue }, count]),
  );
  const venues = new Map(books.map(({ instrument, venue }) => [instrument, venue]));
  write(
    'counter',
    'book_checksum_failures_total',
    'Books that contradicted their checksum',
    checksumRows(counters.checksumFailures, venues, new Set(hot.map(({ symbol }) => symbol))),
  );
  write('counter', 'ws_gap_total', 'Gaps in sequences and lost prints', [[{}, counters.gaps]]);
  write(
    'gauge',
    'data_freshness_seconds',
    'Since the newest event of a venue and kind',
    pairs(counters.heardMs).map(([[venue, type], heardMs]) => [{ feed: `${venue}.${type}` }, (nowMs - heardMs) / 1000]),
  );
  write(
    'counter',
    'stream_events_total',
    'Market events by venue',
    [...counters.events].map(([stream, count]) => [{ stream }, count]),
  );
  write(
    'gauge',
    'venue_clock_skew_ms',
    'Shortest way from a venue of the last minutes',
    [...sources.skews(nowMs)].map(([venue, ms]) => [{ venue }, ms]),
  );
}

/** Symbols beyond the hot set have no label of their own; those of a venue are `other` together. */
function checksumRows(failures: ReadonlyMap<string, number>, venues: ReadonlyMap<string, string>, hot: ReadonlySet<string>) {
  const named = [...failures].map(([instrument, count]) => {
    return { symbol: hot.has(instrument) ? instrument : 'other', venue: venues.get(instrument) ?? '', count };
  });
  const groups = Map.groupBy(named, ({ symbol, venue }) => `${symbol} ${venue}`);
  return [...groups.values()].map((group) => {
    const { symbol, venue } = group[0]!;
    return [{ symbol, venue }, group.reduce((sum, { count }) => sum + count, 0)] as const;
  });
}

/** Values whose names are two words. */
function pairs(values: ReadonlyMap<string, number>): readonly (readonly [readonly [string, string], number])[] {
  return [...values].map(([name, value]) => {
    const [first = '', second = ''] = name.split(' ');
    return [[first, second], value];
  });
}
