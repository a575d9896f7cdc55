import { type CalendarDay, formatDay } from '../../core/calendar-day.ts';
import { LivepoolError } from '../../core/errors.ts';
import { formatInstantZ } from '../../core/instant.ts';
import { err, ok, type Refusal, type Result } from '../../core/result.ts';
import type {
  CandleArchive,
  CandleRevision,
  CollectedPage,
  CollectionReport,
  CollectionRun,
  UnfinishedRun,
} from '../../ports/candle-archive.ts';
import type { CandleSource } from '../../ports/candle-source.ts';
import type { CandleSeries } from '../candle-series.ts';
import type { Instrument } from '../instrument.ts';
import { checkPage } from './check-page.ts';
import { lastStorableDay } from './closed-days.ts';
import { findRevisions, revisionRefusal } from './revisions.ts';

export interface CollectDeps {
  readonly source: CandleSource;
  readonly archive: CandleArchive;
}

export interface CollectInput {
  readonly instruments: readonly Instrument[];
  /** First day of history wanted. */
  readonly from: CalendarDay;
  /** Last day wanted; must be closed, or today where open candles are accepted. */
  readonly asOf: CalendarDay;
  /** Logical time of the run, ms since the epoch. An interrupted run that is resumed keeps its own. */
  readonly nowMs: number;
  /** Stored days that are read again to find corrections (parameter `candles.repair_days`). */
  readonly repairDays: number;
  readonly openCandle: 'accept' | 'reject';
  /** Stores revisions however many there are: a person has looked. */
  readonly acceptRevisions?: boolean;
  readonly onProgress?: (event: CollectProgress) => void;
  readonly signal?: AbortSignal;
}

/** What happened, in order: for a progress bar or plain lines. */
export type CollectProgress =
  | { readonly kind: 'started'; readonly symbols: number; readonly resumed: boolean }
  | {
      readonly kind: 'page';
      readonly symbol: string;
      readonly candles: number;
      readonly rejected: number;
      readonly through: string;
    }
  | {
      readonly kind: 'symbol';
      readonly symbol: string;
      readonly state: 'ok' | 'fetch_failed';
      readonly done: number;
      readonly total: number;
    }
  | { readonly kind: 'committing'; readonly candles: number };

/** After so many symbols in a row that failed for the venue's sake, asking on helps nobody. */
const MAX_FAILURES_IN_A_ROW = 5;

/**
 * Brings the archive up to `asOf` for the given instruments: reads on from what is stored, reads the last days again for
 * corrections, quarantines bad rows, and commits everything together with a report. Each page is staged as it comes, so an abort or
 * a crash loses nothing and the next call continues it and ends in the same bytes. A symbol that cannot be read is marked
 * `fetch_failed`; what that means is the coverage rule's. Refused with REVISIONS_EXCESSIVE; fails with the source's transient error
 * when the venue stays away.
 */
export async function collectCandles(deps: CollectDeps, input: CollectInput): Promise<Result<CollectionReport, Refusal>> {
  const refusal = dayRefusal(input);
  if (refusal !== undefined) return err(refusal);
  const unfinished = await deps.archive.unfinished(deps.source.sourceId);
  const resumed = unfinished.findLast(({ run }) => run.asOf === input.asOf);
  for (const left of unfinished) {
    if (left !== resumed || left.committing) {
      const finished = await finishRun(deps, input, left);
      if (!finished.ok || left === resumed) return finished;
    }
  }
  const run = resumed?.run ?? { sourceId: deps.source.sourceId, asOf: input.asOf, nowMs: input.nowMs };
  const stored = await storedSeries(deps, run);
  const staged = Map.groupBy(await deps.archive.stagedPages(run), (page) => page.instrument.symbol);
  input.onProgress?.({ kind: 'started', symbols: input.instruments.length, resumed: resumed !== undefined });
  const states: CollectionReport['symbols'][number][] = [];
  let failuresInARow = 0;
  for (const instrument of bySymbol(input.instruments)) {
    const { symbol } = instrument;
    const failure = await collectSymbol(deps, input, run, instrument, stored.get(symbol), staged.get(symbol) ?? []);
    const state = failure === undefined ? 'ok' : 'fetch_failed';
    states.push({ symbol, state, reason: failure === undefined ? null : `${failure.code}: ${failure.message}` });
    input.onProgress?.({ kind: 'symbol', symbol, state, done: states.length, total: input.instruments.length });
    failuresInARow = failure?.kind === 'transient' ? failuresInARow + 1 : 0;
    if (failure !== undefined && failuresInARow >= MAX_FAILURES_IN_A_ROW) throw failure;
  }
  return commitRun(deps, input, run, stored, states);
}

function dayRefusal({ asOf, from, nowMs, openCandle }: CollectInput): Refusal | undefined {
  const last = lastStorableDay(nowMs, openCandle);
  if (asOf > last) {
    const message = `${formatDay(asOf)} is not over yet; the last finished day is ${formatDay(last)}`;
    return { code: 'open_candle', message, details: { as_of: formatDay(asOf), last_closed: formatDay(last) } };
  }
  if (from <= asOf) return undefined;
  return { code: 'USAGE', message: `history from ${formatDay(from)} begins after ${formatDay(asOf)}` };
}

/** Commits a run that was left behind, as far as it came. */
async function finishRun(deps: CollectDeps, input: CollectInput, { run, committing }: UnfinishedRun) {
  // A commit that has begun keeps the report it began with.
  if (committing) return ok(await deps.archive.commit(run, report(run, [], [], 0, 0)));
  return commitRun(deps, input, run, await storedSeries(deps, run), []);
}

async function storedSeries({ archive }: CollectDeps, run: CollectionRun): Promise<ReadonlyMap<string, CandleSeries>> {
  return new Map((await archive.read(run.sourceId)).map((series) => [series.symbol, series]));
}

function bySymbol(instruments: readonly Instrument[]): readonly Instrument[] {
  return instruments.toSorted((a, b) => (a.symbol < b.symbol ? -1 : 1));
}

/** Reads and stages what is missing of one symbol; the error when it could not be read to the end. */
async function collectSymbol(
  { source, archive }: CollectDeps,
  input: CollectInput,
  run: CollectionRun,
  instrument: Instrument,
  stored: CandleSeries | undefined,
  staged: readonly CollectedPage[],
): Promise<LivepoolError | undefined> {
  const { symbol } = instrument;
  const { signal } = input;
  let next = nextDay(input, stored, staged);
  while (next !== null && next <= run.asOf) {
    signal?.throwIfAborted();
    const from: CalendarDay = next;
    let page: Awaited<ReturnType<CandleSource['fetchPage']>>;
    try {
      page = await source.fetchPage({ symbol, from, to: run.asOf, ...(signal !== undefined && { signal }) });
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof LivepoolError && error.kind !== 'bug' && error.code !== 'VENUE_REFUSED') return error;
      throw error;
    }
    const checked = checkPage(page.candles, { from, to: run.asOf, nowMs: run.nowMs });
    await archive.stage(run, { instrument, from, next: page.next, ...checked });
    const through = formatDay(page.next === null ? run.asOf : page.next - 1);
    input.onProgress?.({ kind: 'page', symbol, candles: checked.candles.length, rejected: checked.rejected.length, through });
    next = page.next;
  }
  return undefined;
}

/** Where to read on: after the last staged page, else before the end of what is stored, else at the beginning. */
function nextDay(input: CollectInput, stored: CandleSeries | undefined, staged: readonly CollectedPage[]): CalendarDay | null {
  const lastPage = staged.toSorted((a, b) => a.from - b.from).at(-1);
  if (lastPage !== undefined) return lastPage.next;
  const lastStored = stored?.day.findLast((day) => day <= input.asOf);
  return lastStored === undefined ? input.from : Math.max(input.from, lastStored - input.repairDays + 1);
}

async function commitRun(
  deps: CollectDeps,
  input: CollectInput,
  run: CollectionRun,
  stored: ReadonlyMap<string, CandleSeries>,
  states: CollectionReport['symbols'],
): Promise<Result<CollectionReport, Refusal>> {
  const pages = await deps.archive.stagedPages(run);
  const revisions = pages
    .toSorted((a, b) =>
      a.instrument.symbol < b.instrument.symbol ? -1 : a.instrument.symbol > b.instrument.symbol ? 1 : a.from - b.from,
    )
    .flatMap((page) => findRevisions(stored.get(page.instrument.symbol), page.candles));
  const refusal = input.acceptRevisions === true ? undefined : revisionRefusal(revisions, run.asOf);
  if (refusal !== undefined) {
    await deps.archive.discard(run);
    return err(refusal);
  }
  const candles = sum(pages.map((page) => page.candles.length));
  input.onProgress?.({ kind: 'committing', candles });
  const quarantined = sum(pages.map((page) => page.rejected.length));
  return ok(await deps.archive.commit(run, report(run, states, revisions, candles, quarantined)));
}

function report(
  run: CollectionRun,
  symbols: CollectionReport['symbols'],
  revisions: readonly CandleRevision[],
  candles: number,
  quarantined: number,
): CollectionReport {
  const [as_of, now] = [formatDay(run.asOf), formatInstantZ(run.nowMs)];
  return { schema: 'collection_report.v1', source: run.sourceId, as_of, now, symbols, revisions, candles, quarantined };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
