import { formatDay } from '../../core/calendar-day.ts';
import { formatInstantZ } from '../../core/instant.ts';
import { err, ok, type Refusal, type Result } from '../../core/result.ts';
import type { CandleRevision, CollectionReport, CollectionRun, UnfinishedRun } from '../../ports/candle-archive.ts';
import type { CandleSeries } from '../candle-series.ts';
import { lastStorableDay } from './closed-days.ts';
import type { CollectDeps, CollectInput } from './collect-input.ts';
import { collectSymbols, pageBuffer } from './collect-symbols.ts';
import { findRevisions, revisionRefusal } from './revisions.ts';

const ASSET_PAIR = /^[A-Z0-9]{2,40}$/;

/**
 * Brings the archive up to `asOf` for the given instruments: reads on from what is stored, reads the last days again for
 * corrections, quarantines bad rows, and commits everything together with a report. Pages are staged as they come, so an abort
 * loses nothing, a crash at most a few pages, and the next call continues and ends in the same bytes. A symbol that cannot be read
 * is marked `fetch_failed`; what that means is the coverage rule's. Refused with REVISIONS_EXCESSIVE; fails with the source's
 * transient error when the venue stays away.
 */
export async function collectCandles(deps: CollectDeps, input: CollectInput): Promise<Result<CollectionReport, Refusal>> {
  const refusal = dayRefusal(input) ?? nameRefusal(input);
  if (refusal !== undefined) return err(refusal);
  const unfinished = await deps.archive.unfinished(deps.source.sourceId);
  const resumed = unfinished.findLast(({ run }) => run.asOf === input.asOf);
  for (const left of unfinished) {
    if (left !== resumed || left.committing) {
      const finished = await finishRun(deps, input, left);
      if (!finished.ok || left === resumed) return finished;
    }
  }
  const begun = resumed === undefined ? await newRun(deps, input) : { run: resumed.run, answer: null };
  if (begun.answer !== null) return ok(begun.answer);
  const { run } = begun;
  const stored = await storedSeries(deps, run);
  const staged = Map.groupBy(await deps.archive.stagedPages(run), (page) => page.instrument.symbol);
  input.onProgress?.({ kind: 'started', symbols: input.instruments.length, resumed: resumed !== undefined });
  const stage = pageBuffer(deps.archive, run);
  try {
    const states = await collectSymbols(deps.source, input, run, { stored, staged, stage });
    await stage.flush();
    return await commitRun(deps, input, run, stored, states);
  } finally {
    // After Ctrl-C or a failure: what was fetched is kept for the next call.
    await stage.flush();
  }
}

/**
 * A run at the input's logical time, or the answer of the one that was committed then with every symbol wanted now. Another
 * selection of symbols at the same time is another run, a millisecond later.
 */
async function newRun(
  { source, archive }: CollectDeps,
  { asOf, nowMs, instruments }: CollectInput,
): Promise<{ readonly run: CollectionRun; readonly answer: CollectionReport | null }> {
  for (let atMs = nowMs; ; atMs++) {
    const run = { sourceId: source.sourceId, asOf, nowMs: atMs };
    const answer = await archive.committed(run);
    if (answer === null) return { run, answer };
    const read = new Set(answer.symbols.filter(({ state }) => state === 'ok').map(({ symbol }) => symbol));
    if (instruments.every(({ symbol }) => read.has(symbol))) return { run, answer };
  }
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

/** History is stored under base and quote, and read back under both joined: another symbol would be lost on the way. */
function nameRefusal({ instruments }: CollectInput): Refusal | undefined {
  const odd = instruments.find(
    ({ symbol, baseAsset, quoteAsset }) => symbol !== `${baseAsset}${quoteAsset}` || !ASSET_PAIR.test(symbol),
  );
  if (odd === undefined) return undefined;
  const message = `${JSON.stringify(odd.symbol)} is not the name of ${odd.baseAsset} in ${odd.quoteAsset}; leave the instrument out`;
  return { code: 'symbol_charset', message, details: { symbol: odd.symbol } };
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
  const refusal = input.acceptRevisions === true ? undefined : revisionRefusal(revisions, stored);
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
