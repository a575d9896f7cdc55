import { describe, expect, it } from 'vitest';
import { memoryDocumentStore } from '#shared/adapters/memory/document-store.ts';
import { WORKER_COLLECTIONS, WORKER_PATHS } from '#shared/contracts/names.ts';
import type { DocumentStore } from '#shared/ports/document-store.ts';
import { appendContinuity, continuityRecords, type UnlinkedContinuity } from '#shared/supervision/continuity-log.ts';
import { brokenLink } from '#shared/supervision/hash-chain.ts';
import { pruneWorkerLog } from '#shared/supervision/prune-worker-log.ts';
import { RecoveryLog } from '#shared/supervision/recovery-log.ts';
import { WORKER_PARAMS } from './worker-params.ts';

const NOW_MS = 1_767_225_600_000;
const DAY_MS = 86_400_000;
const { retention } = WORKER_PARAMS;

const RECORD: UnlinkedContinuity = {
  ts: NOW_MS,
  phase: 'unset',
  build: { version: '0.1.0', git_sha: '', image_digest: '' },
  instance_id: 'w-1',
  lease_epoch: 1,
  status: 'active',
  started_at: NOW_MS,
  uptime_s: 0,
  availability: { window_h: 24, pct: '100.00', ok_probes: 1, total_probes: 1 },
  components: {},
  sources: [],
  config_hash: '',
  schema_hash: '',
};

async function put(store: DocumentStore, path: string, data: Readonly<Record<string, number | string>>): Promise<void> {
  await store.transaction(async (tx) => tx.set(path, data));
}

async function idsOf(store: DocumentStore, collection: string): Promise<readonly string[]> {
  return (await store.list(collection)).map(({ id }) => id);
}

describe('pruning of what the worker wrote', () => {
  it('takes the log’s oldest end after a year, and what is left is a chain that holds and goes on', async () => {
    const store = memoryDocumentStore();
    const recoveries = new RecoveryLog(store);
    const step = { id: 'r-1', component: 'ws_manager', venue: null, step: 'verify', detail: '' } as const;
    for (const daysAgo of [500, 366, 365.1, 364.9, 1]) {
      await appendContinuity(store, { ...RECORD, ts: NOW_MS - daysAgo * DAY_MS });
      await recoveries.append({ ...step, ts: NOW_MS - daysAgo * DAY_MS });
    }
    expect(await pruneWorkerLog(store, retention, NOW_MS)).toMatchObject({ continuityLog: 3, recoveryLog: 3 });
    await appendContinuity(store, RECORD);
    await recoveries.append({ ...step, ts: NOW_MS });
    const [records, steps] = [await continuityRecords(store, 100), await recoveries.newest(100)];
    expect([records.length, brokenLink(records), steps.map(({ seq }) => seq), brokenLink(steps)]).toEqual([
      3,
      undefined,
      [4, 5, 6],
      undefined,
    ]);
    expect(await pruneWorkerLog(store, retention, NOW_MS)).toMatchObject({ continuityLog: 0, recoveryLog: 0 });
  });

  it('forgets a nonce only when its command is far too old to be used, and a key when it names nothing any more', async () => {
    expect(retention.commands_ms).toBeGreaterThan(2 * WORKER_PARAMS.recovery.signature_window_ms);
    expect(retention.recoveries_ms).toBeGreaterThan(3_600_000);
    const store = memoryDocumentStore();
    for (const [nonce, ageMs] of [
      ['old', retention.commands_ms + 1],
      ['new', retention.commands_ms - 1],
    ] as const) {
      await put(store, WORKER_PATHS.command(nonce), { by: 'ann', used_at: NOW_MS - ageMs });
      await put(store, WORKER_PATHS.recovery(nonce), {
        id: 'r-1',
        at: NOW_MS - ageMs - retention.recoveries_ms + retention.commands_ms,
      });
    }
    expect(await pruneWorkerLog(store, retention, NOW_MS)).toMatchObject({ commands: 1, recoveries: 1 });
    expect([await idsOf(store, WORKER_COLLECTIONS.commands), await idsOf(store, WORKER_COLLECTIONS.recoveries)]).toEqual([
      ['new'],
      ['new'],
    ]);
  });

  it('goes through collections of many pages', async () => {
    const store = memoryDocumentStore();
    for (let i = 0; i < 950; i++) {
      await put(store, WORKER_PATHS.command(`n${i}`), { used_at: i % 3 === 0 ? NOW_MS : 0 });
    }
    expect((await pruneWorkerLog(store, retention, NOW_MS)).commands).toBe(950 - 317);
    expect(await idsOf(store, WORKER_COLLECTIONS.commands)).toHaveLength(317);
  });
});
