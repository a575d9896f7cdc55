import type { LivePool, SymbolMap } from '../../contracts/live-pool.ts';
import { DOCUMENT_PATHS } from '../../contracts/names.ts';
import { LivepoolError } from '../../core/errors.ts';
import type { Refusal } from '../../core/result.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DocumentStore } from '../../ports/document-store.ts';
import type { LastKnownGood } from '../../ports/last-known-good.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import { requireFile } from '../digests.ts';
import type { ReleaseLayout } from '../layout.ts';
import { judgePointer, type SeenAct, seenActOf } from './judge-pointer.ts';
import { keepLastKnownGood, loadLastKnownGood } from './keep-last-known-good.ts';
import { poolOfFile } from './pool-file.ts';
import { readCurrent } from './read-current.ts';
import type { PoolReading, ReadingSource, RungAnswer, RungProblem } from './reading.ts';
import type { Trust, VerifiedSummary } from './verify-summary.ts';

/** What a reader can reach. Rungs whose source is left out are skipped. */
export interface ReaderDeps {
  readonly trust: Trust;
  readonly clock: Clock;
  /** Remembers the last verified act: against replays, and for rung 2. */
  readonly lastKnownGood: LastKnownGood;
  /** Rung 1: where the summary document is. */
  readonly documents?: Pick<DocumentStore, 'get'> | undefined;
  /** Only for readers that cannot reach the summary at all: the unsigned mirror. Ignored where `documents` is given. */
  readonly current?: { readonly objects: ObjectStore; readonly layout: ReleaseLayout } | undefined;
  /** Rung 3: bytes of a local live_pool_legacy.json or live_pool.json, null when there is none. */
  readonly readLocalFile?: (() => Promise<Uint8Array | null>) | undefined;
  /** Rung 4: symbols that may be exited and never entered. */
  readonly staticUniverse?: { readonly symbols: readonly string[]; readonly symbolMap: SymbolMap } | undefined;
  /** Default 45. */
  readonly maxAgeDays?: number | undefined;
}

/**
 * The pool by the ladder of release spec §9: summary document, last known good, local file, static universe; the first that holds is
 * taken, and says why those above it did not. Only a verified summary refreshes the last known good and lets positions be entered.
 * POOL_UNAVAILABLE when no rung holds.
 */
export async function readPool(deps: ReaderDeps): Promise<PoolReading> {
  const rungs: readonly (readonly [ReadingSource, () => Promise<RungAnswer>])[] = [
    ['summary', () => fromSummary(deps)],
    ['current_mirror', () => fromCurrent(deps)],
    ['last_known_good', () => fromLastKnownGood(deps)],
    ['local_file', () => fromLocalFile(deps)],
    ['static', async () => fromStaticUniverse(deps)],
  ];
  const problems: RungProblem[] = [];
  for (const [source, rung] of rungs) {
    const answer = await answerOf(rung);
    if (answer?.ok === true) return { ...answer.reading, problems: [...problems, ...answer.reading.problems] };
    for (const refusal of answer?.refusals ?? []) problems.push({ source, refusal });
  }
  const why = problems.map(({ source, refusal }) => `${source}: ${refusal.message}`).join('; ');
  throw new LivepoolError('POOL_UNAVAILABLE', 'terminal', `no source gives a pool: ${why}`, { problems });
}

/** A pool from a payload that somebody hands in, for example a test or a replay: it holds, or POINTER_REJECTED is thrown. */
export function readInjected(payload: unknown, deps: Pick<ReaderDeps, 'trust' | 'clock' | 'maxAgeDays'>): PoolReading {
  const { trust, clock, maxAgeDays } = deps;
  const verified = judgePointer(payload, { trust, lastSeen: null, nowMs: clock.nowMs(), maxAgeDays });
  if (verified.ok) return readingOf(verified.value, 'summary');
  throw new LivepoolError('POINTER_REJECTED', 'terminal', verified.error.map(({ message }) => message).join('; '));
}

async function fromSummary(deps: ReaderDeps): Promise<RungAnswer> {
  if (deps.documents === undefined) return null;
  const data = await deps.documents.get(DOCUMENT_PATHS.summary);
  if (data === null) return refused({ code: 'POINTER_REJECTED', message: 'there is no summary document' });
  const nowMs = deps.clock.nowMs();
  const problems: RungProblem[] = [];
  const lastSeen = await lastSeenAct(deps, problems);
  const verified = judgePointer(data, { trust: deps.trust, lastSeen, nowMs, maxAgeDays: deps.maxAgeDays });
  if (!verified.ok) return { ok: false, refusals: verified.error };
  await noting(problems, () => keepLastKnownGood(deps.lastKnownGood, verified.value, nowMs));
  return { ok: true, reading: { ...readingOf(verified.value, 'summary'), problems } };
}

/** Without a readable memory the pointer is still signed and of today; that replays cannot be told is said as a problem. */
async function lastSeenAct({ lastKnownGood, trust }: ReaderDeps, problems: RungProblem[]): Promise<SeenAct | null> {
  const kept = await noting(problems, () => loadLastKnownGood(lastKnownGood, trust));
  if (kept?.ok === false) problems.push(...kept.error.map((refusal) => ({ source: 'last_known_good' as const, refusal })));
  return kept?.ok === true ? seenActOf(kept.value) : null;
}

async function noting<T>(problems: RungProblem[], step: () => Promise<T>): Promise<T | null> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof LivepoolError)) throw error;
    problems.push({ source: 'last_known_good', refusal: { code: error.code, message: error.message } });
    return null;
  }
}

async function fromCurrent({ documents, current, clock, maxAgeDays }: ReaderDeps): Promise<RungAnswer> {
  if (documents !== undefined || current === undefined) return null;
  const files = await readCurrent({ ...current, clock });
  if (!files.ok) return refused(files.error);
  const pool = poolOfFile(requireFile(files.value, 'live_pool.json'), clock.nowMs(), maxAgeDays);
  return pool.ok ? { ok: true, reading: unsignedReading(pool.value, 'fresh_upstream', 'current_mirror') } : refused(pool.error);
}

async function fromLastKnownGood({ lastKnownGood, trust, clock, maxAgeDays }: ReaderDeps): Promise<RungAnswer> {
  const kept = await loadLastKnownGood(lastKnownGood, trust);
  if (kept === null) return null;
  if (!kept.ok) return { ok: false, refusals: kept.error };
  const fresh = judgePointer(kept.value.summary, { trust, lastSeen: null, nowMs: clock.nowMs(), maxAgeDays });
  if (!fresh.ok) return { ok: false, refusals: fresh.error };
  return { ok: true, reading: readingOf(fresh.value, 'last_known_good') };
}

async function fromLocalFile({ readLocalFile, clock, maxAgeDays }: ReaderDeps): Promise<RungAnswer> {
  if (readLocalFile === undefined) return null;
  const bytes = await readLocalFile();
  if (bytes === null) return refused({ code: 'FILES_REJECTED', message: 'the local pool file is missing' });
  const pool = poolOfFile(bytes, clock.nowMs(), maxAgeDays);
  return pool.ok ? { ok: true, reading: unsignedReading(pool.value, 'local_file', 'local_file') } : refused(pool.error);
}

function fromStaticUniverse({ staticUniverse }: ReaderDeps): RungAnswer {
  if (staticUniverse === undefined) return null;
  const nothing = { version: null, asOfDate: null, mode: null, publishSeq: null, problems: [] };
  return {
    ok: true,
    reading: { state: 'static', source: 'static', mayEnter: false, signed: false, ...staticUniverse, ...nothing },
  };
}

/** A source that cannot be reached is a reason like any other; what is not an error of ours is passed on. */
async function answerOf(rung: () => Promise<RungAnswer>): Promise<RungAnswer> {
  try {
    return await rung();
  } catch (error) {
    if (!(error instanceof LivepoolError) || error.kind === 'bug') throw error;
    return refused({ code: error.code, message: error.message, details: error.details });
  }
}

function readingOf({ summary }: VerifiedSummary, source: 'summary' | 'last_known_good'): PoolReading {
  return {
    state: source === 'summary' ? 'fresh_upstream' : 'last_known_good',
    source,
    mayEnter: source === 'summary',
    signed: true,
    symbols: summary.symbols,
    symbolMap: summary.symbol_map,
    version: summary.version,
    asOfDate: summary.as_of_date,
    mode: summary.mode,
    publishSeq: summary.publish_seq,
    problems: [],
  };
}

function unsignedReading(
  pool: LivePool,
  state: 'fresh_upstream' | 'local_file',
  source: 'current_mirror' | 'local_file',
): PoolReading {
  return {
    state,
    source,
    mayEnter: false,
    signed: false,
    symbols: pool.symbols,
    symbolMap: pool.symbol_map,
    version: pool.version,
    asOfDate: pool.as_of_date,
    mode: pool.mode,
    publishSeq: null,
    problems: [],
  };
}

function refused(refusal: Refusal): RungAnswer {
  return { ok: false, refusals: [refusal] };
}
