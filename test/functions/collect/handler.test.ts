import { describe, expect, it } from 'vitest';
import { DOCUMENT_PATHS } from '#shared/contracts/names.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import type { CollectRequest, CollectStageDeps } from '#shared/pipeline/stages/collect-request.ts';
import { runRefresh } from '#shared/pipeline/stages/refresh-stage.ts';
import type { CandleSource } from '#shared/ports/candle-source.ts';
import { FIRST_HEAD } from '#shared/release/head.ts';
import { handleCollect } from '../../../functions/collect/handler.ts';
import { runTimeMs, SEPTEMBER } from '../../pipeline/small-market.ts';
import { DEPLOYED, RUN_KEY, stageLab, TRACE } from '../../pipeline/stage-lab.ts';
import { restlessClock } from '../../release/support/release-lab.ts';
import { contextOf, postOf } from '../run-context.ts';

const SCHEDULE = {
  'x-cloudscheduler-jobname': 'projects/p/locations/l/jobs/pool-monthly',
  'x-cloudscheduler-scheduletime': '2022-10-01T03:15:00Z',
};

/** `collect` over memory stores, a few seconds after its slot. */
function collectFunction() {
  const lab = stageLab();
  /** Candles that the venue was asked for. */
  let candles = 0;
  const open = (): CollectStageDeps => {
    const deps = lab.collectDeps();
    const fetchPage: CandleSource['fetchPage'] = async (request) => {
      const page = await deps.candles.fetchPage(request);
      candles += page.candles.length;
      return page;
    };
    return { ...deps, candles: { ...deps.candles, fetchPage } };
  };
  const handle = handleCollect({
    clock: restlessClock(runTimeMs(SEPTEMBER) + 4_321),
    open,
    params: lab.loaded,
    deployed: async () => DEPLOYED,
    volumeScale: 1,
  });
  return {
    lab,
    asked: () => candles,
    send: (body: unknown, headers: Readonly<Record<string, string>> = {}) =>
      handle(postOf(body, headers), contextOf('scheduler@example.com')),
  };
}

it('a schedule begins the run of its slot at the time of its slot, and the same slot again is the same run', async () => {
  const { lab, send } = collectFunction();
  expect(await send({ mode: 'core_major' }, SCHEDULE)).toMatchObject({ kind: 'done', fields: { run_key: RUN_KEY } });
  expect(await lab.runs.get(DOCUMENT_PATHS.run(RUN_KEY))).toMatchObject({
    logical_time: '2022-10-01T03:15:00Z',
    as_of: '2022-09-30',
  });
  expect(await send({ mode: 'core_major' }, SCHEDULE)).toMatchObject({ kind: 'duplicate' });
  expect(lab.sent.map(({ data }) => data.run_key)).toEqual([RUN_KEY, RUN_KEY]);
});

it('a person begins a run under an id of their own, at the present, for a day they name', async () => {
  const { lab, send } = collectFunction();
  const wish = { run_id: 'fix-1', as_of: '2022-09-29', revision: 2 };
  expect(await send(wish, SCHEDULE)).toMatchObject({ kind: 'done', fields: { run_key: 'manual:fix-1' } });
  const record = await lab.runs.get(DOCUMENT_PATHS.run('manual:fix-1'));
  expect(record).toMatchObject({ logical_time: '2022-10-01T03:15:04Z', as_of: '2022-09-29' });
  await expect(send({ ...wish, revision: 3 })).rejects.toMatchObject({ code: 'RUN_CONFLICT' });
});

it('a run that stopped goes on under its own key, and one that never began does not', async () => {
  const { lab, send } = collectFunction();
  const hold = { ...FIRST_HEAD, hold_until: '2022-10-02T00:00:00Z', hold_reason: 'bad data (ann)' };
  const setHead = (head: typeof hold | typeof FIRST_HEAD) =>
    lab.documents.transaction(async (tx) => tx.set(DOCUMENT_PATHS.head, head));
  await setHead(hold);
  expect(await send({ mode: 'core_major' }, SCHEDULE)).toMatchObject({ kind: 'held' });
  await setHead(FIRST_HEAD);
  expect(await send({ resume: RUN_KEY })).toMatchObject({ kind: 'done', fields: { run_key: RUN_KEY } });
  expect(await lab.runs.get(DOCUMENT_PATHS.run(RUN_KEY))).toMatchObject({ logical_time: '2022-10-01T03:15:00Z', outcome: null });
  expect(await send({ resume: 'manual:never' })).toMatchObject({ kind: 'bad_request', refusal: { code: 'RUN_KEY_MISSING' } });
});

it('a day that is not over is refused, and the same run may try again', async () => {
  const { lab, send } = collectFunction();
  const wish = { run_id: 'early', as_of: '2022-10-01' };
  expect(await send(wish)).toMatchObject({ kind: 'terminal', refusals: [{ code: 'open_candle' }] });
  expect(await lab.runs.get(DOCUMENT_PATHS.run('manual:early'))).toMatchObject({ outcome: 'FAILED', code: 'open_candle' });
  expect(await send(wish)).toMatchObject({ kind: 'terminal' });
});

it.each<[string, unknown, Readonly<Record<string, string>>]>([
  ['without a run', { mode: 'core_major' }, {}],
  ['for another mode', { mode: 'broad' }, SCHEDULE],
  ['with a wish that no schedule may have', { as_of: '2022-09-29' }, SCHEDULE],
  ['with an unknown field', { force: true }, SCHEDULE],
  ['that refreshes a release', { run_id: 'a', purpose: 'refresh', revision: 2 }, {}],
  ['that begins and resumes', { run_id: 'a', resume: RUN_KEY }, {}],
  ['with a date that does not exist', { run_id: 'a', as_of: '2022-02-30' }, {}],
  ['that is no object', [], SCHEDULE],
])('a request %s is no request, and leaves nothing', async (_what, body, headers) => {
  const { lab, send } = collectFunction();
  expect(await send(body, headers)).toMatchObject({ kind: 'bad_request' });
  expect(await lab.runs.list('runs')).toEqual([]);
  expect(await lab.objects.list('')).toEqual([]);
});

/** A refresh that is cut off before the venue answered. */
async function beginRefresh(lab: ReturnType<typeof stageLab>, request: CollectRequest): Promise<void> {
  const signal = AbortSignal.abort(new LivepoolError('BUDGET_SPENT', 'transient', 'no time'));
  await expect(runRefresh(lab.collectDeps(), request, { trace: TRACE, signal })).rejects.toMatchObject({ code: 'BUDGET_SPENT' });
  expect(await lab.runs.get(DOCUMENT_PATHS.run(request.runKey))).toMatchObject({ outcome: null });
}

const DAILY = {
  'x-cloudscheduler-jobname': 'projects/p/locations/l/jobs/collect-daily',
  'x-cloudscheduler-scheduletime': '2022-10-01T01:30:00Z',
};

describe('the daily refresh', () => {
  const runKey = 'collect-daily:20221001T013000Z';

  it('fills the cold tier, ends its run record, and starts no other stage', async () => {
    const { lab, send } = collectFunction();
    const done = await send({ purpose: 'refresh' }, DAILY);
    expect(done).toMatchObject({ kind: 'done', fields: { run_key: runKey, purpose: 'refresh', failed: 0 } });
    expect(await lab.runs.get(DOCUMENT_PATHS.run(runKey))).toMatchObject({
      logical_time: '2022-10-01T01:30:00Z',
      as_of: '2022-09-30',
      outcome: 'NO_OP',
      code: null,
    });
    expect((await lab.market.archive.read('memory')).length).toBeGreaterThan(1);
    expect(lab.sent).toEqual([]);
    expect(await lab.objects.list('')).toEqual([]);
  });

  it('the same slot again asks the venue for nothing', async () => {
    const { lab, send, asked } = collectFunction();
    await send({ purpose: 'refresh' }, DAILY);
    const [before, candles] = [await lab.runs.get(DOCUMENT_PATHS.run(runKey)), asked()];
    expect(await send({ purpose: 'refresh' }, DAILY)).toMatchObject({ kind: 'duplicate' });
    expect(await lab.runs.get(DOCUMENT_PATHS.run(runKey))).toEqual(before);
    expect(asked()).toBe(candles);
  });

  it('goes on after an update between two tries', async () => {
    const { lab } = collectFunction();
    const later = { ...DEPLOYED, bundles: { ...DEPLOYED.bundles, score: 'e'.repeat(64) } };
    const request = { ...lab.request, runKey };
    await beginRefresh(lab, request);
    expect(await runRefresh(lab.collectDeps(), { ...request, deployed: later }, { trace: TRACE })).toMatchObject({
      kind: 'done',
    });
  });

  it('goes on under a hold, which is about publishing', async () => {
    const { lab, send } = collectFunction();
    const hold = { ...FIRST_HEAD, hold_until: '2022-10-02T00:00:00Z', hold_reason: 'bad data (ann)' };
    await lab.documents.transaction(async (tx) => tx.set(DOCUMENT_PATHS.head, hold));
    expect(await send({ purpose: 'refresh' }, DAILY)).toMatchObject({ kind: 'done' });
  });

  it('is not the run that makes a release: neither can go on as the other', async () => {
    const { send } = collectFunction();
    await send({ run_id: 'fill', purpose: 'refresh' });
    await expect(send({ run_id: 'fill' })).rejects.toMatchObject({ code: 'RUN_CONFLICT' });
    await send({ run_id: 'make' });
    await expect(send({ run_id: 'make', purpose: 'refresh' })).rejects.toMatchObject({ code: 'RUN_CONFLICT' });
  });

  it('a message that names it as a collected run finds no stage to go on from', async () => {
    const { lab, send } = collectFunction();
    await send({ purpose: 'refresh' }, DAILY);
    const forged = { run_key: runKey, stage: 'collect', input_manifest_sha256: 'f'.repeat(64), trace: TRACE } as const;
    expect(await lab.run('score', forged)).toMatchObject({ kind: 'not_ready' });
  });

  it('a day that is not over leaves it FAILED, to be tried again', async () => {
    const { lab, send } = collectFunction();
    const wish = { run_id: 'early', as_of: '2022-10-01', purpose: 'refresh' };
    expect(await send(wish)).toMatchObject({ kind: 'terminal', refusals: [{ code: 'open_candle' }] });
    expect(await lab.runs.get(DOCUMENT_PATHS.run('manual:early'))).toMatchObject({ outcome: 'FAILED' });
    expect(lab.sent).toEqual([]);
  });

  it('leaves the monthly run little to ask for', async () => {
    const alone = collectFunction();
    await alone.send({}, SCHEDULE);
    const helped = collectFunction();
    await helped.send({ purpose: 'refresh' }, DAILY);
    const before = helped.asked();
    expect(await helped.send({}, SCHEDULE)).toMatchObject({ kind: 'done', fields: { run_key: RUN_KEY } });
    expect(helped.asked() - before).toBeLessThan(alone.asked() / 10);
    const frozen = (lab: typeof alone.lab) => lab.objects.get(`${lab.layout.prefix}/raw/${RUN_KEY}/candles.parquet`);
    expect((await frozen(helped.lab))?.bytes).toEqual((await frozen(alone.lab))?.bytes);
  });
});
