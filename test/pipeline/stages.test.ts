import { describe, expect, it } from 'vitest';
import { DOCUMENT_PATHS, STAGES } from '#shared/contracts/names.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import { buildFromArchive } from '#shared/pipeline/release-pool.ts';
import { approvePublish } from '#shared/release/approve-publish.ts';
import { auditRelease } from '#shared/release/audit.ts';
import { FIRST_HEAD } from '#shared/release/head.ts';
import { depsOver, memoryStores, restlessClock } from '../release/support/release-lab.ts';
import { buildRun, marketParams, runTimeMs, SEPTEMBER, smallMarket } from './small-market.ts';
import { DEPLOYED, RUN_KEY, type StageLab, stageLab, TRACE } from './stage-lab.ts';

async function runChain(lab: StageLab): Promise<void> {
  for (const stage of STAGES) expect((await lab.run(stage)).kind).toBe('done');
}

const releaseFiles = (objects: readonly (readonly [string, string, string])[]) =>
  Object.fromEntries(objects.filter(([name]) => /\/(releases|evidence)\//.test(name)).map(([name, , sha256]) => [name, sha256]));

describe('the chain', () => {
  it('publishes the bytes that one process builds from the same inputs', async () => {
    const lab = stageLab();
    await runChain(lab);
    const market = smallMarket();
    const collection = await market.collect(marketParams(), SEPTEMBER);
    const release = depsOver(memoryStores(), { clock: restlessClock(runTimeMs(SEPTEMBER)) });
    const built = await buildFromArchive({ archive: market.archive, release }, buildRun(marketParams(), SEPTEMBER, collection));
    if (!built.ok) throw new Error(built.error[0]?.message);
    const stored = async (folder: string, name: string) =>
      (await lab.objects.get(`${lab.layout.prefix}/${folder}/${built.value.version}/${name}`))?.bytes;
    for (const [name, bytes] of built.value.release.files) expect([name, await stored('releases', name)]).toEqual([name, bytes]);
    for (const [name, bytes] of built.value.release.evidence)
      expect([name, await stored('evidence', name)]).toEqual([name, bytes]);
    expect((await lab.objects.list(`${lab.layout.prefix}/releases/`)).length).toBe(5);
    const deps = depsOver(lab, { clock: restlessClock(runTimeMs(SEPTEMBER)) });
    expect(await auditRelease({ ...deps, layout: lab.layout }, { allReleases: true })).toMatchObject({ ok: true });
  });

  it('pins the run when it begins and every input by generation and digest', async () => {
    const lab = stageLab();
    await lab.run('collect');
    const record = await lab.runs.get(DOCUMENT_PATHS.run(RUN_KEY));
    expect(record).toMatchObject({
      logical_time: '2022-10-01T03:15:00Z',
      as_of: '2022-09-30',
      params_id: 'core_major',
      params_sha256: lab.loaded.sha256,
      source_revision: DEPLOYED.revision,
      lock_file_sha256: DEPLOYED.lock_file_sha256,
      bundles: Object.fromEntries(STAGES.map((stage) => [stage, 'b'.repeat(64)])),
      seed: 42,
      outcome: null,
    });
    const raw = (await lab.state()).objects.filter(
      ([name]) => name.includes(`/raw/${RUN_KEY}/`) && !name.endsWith('manifest.json'),
    );
    expect(raw.map(([name]) => name.split('/').at(-1))).toEqual(['candles.parquet', 'collection.json', 'instruments.json']);
    expect(record?.inputs).toEqual(
      expect.arrayContaining(raw.map(([name, generation, sha256]) => ({ uri: `gs://bucket/${name}`, generation, sha256 }))),
    );
  });

  it('sends four fields, one trace, and never data', async () => {
    const lab = stageLab();
    await runChain(lab);
    const [, , , published] = lab.sent;
    for (const { data } of lab.sent.slice(0, 3)) {
      expect(Object.keys(data).sort()).toEqual(['input_manifest_sha256', 'run_key', 'stage', 'trace']);
      expect(data.trace).toBe(TRACE);
    }
    expect(published?.data).toMatchObject({ stage: 'publish', version: '2022-09-30-core_major', publish_seq: '1' });
  });

  it('OV-17: a second delivery of every message writes nothing and announces once more', async () => {
    const lab = stageLab();
    await runChain(lab);
    const before = await lab.state();
    for (const stage of STAGES) {
      const count = lab.sent.length;
      expect((await lab.run(stage)).kind).toBe('duplicate');
      expect(lab.sent.slice(count).map(({ topic, data }) => [topic, data.stage])).toEqual([
        [lab.sent.findLast(({ data }) => data.stage === stage)?.topic, stage],
      ]);
      expect(await lab.state()).toEqual(before);
    }
  });

  it('OV-16: a message that comes before its stage is not ready and writes nothing', async () => {
    const lab = stageLab();
    await lab.run('collect');
    const before = await lab.state();
    const early = { ...lab.lastMessage('score'), stage: 'score' } as const;
    expect(await lab.run('build', early)).toMatchObject({ kind: 'not_ready', refusal: { code: 'stage_not_ready' } });
    expect(await lab.run('publish', { ...early, stage: 'build' })).toMatchObject({ kind: 'not_ready' });
    expect(await lab.run('score', { ...lab.lastMessage('score'), run_key: 'manual:unknown' })).toMatchObject({
      kind: 'not_ready',
    });
    expect(await lab.state()).toEqual(before);
  });

  it('OV-18: under a hold the run ends HELD without an object, and goes on when the hold is lifted', async () => {
    const lab = stageLab();
    const hold = { ...FIRST_HEAD, hold_until: '2022-10-02T00:00:00Z', hold_reason: 'bad data (ann)' };
    const setHead = (head: typeof hold | typeof FIRST_HEAD) =>
      lab.documents.transaction(async (tx) => tx.set(DOCUMENT_PATHS.head, head));
    await setHead(hold);
    expect(await lab.run('collect')).toMatchObject({ kind: 'held', refusal: { code: 'HELD' } });
    expect(await lab.state()).toMatchObject({ objects: [], record: { outcome: 'HELD', code: 'HELD' } });
    await setHead(FIRST_HEAD);
    for (const stage of ['collect', 'score', 'build'] as const) expect((await lab.run(stage)).kind).toBe('done');
    await setHead(hold);
    expect((await lab.run('publish')).kind).toBe('held');
    expect(releaseFiles((await lab.state()).objects)).toEqual({});
    await setHead(FIRST_HEAD);
    expect((await lab.run('publish')).kind).toBe('done');
    expect(await lab.state()).toMatchObject({ record: { outcome: 'PUBLISHED' }, summary: { publish_seq: 1 } });
  });
});

it('a release that replaces the pool waits for a second person, and goes on with their consent', async () => {
  const stores = memoryStores();
  // Without a carried state, so that the other market may be judged on its own.
  const params = { ...marketParams(), universe: { ...marketParams().universe, state: 'rederive' as const } };
  await runChain(stageLab(params, stores));
  const others = Array.from('MNOPQRSTUVWX', (letter) => `${letter}${letter}USDT`);
  const lab = stageLab(params, stores, smallMarket(others));
  const runKey = 'manual:another-market';
  await lab.run('collect', undefined, undefined, { runKey, revision: 2 });
  for (const stage of ['score', 'build'] as const) expect(await lab.run(stage)).toMatchObject({ kind: 'done' });
  expect(await lab.run('publish')).toMatchObject({ kind: 'refused', refusals: [{ code: 'APPROVAL_REQUIRED' }] });
  expect(await lab.runs.get(DOCUMENT_PATHS.run(runKey))).toMatchObject({ outcome: 'HELD', code: 'APPROVAL_REQUIRED' });
  // What an approver looks at lies where operators may look (docs/operations/run-states.md).
  const version = '2022-09-30-core_major-r2';
  for (const object of [`evidence/${version}/explain.json`, `releases/${version}/live_pool.json`])
    expect([object, (await lab.objects.stat(`${lab.layout.prefix}/${object}`)) !== null]).toEqual([object, true]);
  expect((await lab.runs.get(DOCUMENT_PATHS.run(runKey)))?.stages).toMatchObject({ refused: expect.stringContaining(version) });
  const approval = { reason: 'another market', requestedBy: 'ann', approvedBy: 'bob' };
  await approvePublish(depsOver(stores), { runKey, version, approval });
  expect((await lab.run('publish')).kind).toBe('done');
  expect(await lab.documents.get(DOCUMENT_PATHS.summary)).toMatchObject({ version: '2022-09-30-core_major-r2', publish_seq: 2 });
});

describe('what a stage refuses', () => {
  it('a key that names another run', async () => {
    const lab = stageLab();
    await lab.run('collect');
    const conflict = { code: 'RUN_CONFLICT', kind: 'terminal' };
    await expect(lab.run('collect', undefined, undefined, { revision: 2 })).rejects.toMatchObject(conflict);
    const other = { ...DEPLOYED, bundles: { ...DEPLOYED.bundles, publish: 'f'.repeat(64) } };
    await expect(lab.run('collect', undefined, undefined, { deployed: other })).rejects.toMatchObject(conflict);
    await expect(
      lab.run('collect', undefined, undefined, { params: { ...lab.loaded, sha256: 'f'.repeat(64) } }),
    ).rejects.toMatchObject(conflict);
  });

  it.each(['score', 'build', 'publish'] as const)('to go on as other code than the run was begun with: %s', async (changed) => {
    const lab = stageLab();
    for (const stage of STAGES.slice(0, STAGES.indexOf(changed))) await lab.run(stage);
    const other = { [changed]: 'f'.repeat(64) };
    await expect(lab.run(changed, undefined, undefined, {}, other)).rejects.toMatchObject({
      code: 'RUN_CONFLICT',
      message: expect.stringContaining('begun with the code of 0000000000'),
    });
    expect((await lab.run(changed)).kind).toBe('done');
  });

  it('nothing when a deployment in between left the chain as it was: the run keeps its commit', async () => {
    const lab = stageLab();
    await lab.run('collect');
    const later = { ...DEPLOYED, revision: '1'.repeat(40), bundles: { ...DEPLOYED.bundles, report: 'd'.repeat(64) } };
    expect(await lab.run('collect', undefined, undefined, { deployed: later })).toMatchObject({ kind: 'duplicate' });
    expect(await lab.runs.get(DOCUMENT_PATHS.run(RUN_KEY))).toMatchObject({ source_revision: DEPLOYED.revision });
  });

  it('a message that names another manifest', async () => {
    const lab = stageLab();
    await lab.run('collect');
    const message = { ...lab.lastMessage('score'), input_manifest_sha256: 'f'.repeat(64) };
    expect(await lab.run('score', message)).toMatchObject({ kind: 'refused', refusals: [{ code: 'RUN_CONFLICT' }] });
    expect(await lab.run('score', { ...lab.lastMessage('score'), stage: 'build' })).toMatchObject({
      kind: 'refused',
      refusals: [{ code: 'MESSAGE_INVALID' }],
    });
  });

  it.each(['collect_manifest.json', 'candles.parquet'])('a changed %s of the stage before', async (file) => {
    const lab = stageLab();
    await lab.run('collect');
    const name = `${lab.layout.prefix}/raw/${RUN_KEY}/${file}`;
    const stored = (await lab.objects.get(name))!;
    const bytes = Uint8Array.from(stored.bytes);
    bytes[40] = bytes[40]! ^ 1;
    await lab.objects.put(name, bytes, { ifGenerationMatch: stored.stat.generation, contentType: stored.stat.contentType });
    await expect(lab.run('score')).rejects.toMatchObject({ code: 'READBACK_MISMATCH', kind: 'terminal' });
    expect((await lab.state()).record).toMatchObject({ outcome: 'FAILED', code: 'READBACK_MISMATCH' });
  });

  it('a build that the pool refuses: the run ends REFUSED, and answers so again', async () => {
    const params = marketParams();
    const lab = stageLab({ ...params, pool: { ...params.pool, size: 13 } });
    await lab.run('collect');
    const refused = { kind: 'refused', refusals: [{ code: 'pool_underfilled' }] };
    expect(await lab.run('score')).toMatchObject(refused);
    expect((await lab.state()).record).toMatchObject({ outcome: 'REFUSED', code: 'pool_underfilled' });
    expect(await lab.run('score')).toMatchObject(refused);
  });

  it('stops when its time is spent, and goes on where it stopped', async () => {
    const lab = stageLab();
    const { candles } = lab.market.deps;
    const fetchPage = candles.fetchPage.bind(candles);
    const end = new AbortController();
    const pages: string[] = [];
    Object.assign(candles, {
      fetchPage: async (page: Parameters<typeof fetchPage>[0]) => {
        pages.push(page.symbol);
        if (pages.length === 6) end.abort(new LivepoolError('BUDGET_SPENT', 'transient', 'no time left'));
        return fetchPage(page);
      },
    });
    const stopped = lab.run('collect', undefined, undefined, { signal: end.signal });
    await expect(stopped).rejects.toMatchObject({ code: 'BUDGET_SPENT', kind: 'transient' });
    expect((await lab.state()).record).toMatchObject({ outcome: null });
    expect((await lab.run('collect')).kind).toBe('done');
    expect(pages).toHaveLength(2 * 13 + 1);
  });
});
