import { describe, expect, test } from 'vitest';
import { DOCUMENT_PATHS } from '#shared/contracts/names.ts';
import { auditRelease } from '#shared/release/audit.ts';
import { heartbeatObject } from '#shared/release/layout.ts';
import { publish } from '#shared/release/publish/publish.ts';
import { recover } from '#shared/release/recover.ts';
import { rollback } from '#shared/release/rollback.ts';
import { commitOf, dieAt, head, isCommit, later, log, mirrorIs, puts, summary, world } from './support/register-world.ts';
import { approval, depsOver, memoryStores, publishInput, V1, V2, V3 } from './support/release-lab.ts';

/** Crash and race register of release spec §7, A and B. A3 (forced run), A4 (stage messages) and G1 (lifecycle) belong to the cloud. */

describe('A two triggers', () => {
  test('A1 two runs of one version: identical bytes, one act, the other a no-op', async () => {
    const stores = memoryStores();
    const answers = await Promise.allSettled([
      publish(depsOver(stores), publishInput(V1, { run: 'a' })),
      publish(depsOver(stores), publishInput(V1, { run: 'b' })),
    ]);
    for (const run of ['a', 'b']) await publish(depsOver(stores, later()), publishInput(V1, { run }));
    expect(answers.some(({ status }) => status === 'fulfilled')).toBe(true);
    expect(await log(stores)).toHaveLength(1);
    expect(await mirrorIs(stores, V1)).toBe(true);
  });

  test('A1 two runs with other bytes for one version: one is refused and nothing of the other is touched', async () => {
    const stores = await world(V1);
    const answer = await publish(depsOver(stores), publishInput(V1, { twist: 2, run: 'b' }));
    expect(answer).toMatchObject({ outcome: 'REFUSED', refusal: { code: 'VERSION_CONFLICT' } });
    expect(await auditRelease(depsOver(stores), { allReleases: true })).toMatchObject({ ok: true });
  });

  test('A2 the same run started again while the first still works', async () => {
    const stores = await world(V1);
    await Promise.allSettled([1, 2].map(() => publish(depsOver(stores), publishInput(V2, { twist: 1 }))));
    await publish(depsOver(stores, later()), publishInput(V2, { twist: 1 }));
    expect(await head(stores)).toMatchObject({ committed_version: V2, switching: false });
    expect(await stores.documents.list('log')).toHaveLength(2);
    expect(await mirrorIs(stores, V2, 1)).toBe(true);
  });
});

describe('B a crash, then the same run again', () => {
  test.each([
    ['B1 before the first upload', 'releases', 0],
    ['B2 after 1 release object', 'releases', 1],
    ['B3 after 2 release objects', 'releases', 2],
    ['B4 after 3 release objects', 'releases', 3],
    ['B5 after 4 release objects', 'releases', 4],
  ])('%s: not sealed, so nobody can reach it', async (_, prefix, count) => {
    const { stores, again } = await dieAt(puts(count, prefix));
    expect((await stores.objects.list(`${depsOver(stores).layout.prefix}/releases/${V2}/`)).length).toBe(count);
    expect(await stores.documents.get(DOCUMENT_PATHS.release(V2))).toBeNull();
    expect(await rollback(depsOver(stores), { runKey: 'manual:x', target: V2, approval })).toMatchObject({
      refusal: { code: 'NOT_SEALED' },
    });
    expect(await again()).toMatchObject({ outcome: 'COMMITTED', publishSeq: 2 });
  });

  test('B6 after five uploads, before the seal', async () => {
    const { stores, again } = await dieAt(isCommit('releases/'));
    expect(await stores.documents.get(DOCUMENT_PATHS.release(V2))).toBeNull();
    expect(await again()).toMatchObject({ outcome: 'COMMITTED', publishSeq: 2 });
  });

  test('B7 after the seal, before the intent: a harmless orphan, and the next publish passes', async () => {
    const { stores } = await dieAt(isCommit('releases/'), 'applied');
    expect(await head(stores)).toMatchObject({ switching: false, committed_version: V1 });
    expect(await publish(depsOver(stores), publishInput(V3))).toMatchObject({ outcome: 'COMMITTED', publishSeq: 2 });
    expect(await auditRelease(depsOver(stores), { allReleases: true })).toMatchObject({ ok: true });
  });

  test.each([
    ['B8 after the lease transaction', commitOf(0, 'head/'), 'applied'],
    ['B9 between observe and intent', commitOf(1, 'head/'), 'none'],
  ] as const)('%s: no effect, the next epoch works once the lease is out', async (_, at, effect) => {
    const { stores } = await dieAt(at, effect);
    expect(await head(stores)).toMatchObject({ switching: false, publish_seq: 1 });
    await expect(publish(depsOver(stores), publishInput(V3))).rejects.toMatchObject({ code: 'LEASE_BUSY' });
    expect(await publish(depsOver(stores, later()), publishInput(V3))).toMatchObject({ outcome: 'COMMITTED', publishSeq: 2 });
  });

  test.each([
    ['B10 after the intent, no copy', 0],
    ['B11 after 1 copy', 1],
    ['B12 after 2 copies', 2],
    ['B13 after 3 copies', 3],
    ['B14 after 4 copies', 4],
  ])('%s: the pointer is old; a fresh process finishes under a new number', async (_, copies) => {
    const { stores } = await dieAt(puts(copies, 'current'));
    expect(await head(stores)).toMatchObject({ switching: true, target: V2, publish_seq: 2 });
    expect(await summary(stores)).toMatchObject({ version: V1, publish_seq: 1 });
    expect(await recover(depsOver(stores, later()), { runKey: 'manual:auditor' })).toMatchObject({
      outcome: 'COMMITTED',
      version: V2,
      publishSeq: 3,
      adopted: { target: V2 },
    });
    expect(await log(stores)).toEqual([1, 3]);
    expect(await mirrorIs(stores, V2, 1)).toBe(true);
  });

  test('B15 after five copies, before the commit: the mirror is new, the pointer old', async () => {
    const { stores, again } = await dieAt(isCommit('strategy/'));
    expect(await mirrorIs(stores, V2, 1)).toBe(true);
    expect(await summary(stores)).toMatchObject({ version: V1 });
    expect(await again()).toMatchObject({ outcome: 'COMMITTED', publishSeq: 3 });
  });

  test('B16 after the commit, before its answer: final, and said again', async () => {
    const { stores, again } = await dieAt(isCommit('strategy/'), 'applied');
    expect(await summary(stores)).toMatchObject({ version: V2, publish_seq: 2 });
    expect(await again()).toMatchObject({ outcome: 'COMMITTED', publishSeq: 2 });
    expect(await log(stores)).toEqual([1, 2]);
  });

  test('B17 before heartbeat, announcement or audit: the release stands, AFTER is made up for', async () => {
    const { stores, again } = await dieAt((call) => call.isWrite && call.target.includes('/monthly/'));
    const { layout } = depsOver(stores);
    expect(await head(stores)).toMatchObject({ committed_version: V2, switching: false });
    expect(await stores.objects.stat(heartbeatObject(layout, V2))).toBeNull();
    expect(await again()).toMatchObject({ outcome: 'COMMITTED', publishSeq: 2 });
    expect(await stores.objects.stat(heartbeatObject(layout, V2))).not.toBeNull();
  });

  test('adopted by another publish: first the open switch, then its own act', async () => {
    const { stores } = await dieAt(puts(2, 'current'));
    expect(await publish(depsOver(stores, later()), publishInput(V3))).toMatchObject({
      outcome: 'COMMITTED',
      publishSeq: 4,
      adopted: { target: V2, action: 'publish', publishSeq: 3 },
    });
    expect(await log(stores)).toEqual([1, 3, 4]);
    expect(await stores.documents.get(DOCUMENT_PATHS.run(`manual:${V2}.a`))).toMatchObject({ outcome: 'PUBLISHED' });
  });
});
