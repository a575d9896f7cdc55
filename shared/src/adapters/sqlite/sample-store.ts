import type { DatabaseSync } from 'node:sqlite';
import type { MarketSample, MinuteBar, SourceHealth } from '../../contracts/market-samples.ts';
import type {
  Revised,
  SamplePage,
  SampleQuery,
  SampleRange,
  SampleRetention,
  SampleStore,
  SampleStoreStatus,
} from '../../ports/sample-store.ts';
import { isSameBar, isSameSample, revised } from '../sample-revisions.ts';
import { openDatabase } from './open-database.ts';
import { inTransaction } from './revised-table.ts';
import { BAR_COLUMNS, SAMPLE_SCHEMA } from './sample-tables.ts';
import { withSqliteErrors } from './sqlite-error.ts';

export interface SqliteSampleStore extends SampleStore {
  /** Closes the file; the store cannot be used afterwards. */
  close(): void;
}

/** How much of the time that is kept goes at once when there is no room. */
const SHARE_TO_FORGET = 0.01;

/**
 * A SampleStore in one SQLite file, safe between processes of one machine. A commit waits for no disk: a killed process loses nothing
 * that was appended, a machine that loses its power the last seconds, and never more. Errors: STORE_READ_ONLY, STORE_UNAVAILABLE,
 * STORE_CORRUPT, COMMIT_UNKNOWN.
 */
export function sqliteSampleStore({ file }: { readonly file: string }): SqliteSampleStore {
  const db = openDatabase(file, SAMPLE_SCHEMA);
  const sql = prepared(db, file);
  const read = async <T>(body: () => T): Promise<T> => withSqliteErrors(file, body);
  const change = async <T>(body: () => T): Promise<T> => withSqliteErrors(file, () => inTransaction(db, file, body));
  return {
    append: (samples, bars) =>
      change(() => {
        let kept = 0;
        for (const sample of samples) kept += keepSample(sql, sample);
        for (const bar of bars) kept += keepBar(sql, bar);
        return { kept, known: samples.length + bars.length - kept };
      }),
    samples: (query) => read(() => samplesOf(sql, query)),
    bars: (range) => read(() => barsOf(sql, range)),
    putHealth: (rows) => change(() => putHealth(sql, rows)),
    health: () => read(() => sql.health.all() as unknown as readonly SourceHealth[]),
    prune: (retention) => change(() => prune(sql, retention)),
    status: () => read(() => statusOf(sql)),
    close: () => db.close(),
  };
}

type Statements = ReturnType<typeof statements>;

function prepared(db: DatabaseSync, file: string): Statements {
  try {
    return withSqliteErrors(file, () => {
      db.exec('PRAGMA synchronous = NORMAL');
      return statements(db);
    });
  } catch (error) {
    db.close();
    throw error;
  }
}

/** 1 for a row that was kept, 0 for one that was known. */
function keepSample(sql: Statements, sample: MarketSample): 0 | 1 {
  const { metric, venue, instrument, ts_event, value, unit, quality, ts_recv, raw_ref } = sample;
  const series = seriesOf(sql, { metric, venue, instrument });
  const newest = sql.newestSample.get(series, ts_event) as unknown as Revised<MarketSample> | undefined;
  if (newest !== undefined && isSameSample(newest, sample)) return 0;
  const { revision, available_at } = revised(sample, newest);
  sql.sample.run(series, ts_event, revision, value, unit, quality, ts_recv, available_at, raw_ref);
  return 1;
}

function keepBar(sql: Statements, bar: MinuteBar): 0 | 1 {
  const newest = sql.newestBar.get(bar.instrument, bar.minute) as unknown as Revised<MinuteBar> | undefined;
  if (newest !== undefined && isSameBar(newest, bar)) return 0;
  sql.bar.run({ ...revised(bar, newest) });
  return 1;
}

function seriesOf(sql: Statements, name: Pick<MarketSample, 'metric' | 'venue' | 'instrument'>): number {
  const known = sql.series.get({ ...name });
  if (known !== undefined) return Number(known.id);
  return Number(sql.newSeries.run({ ...name }).lastInsertRowid);
}

function samplesOf(sql: Statements, { instrument, metric, fromMs, toMs, offset, limit }: SampleQuery): SamplePage<MarketSample> {
  const rows = sql.samples.all({ instrument, metric, fromMs, toMs, offset, limit });
  const total = Number(sql.sampleCount.get({ instrument, metric, fromMs, toMs })?.count ?? 0);
  return { rows: rows as unknown as readonly Revised<MarketSample>[], total };
}

function barsOf(sql: Statements, { instrument, fromMs, toMs, offset, limit }: SampleRange): SamplePage<MinuteBar> {
  const rows = sql.bars.all({ instrument, fromMs, toMs, offset, limit });
  const total = Number(sql.barCount.get({ instrument, fromMs, toMs })?.count ?? 0);
  return { rows: rows as unknown as readonly Revised<MinuteBar>[], total };
}

function putHealth(sql: Statements, rows: readonly SourceHealth[]): void {
  sql.dropHealth.run();
  for (const row of rows) sql.newHealth.run({ ...row });
}

function prune(sql: Statements, { samplesBeforeMs, barsBeforeMs, mostBytes }: SampleRetention): void {
  forget(sql, samplesBeforeMs, barsBeforeMs);
  while (usedBytes(sql) > mostBytes) {
    const times = Object.values(sql.span.get() ?? {}).filter((ms): ms is number => ms !== null);
    if (times.length === 0) return;
    const oldest = Math.min(...times);
    const beforeMs = oldest + 1 + Math.floor((Math.max(...times) - oldest) * SHARE_TO_FORGET);
    forget(sql, beforeMs, beforeMs);
  }
}

function forget(sql: Statements, samplesBeforeMs: number, barsBeforeMs: number): void {
  for (const { id } of sql.allSeries.all()) sql.forgetSamples.run(id as number, samplesBeforeMs);
  sql.forgetBars.run(barsBeforeMs);
}

/** Pages that hold something: the file itself keeps what was freed for what comes. */
function usedBytes(sql: Statements): number {
  return Number(sql.usedBytes.get()?.bytes ?? 0);
}

function statusOf(sql: Statements): SampleStoreStatus {
  const { samples, bars } = sql.counts.get() as { readonly samples: number; readonly bars: number };
  return { samples, bars, bytes: usedBytes(sql) };
}

function statements(db: DatabaseSync) {
  const sampleRange =
    'FROM rest_samples WHERE instrument = :instrument AND metric = :metric AND ts_event >= :fromMs AND ts_event < :toMs';
  const barRange = 'FROM ws_bars_1m WHERE instrument = :instrument AND minute >= :fromMs AND minute < :toMs';
  const ofBar = [...BAR_COLUMNS, 'revision'];
  return {
    series: db.prepare('SELECT id FROM sample_series WHERE instrument = :instrument AND metric = :metric AND venue = :venue'),
    newSeries: db.prepare('INSERT INTO sample_series (metric, venue, instrument) VALUES (:metric, :venue, :instrument)'),
    allSeries: db.prepare('SELECT id FROM sample_series'),
    newestSample: db.prepare(`
      SELECT value, unit, quality, available_at, revision FROM sample_values WHERE series = ? AND ts_event = ?
      ORDER BY revision DESC LIMIT 1`),
    sample: db.prepare('INSERT INTO sample_values VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    samples: db.prepare(`SELECT * ${sampleRange} ORDER BY ts_event, revision LIMIT :limit OFFSET :offset`),
    sampleCount: db.prepare(`SELECT count(*) AS count ${sampleRange}`),
    newestBar: db.prepare('SELECT * FROM ws_bars_1m WHERE instrument = ? AND minute = ? ORDER BY revision DESC LIMIT 1'),
    bar: db.prepare(`INSERT INTO ws_bars_1m (${ofBar.join(', ')}) VALUES (${ofBar.map((name) => `:${name}`).join(', ')})`),
    bars: db.prepare(`SELECT * ${barRange} ORDER BY minute, revision LIMIT :limit OFFSET :offset`),
    barCount: db.prepare(`SELECT count(*) AS count ${barRange}`),
    health: db.prepare('SELECT * FROM source_health ORDER BY metric, venue'),
    dropHealth: db.prepare('DELETE FROM source_health'),
    newHealth: db.prepare(`
      INSERT INTO source_health VALUES (:metric, :venue, :ts, :age_ms, :quality, :instruments, :usable, :errors, :last_success)`),
    forgetSamples: db.prepare('DELETE FROM sample_values WHERE series = ? AND ts_event < ?'),
    forgetBars: db.prepare('DELETE FROM ws_bars_1m WHERE minute < ?'),
    // Ends of each series: nobody has to look at every row.
    span: db.prepare(`
      SELECT (SELECT min((SELECT min(ts_event) FROM sample_values WHERE series = s.id)) FROM sample_series s) AS oldestSample,
             (SELECT max((SELECT max(ts_event) FROM sample_values WHERE series = s.id)) FROM sample_series s) AS newestSample,
             (SELECT min(minute) FROM ws_bars_1m) AS oldestBar, (SELECT max(minute) FROM ws_bars_1m) AS newestBar`),
    usedBytes: db.prepare(`
      SELECT (page_count - freelist_count) * page_size AS bytes
      FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()`),
    counts: db.prepare('SELECT (SELECT count(*) FROM sample_values) AS samples, (SELECT count(*) FROM ws_bars_1m) AS bars'),
  };
}
