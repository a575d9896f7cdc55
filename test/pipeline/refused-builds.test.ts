import { beforeAll, expect, it } from 'vitest';
import { DOCUMENT_PATHS } from '#shared/contracts/names.ts';
import type { PoolParams } from '#shared/contracts/pool-params.ts';
import { sha256Hex } from '#shared/core/sha256.ts';
import { selectRows, sliceDays } from '#shared/market/select-rows.ts';
import { type BuildRun, buildFromArchive, publishBuilt } from '#shared/pipeline/release-pool.ts';
import type { CandleArchive, CollectionReport } from '#shared/ports/candle-archive.ts';
import { auditRelease } from '#shared/release/audit.ts';
import { depsOver, memoryStores, restlessClock } from '../release/support/release-lab.ts';
import { buildRun, marketParams, OCTOBER, runTimeMs, SEPTEMBER, smallMarket } from './small-market.ts';

// Pool spec §19: each refusal leaves the published pool untouched.

const VERSION = '2022-09-30-core_major';
const APPROVAL = { requestedBy: 'ann', approvedBy: 'bob' };

const stores = memoryStores();
let archive: CandleArchive;
let october: CollectionReport;

// One market whose release of September is published, and whose October waits to be built.
beforeAll(async () => {
  const market = smallMarket();
  archive = market.archive;
  const september = await market.collect(marketParams(), SEPTEMBER);
  expect(await outcomeOf(buildRun(marketParams(), SEPTEMBER, september), archive)).toEqual(['COMMITTED']);
  october = await market.collect(marketParams(), OCTOBER);
});

/** The outcome of a run: COMMITTED, or the codes of its refusal. */
async function outcomeOf(run: BuildRun, from: CandleArchive): Promise<readonly string[]> {
  const release = depsOver(stores, { clock: restlessClock(run.logicalTimeMs) });
  const built = await buildFromArchive({ archive: from, release }, run);
  if (!built.ok) return built.error.map(({ code }) => code);
  const { outcome, refusal } = await publishBuilt(release, run, built.value, APPROVAL);
  return [refusal?.code ?? outcome];
}

/** Everything that readers of the release can see. */
async function seen() {
  const objects = (await stores.objects.list('')).map(async ({ name, generation }) => {
    return [name, generation, sha256Hex((await stores.objects.get(name))!.bytes)];
  });
  const { summary, head } = DOCUMENT_PATHS;
  return {
    documents: [await stores.documents.get(summary), await stores.documents.get(head), await stores.documents.list('log')],
    objects: await Promise.all(objects),
  };
}

interface Fault {
  readonly params?: Partial<PoolParams>;
  readonly failed?: string;
  /** Row of the benchmark that is lost. */
  readonly lostRow?: number;
}

const params = marketParams();
const CASES: readonly (readonly [code: string, what: string, fault: Fault])[] = [
  ['INSUFFICIENT_TRAINING_ROWS', 'too few rows', { params: { model: { ...params.model, min_train_rows: 100_000 } } }],
  ['MODEL_FAILED', 'a system without a solution', { params: { ridge: { ...params.ridge, alpha: -1e9 } } }],
  ['pool_underfilled', 'twelve members for thirteen places', { params: { pool: { ...params.pool, size: 13 } } }],
  ['coverage_low', 'a symbol of twelve that failed to load', { failed: 'AAUSDT' }],
  ['benchmark_incomplete', 'a day without the benchmark', { lostRow: 290 }],
  ['VALIDATION_FAILED', 'S27: an unpublishable set', { params: { publishable: false } }],
  // What `reference` makes is whole and valid by its own rules; the publisher's door is what stops it.
  ['VALIDATION_FAILED', 'S27: parity output', { params: { publishable: false, validation: { profile: 'reference' } } }],
];

it.each(CASES)('%s (%s) leaves the published pool untouched', async (code, what, { params: changed, failed, lostRow }) => {
  const before = await seen();
  const symbols = october.symbols.map((item) => (item.symbol === failed ? { ...item, state: 'fetch_failed' as const } : item));
  const run = { ...buildRun({ ...params, ...changed }, OCTOBER, { ...october, symbols }), runKey: `manual:${what}` };
  const read: CandleArchive['read'] = async (source) => {
    const isKept = (symbol: string) => (row: number) => symbol !== params.benchmark_symbol || row !== lostRow;
    return (await archive.read(source)).map((item) => selectRows(item, [...item.day.keys()].filter(isKept(item.symbol))));
  };
  expect(await outcomeOf(run, { ...archive, read })).toEqual([code]);
  expect(await seen()).toEqual(before);
});

it('the published pool is still whole, and October without a fault replaces it', async () => {
  const deps = depsOver(stores, { clock: restlessClock(runTimeMs(OCTOBER)) });
  expect(await auditRelease(deps, { allReleases: true })).toMatchObject({ ok: true, committedVersion: VERSION });
  expect(await outcomeOf(buildRun(params, OCTOBER, october), archive)).toEqual(['COMMITTED']);
  expect(await stores.documents.get(DOCUMENT_PATHS.summary)).toMatchObject({ version: '2022-10-31-core_major', publish_seq: 2 });
});

it('candles after as_of change no byte of the release (pool spec §5 PT2)', async () => {
  const build = async (isLaterRead: boolean) => {
    const release = depsOver(memoryStores(), { clock: restlessClock(runTimeMs(SEPTEMBER)) });
    const read: CandleArchive['read'] = async (source) => {
      const all = await archive.read(source);
      return isLaterRead ? all : all.map((series) => sliceDays(series, 0, SEPTEMBER));
    };
    const built = await buildFromArchive({ archive: { ...archive, read }, release }, buildRun(params, SEPTEMBER, october));
    if (!built.ok) throw new Error(built.error[0]!.message);
    return built.value.release;
  };
  const [all, cut] = [await build(true), await build(false)];
  expect([all.files, all.evidence]).toEqual([cut.files, cut.evidence]);
});
