import { describe, expect, test } from 'vitest';
import { memoryObjectStore } from '#shared/adapters/memory/object-store.ts';
import { RELEASE_FILES } from '#shared/contracts/artifact-files.ts';
import { DOCUMENT_PATHS } from '#shared/contracts/names.ts';
import { utf8 } from '#shared/core/text-bytes.ts';
import { ABSENT } from '#shared/ports/object-store.ts';
import { auditRelease } from '#shared/release/audit.ts';
import { releaseObject } from '#shared/release/layout.ts';
import { recover } from '#shared/release/recover.ts';
import { restore } from '#shared/release/restore.ts';
import { rollback } from '#shared/release/rollback.ts';
import { overwrite } from './support/foreign-writes.ts';
import { world } from './support/register-world.ts';
import { approval, depsOver, type Stores, V1, V2 } from './support/release-lab.ts';

/** The documents of a project as they were, and its objects in a new bucket: all are there, none is the generation that was sealed. */
async function inAnotherBucket({ objects, documents }: Stores, folders: readonly string[]): Promise<Stores> {
  const copies = memoryObjectStore();
  for (let i = 0; i < 50; i++)
    await copies.put('used', utf8(String(i)), { ifGenerationMatch: await generationOf(copies), contentType: 'text/plain' });
  for (const { name } of await objects.list('')) {
    const stored = await objects.get(name);
    if (stored === null || !folders.some((folder) => name.includes(`/${folder}/`))) continue;
    const { contentType, metadata } = stored.stat;
    await copies.put(name, stored.bytes, { ifGenerationMatch: ABSENT, contentType, metadata });
  }
  return { objects: copies, documents };
}

async function generationOf(objects: Stores['objects']): Promise<string> {
  return (await objects.stat('used'))?.generation ?? ABSENT;
}

describe('objects that were restored or copied', () => {
  test('are the release when their digests are the sealed ones: audited, mended, and moved between', async () => {
    const former = await world(V1, V2);
    const stores = await inAnotherBucket(former, ['releases', 'evidence', 'log']);
    const deps = depsOver(stores);
    for (const file of RELEASE_FILES) {
      const name = releaseObject(deps.layout, V2, file);
      expect((await stores.objects.stat(name))?.generation).not.toBe((await former.objects.stat(name))?.generation);
    }
    const codes = async () => (await auditRelease(deps, { allReleases: true })).mismatches.map(({ message }) => message);
    expect((await codes()).filter((message) => !message.includes('/current/'))).toEqual([]);
    await recover(deps, { runKey: 'manual:mend' });
    expect(await codes()).toEqual([]);
    expect(await rollback(deps, { runKey: 'manual:back', target: V1, approval })).toMatchObject({ outcome: 'COMMITTED' });
    expect(await restore(deps, { runKey: 'manual:forth', target: V2, approval })).toMatchObject({ outcome: 'COMMITTED' });
    expect(await codes()).toEqual([]);
    const manifest = await stores.objects.stat(releaseObject(deps.layout, V2, 'artifact_manifest.json'));
    expect(await stores.documents.get(DOCUMENT_PATHS.summary)).toMatchObject({ manifest_generation: manifest?.generation });
  });

  test('are refused with one other byte', async () => {
    const stores = await inAnotherBucket(await world(V1, V2), ['releases', 'evidence', 'log', 'current']);
    const deps = depsOver(stores);
    await overwrite(stores, releaseObject(deps.layout, V1, 'live_pool.json'), utf8('{}'));
    expect((await auditRelease(deps, { allReleases: true })).mismatches).toMatchObject([{ code: 'READBACK_MISMATCH' }]);
    expect(await rollback(deps, { runKey: 'manual:back', target: V1, approval })).toMatchObject({
      outcome: 'REFUSED',
      refusal: { code: 'READBACK_MISMATCH' },
    });
  });
});
