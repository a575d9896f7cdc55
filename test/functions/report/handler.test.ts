import { expect, it } from 'vitest';
import { memoryDocumentStore } from '#shared/adapters/memory/document-store.ts';
import { DOCUMENT_PATHS } from '#shared/contracts/names.ts';
import type { RunRecord } from '#shared/contracts/run-record.ts';
import type { BusMessage } from '#shared/ports/event-bus.ts';
import { answerOf } from '../../../functions/edge/answer-of.ts';
import { handleReport } from '../../../functions/report/handler.ts';
import { LAB_NOW_MS, memoryStores, restlessClock, type Stores, V2 } from '../../release/support/release-lab.ts';
import { publishedStores, reportDeps, shadowTables } from '../../reports/report-lab.ts';
import { contextOf, postOf } from '../run-context.ts';

const ANNOUNCED = {
  run_key: 'manual:a',
  stage: 'publish',
  input_manifest_sha256: 'a'.repeat(64),
  trace: 'manual:a/2',
  version: V2,
  publish_seq: '2',
  action: 'publish',
  summary: 'strategy/CRYPTO_LIVE_POOL_ROTATION_LIVE_POOL',
};

async function reportFunction(given?: Stores) {
  const stores = given ?? (await publishedStores());
  const sent: BusMessage[] = [];
  const runs = memoryDocumentStore();
  const handle = handleReport({
    bus: { publish: async (message) => void sent.push(message) },
    clock: restlessClock(),
    runs,
    open: (nowMs) => reportDeps(stores, nowMs),
  });
  const push = (data: object) =>
    handle(
      postOf({
        message: { data: Buffer.from(JSON.stringify(data)).toString('base64'), messageId: '1' },
        subscription: 'projects/p/subscriptions/report',
      }),
      contextOf('push@example.com'),
    );
  const context = contextOf('scheduler@example.com');
  const ask = (body: unknown, headers: Readonly<Record<string, string>> = {}) => handle(postOf(body, headers), context);
  return { stores, runs, sent, push, ask, events: context.events };
}

it('an announcement is answered once the release is shadowed, and the second delivery changes nothing', async () => {
  const { stores, push } = await reportFunction();
  expect(await push(ANNOUNCED)).toMatchObject({ kind: 'not_ready', refusal: { code: 'stage_not_ready' } });
  await shadowTables(stores);
  expect(await push(ANNOUNCED)).toMatchObject({ kind: 'done', fields: { report: `release/${V2}/0000000002` } });
  expect(await push(ANNOUNCED)).toMatchObject({ kind: 'duplicate' });
});

it('a message of another shape ends in the dead letters', async () => {
  const { sent, push } = await reportFunction();
  expect(await push({ ...ANNOUNCED, version: 'latest' })).toMatchObject({ kind: 'terminal' });
  expect(sent).toMatchObject([{ topic: 'pool-published-dlq' }]);
});

it('a schedule reports on the period of its slot, a person on any', async () => {
  const { ask } = await reportFunction();
  const slot = { 'x-cloudscheduler-scheduletime': '2026-04-01T00:20:00Z' };
  expect(await ask({ kind: 'daily' }, slot)).toMatchObject({ kind: 'done', fields: { report: 'daily/2026-04-01' } });
  expect(await ask({ kind: 'daily' }, slot)).toMatchObject({ kind: 'duplicate' });
  const today = new Date(LAB_NOW_MS).toISOString().slice(0, 10);
  expect(await ask({ kind: 'daily' })).toMatchObject({ kind: 'done', fields: { report: `daily/${today}` } });
  expect(await ask({ kind: 'weekly', at: '2026-03-30T00:40:00Z' })).toMatchObject({ fields: { report: 'weekly/2026-W14' } });
  expect(await ask({ kind: 'monthly' })).toMatchObject({ kind: 'not_ready' });
});

it.each(['daily', 'weekly', 'monthly'])('before the first release there is no %s report, and nobody is woken', async (kind) => {
  const { stores, ask, events } = await reportFunction(memoryStores());
  const outcome = await ask({ kind }, { 'x-cloudscheduler-scheduletime': '2026-04-01T00:20:00Z' });
  expect(outcome).toMatchObject({ kind: 'no_op', fields: { code: 'NO_RELEASE' } });
  expect(answerOf(outcome).status).toBe(204);
  expect(events).toEqual(['report.no_release']);
  expect(await stores.objects.list('')).toEqual([]);
});

it('an announcement without a release stays an error', async () => {
  const { push } = await reportFunction(memoryStores());
  expect(await push(ANNOUNCED)).toMatchObject({ kind: 'terminal', refusals: [{ code: 'NO_RELEASE' }] });
});

it('a slot that is not due is not taken by a forced job', async () => {
  const { ask } = await reportFunction();
  const next = { 'x-cloudscheduler-scheduletime': '2026-04-03T00:20:00Z' };
  expect(await ask({ kind: 'daily' }, next)).toMatchObject({ kind: 'bad_request', refusal: { code: 'REQUEST_INVALID' } });
  expect(await ask({ kind: 'daily', at: '2026-04-02T00:20:00Z' }, next)).toMatchObject({ kind: 'done' });
});

it.each([[{}], [{ kind: 'yearly' }], [{ kind: 'daily', at: 'yesterday' }], [{ kind: 'daily', force: true }], [[]]])(
  'a request %j is refused',
  async (body) => {
    const { ask } = await reportFunction();
    expect(await ask(body)).toMatchObject({ kind: 'bad_request', refusal: { code: 'REQUEST_INVALID' } });
  },
);

const WATCH = { 'x-cloudscheduler-scheduletime': '2026-04-01T05:15:00Z' };

it('the watchdog of a month without a release writes the line that wakes somebody, and is no failure itself', async () => {
  const { ask, events, stores } = await reportFunction(memoryStores());
  const outcome = await ask({ kind: 'watchdog' }, WATCH);
  expect(outcome).toMatchObject({
    kind: 'done',
    fields: { watchdog: 'missing', found: expect.stringContaining('20260401T031500Z') },
  });
  expect(answerOf(outcome).status).toBe(204);
  expect(events).toEqual(['watchdog.release_missing']);
  expect(await stores.objects.list('')).toEqual([]);
});

it('the watchdog of a month with its release says nothing', async () => {
  const { ask, events, runs } = await reportFunction();
  const record: RunRecord = {
    logical_time: '2026-04-01T03:15:00Z',
    as_of: '2026-03-31',
    inputs: [],
    params_id: 'core_major',
    params_sha256: 'a'.repeat(64),
    source_revision: 'b'.repeat(40),
    seed: 1,
    stages: {},
    outcome: 'PUBLISHED',
    code: null,
  };
  await runs.transaction(async (tx) => tx.set(DOCUMENT_PATHS.run('pool-monthly:20260401T031500Z'), record));
  expect(await ask({ kind: 'watchdog' }, WATCH)).toMatchObject({ kind: 'done', fields: { watchdog: 'released' } });
  expect(events).toEqual([]);
});
