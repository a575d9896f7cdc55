import type { z } from 'zod';
import { collectionReportSchema, instrumentSnapshotSchema, stagedPagesSchema } from '../contracts/collection.ts';
import { formatDay, parseDay } from '../core/calendar-day.ts';
import { LivepoolError } from '../core/errors.ts';
import { fromUtf8, utf8 } from '../core/text-bytes.ts';
import type { CandleArchive, CollectedPage, CollectionRun, InstrumentSnapshot, UnfinishedRun } from '../ports/candle-archive.ts';
import { ABSENT, type ObjectStore } from '../ports/object-store.ts';
import { appendRows, type ColdDeps, type ColdLayout } from './append-rows.ts';
import { candleRows, quarantineRows } from './candle-rows.ts';
import { readCandles } from './read-candles.ts';
import { OHLCV_1D, QUARANTINE } from './tables.ts';

type StoredSnapshot = Readonly<Omit<z.infer<typeof instrumentSnapshotSchema>, 'instruments'>> &
  Pick<InstrumentSnapshot, 'instruments'>;

const RUN_NAME = /^(\d{4}-\d{2}-\d{2})-(\d+)$/;

/**
 * The CandleArchive on the cold tier. Pages wait under `staging/ohlcv_1d/<source>/<as_of>-<now>/`, rows go to tables `ohlcv_1d` and
 * `quarantine`, reports to `collections/`, instrument lists to `instruments/`. One writer at a time: of two that overlap, the later one commits what the other
 * staged so far, and the other one's commit stores the rest and fails with COLD_CONFLICT.
 */
export function candleArchive(deps: ColdDeps, layout: ColdLayout): CandleArchive {
  const { objects, cold } = deps;
  // Pages staged by this process need not be read and parsed again.
  const staged = new Map<string, readonly CollectedPage[]>();
  const archive: CandleArchive = {
    read: (sourceId, options) => readCandles(cold, sourceId, options),
    unfinished: (sourceId) => unfinishedRuns(objects, sourceId),
    stagedPages: (run) => readPages(objects, run, staged),
    stage: async (run, pages) => {
      const [first] = pages;
      if (first === undefined) return;
      const name = `${stagingOf(run)}/${first.instrument.symbol}-${formatDay(first.from)}.json`;
      await putOnce(objects, name, { schema: 'collected_pages.v1', pages });
      staged.set(name, [...pages]);
    },
    commit: async (run, report) => {
      const inForce = (await readJson(objects, reportName(run), collectionReportSchema)) ?? report;
      const committed = await archive.committed(run);
      const isOvertaken = committed !== null && jsonLine(committed) !== jsonLine(inForce);
      if (!isOvertaken) await putOnce(objects, reportName(run), inForce);
      const pages = await readPages(objects, run, staged);
      const candles = pages.flatMap((page) => candleRows(run, page));
      await appendRows(deps, OHLCV_1D, candles, run.sourceId, layout);
      const rejected = pages.flatMap((page) => quarantineRows(run, page));
      await appendRows(deps, QUARANTINE, rejected, run.sourceId, layout);
      if (!isOvertaken) await putOnce(objects, committedName(run), inForce);
      await archive.discard(run);
      // What was staged is stored and nothing is left behind, so that the next try is a run of its own and succeeds.
      if (isOvertaken) throw conflict(committedName(run));
      return inForce;
    },
    discard: async (run) => {
      for (const { name, generation } of await objects.list(`${stagingOf(run)}/`)) {
        await objects.delete(name, { ifGenerationMatch: generation });
        staged.delete(name);
      }
    },
    committed: (run) => readJson(objects, committedName(run), collectionReportSchema),
    storeInstruments: async (sourceId, nowMs, instruments) => {
      const name = `instruments/${sourceId}/${new Date(nowMs).toISOString().slice(0, 10)}.json`;
      const stored = await readJson(objects, name, instrumentSnapshotSchema);
      if (stored !== null) return toSnapshot(stored);
      const snapshot = { schema: 'instrument_snapshot.v1', source: sourceId, fetched_at_ms: nowMs, instruments } as const;
      await putOnce(objects, name, snapshot);
      return toSnapshot(snapshot);
    },
    readInstruments: async (sourceId, atMs) => (await instrumentsUntil(objects, sourceId, atMs)).at(-1) ?? null,
    instrumentHistory: (sourceId, atMs) => instrumentsUntil(objects, sourceId, atMs),
  };
  return archive;
}

function stagingOf(run: CollectionRun): string {
  return `staging/${OHLCV_1D.table}/${run.sourceId}/${runName(run)}`;
}

function runName(run: CollectionRun): string {
  return `${formatDay(run.asOf)}-${run.nowMs}`;
}

function reportName(run: CollectionRun): string {
  return `${stagingOf(run)}/report.json`;
}

function committedName(run: CollectionRun): string {
  return `collections/${run.sourceId}/${runName(run)}.json`;
}

async function unfinishedRuns(objects: ObjectStore, sourceId: string): Promise<readonly UnfinishedRun[]> {
  const prefix = `staging/${OHLCV_1D.table}/${sourceId}/`;
  const names = (await objects.list(prefix)).map(({ name }) => name);
  const runs = new Set(names.map((name) => name.slice(prefix.length).split('/')[0] ?? ''));
  return [...runs].sort().flatMap((name) => {
    const [, date = '', now = ''] = RUN_NAME.exec(name) ?? [];
    const asOf = parseDay(date);
    if (asOf === undefined) return [];
    const run = { sourceId, asOf, nowMs: Number(now) };
    return [{ run, committing: names.includes(reportName(run)) }];
  });
}

async function readPages(
  objects: ObjectStore,
  run: CollectionRun,
  staged: ReadonlyMap<string, readonly CollectedPage[]>,
): Promise<readonly CollectedPage[]> {
  const pages: CollectedPage[] = [];
  for (const { name } of await objects.list(`${stagingOf(run)}/`)) {
    if (name === reportName(run)) continue;
    pages.push(...(staged.get(name) ?? (await readJson(objects, name, stagedPagesSchema))?.pages ?? []));
  }
  return pages;
}

async function instrumentsUntil(objects: ObjectStore, sourceId: string, atMs: number): Promise<readonly InstrumentSnapshot[]> {
  const snapshots: InstrumentSnapshot[] = [];
  for (const { name } of await objects.list(`instruments/${sourceId}/`)) {
    const snapshot = await readJson(objects, name, instrumentSnapshotSchema);
    if (snapshot !== null && snapshot.fetched_at_ms <= atMs) snapshots.push(toSnapshot(snapshot));
  }
  return snapshots;
}

function toSnapshot(stored: StoredSnapshot): InstrumentSnapshot {
  return { sourceId: stored.source, fetchedAtMs: stored.fetched_at_ms, instruments: stored.instruments };
}

/** Creates a JSON object; the same bytes again are a no-op, others a conflict. */
async function putOnce(objects: ObjectStore, name: string, value: object): Promise<void> {
  const bytes = utf8(jsonLine(value));
  const outcome = await objects.put(name, bytes, { ifGenerationMatch: ABSENT, contentType: 'application/json' });
  if (outcome.written) return;
  const stored = await objects.get(name);
  if (stored !== null && Buffer.compare(stored.bytes, bytes) === 0) return;
  throw conflict(name);
}

function jsonLine(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

function conflict(name: string): LivepoolError {
  const message = `${name} exists with other content; two collections of one source must not run at the same time`;
  return new LivepoolError('COLD_CONFLICT', 'terminal', message, { name });
}

async function readJson<T>(objects: ObjectStore, name: string, schema: z.ZodType<T>): Promise<T | null> {
  const stored = await objects.get(name);
  if (stored === null) return null;
  const parsed = schema.safeParse(parseJson(fromUtf8(stored.bytes) ?? ''));
  if (parsed.success) return parsed.data;
  const message = `${name} is damaged; delete it and run again`;
  throw new LivepoolError('COLD_OBJECT_CORRUPT', 'terminal', message, { name });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
