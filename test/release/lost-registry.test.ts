import { describe, expect, test } from 'vitest';
import { memoryDocumentStore } from '#shared/adapters/memory/document-store.ts';
import { auditRelease } from '#shared/release/audit.ts';
import { holdPublishing } from '#shared/release/hold.ts';
import { publish } from '#shared/release/publish/publish.ts';
import { recover } from '#shared/release/recover.ts';
import { rollback } from '#shared/release/rollback.ts';
import { overwrite } from './support/foreign-writes.ts';
import { world } from './support/register-world.ts';
import {
  approval,
  build,
  depsOver,
  LAB_NOW_MS,
  memoryStores,
  publishInput,
  type Stores,
  V1,
  V2,
  V3,
} from './support/release-lab.ts';

/** The objects of two releases over an empty database. */
async function lostWorld(): Promise<Stores> {
  return { ...(await world(V1, V2)), documents: memoryDocumentStore() };
}

const LOST = { outcome: 'REFUSED', refusal: { code: 'REGISTRY_LOST' } };

describe('objects of releases without the documents that name them', () => {
  test('the audit names that alone, and not every object as a stranger', async () => {
    const report = await auditRelease(depsOver(await lostWorld()), { allReleases: true });
    expect(report.mismatches.map(({ code }) => code)).toEqual(['REGISTRY_LOST']);
    expect(report.mismatches[0]?.details?.remedy).toMatch(/R-12/);
  });

  test('no act begins on top of it, and no document is written', async () => {
    const stores = await lostWorld();
    expect(await publish(depsOver(stores), publishInput(V3, { twist: 2 }))).toMatchObject(LOST);
    expect(await rollback(depsOver(stores), { runKey: 'manual:back', target: V1, approval })).toMatchObject(LOST);
    expect(await recover(depsOver(stores), { runKey: 'manual:mend' })).toMatchObject(LOST);
    for (const collection of ['head', 'runs', 'requests', 'releases', 'log']) {
      expect(await stores.documents.list(collection)).toEqual([]);
    }
  });

  test('a hold on the empty database does not hide it', async () => {
    const stores = await lostWorld();
    await holdPublishing(depsOver(stores), { untilMs: LAB_NOW_MS + 1000, reason: 'a look', requestedBy: 'ada' });
    expect(await publish(depsOver(stores), publishInput(V3, { twist: 2 }))).toMatchObject(LOST);
  });

  test('the objects of a first publish that died before its intent are no loss', async () => {
    const stores = memoryStores();
    const { layout } = depsOver(stores);
    for (const [file, bytes] of build(V1).files) await overwrite(stores, `${layout.prefix}/releases/${V1}/${file}`, bytes);
    expect((await auditRelease(depsOver(stores))).ok).toBe(true);
    expect(await publish(depsOver(stores), publishInput(V1))).toMatchObject({ outcome: 'COMMITTED' });
  });
});
