import { describe, expect, test } from 'vitest';
import { memoryObjectStore } from '#shared/adapters/memory/object-store.ts';
import { evidenceObject, releasePrefix } from '#shared/release/layout.ts';
import { publish } from '#shared/release/publish/publish.ts';
import { loadReleaseFiles, verifyRelease } from '#shared/release/verify-release.ts';
import { overwrite } from './support/foreign-writes.ts';
import { build, depsOver, memoryStores, publishInput, signerOne, signerTwo, trust, V1 } from './support/release-lab.ts';

async function published() {
  const stores = memoryStores();
  const deps = depsOver(stores);
  const input = publishInput(V1);
  await publish(deps, input);
  const files = await loadReleaseFiles(stores.objects, releasePrefix(deps.layout, V1));
  const envelope = (await stores.objects.get(evidenceObject(deps.layout, V1, 'release.dsse.json')))!.bytes;
  const validation = { ...input.validation, referenceDate: '2026-04-02' };
  return { stores, deps, files, envelope, validation };
}

describe('verify a release on its own', () => {
  test('a published one holds with its signature, and without', async () => {
    const { files, envelope, validation } = await published();
    const keys = [trust(signerOne)];
    expect(verifyRelease({ files, validation, signed: { envelope, keys } })).toMatchObject({ ok: true, signature: 'verified' });
    expect(verifyRelease({ files, validation })).toMatchObject({ ok: true, signature: 'absent' });
  });

  test('an unknown key, and a statement about other bytes', async () => {
    const { files, envelope, validation } = await published();
    const unknown = { envelope, keys: [trust(signerTwo)] };
    expect(verifyRelease({ files, validation, signed: unknown })).toMatchObject({ ok: false, signature: 'invalid' });
    const other = { files: build(V1, { twist: 1 }).files, validation, signed: { envelope, keys: [trust(signerOne)] } };
    expect(verifyRelease(other)).toMatchObject({ ok: false, signature: 'invalid', validation: { ok: true } });
  });

  test('every violation is listed, not the first one', async () => {
    const { stores, deps, validation } = await published();
    const prefix = releasePrefix(deps.layout, V1);
    await overwrite(stores, `${prefix}/live_pool.json`, new TextEncoder().encode('{"symbols": ["x"]}'));
    const report = verifyRelease({ files: await loadReleaseFiles(stores.objects, prefix), validation });
    expect(report.ok).toBe(false);
    expect(new Set(report.validation.errors.map(({ rule }) => rule)).size).toBeGreaterThan(3);
  });

  test('an empty place is no release; an oversized object is not read', async () => {
    const objects = memoryObjectStore();
    await expect(loadReleaseFiles(objects, 'nowhere')).rejects.toMatchObject({ code: 'FILE_MISSING' });
    const { stores, deps } = await published();
    const prefix = releasePrefix(deps.layout, V1);
    await overwrite(stores, `${prefix}/live_pool.json`, new Uint8Array(1_048_577));
    await expect(loadReleaseFiles(stores.objects, prefix)).rejects.toMatchObject({ code: 'INPUT_TOO_LARGE' });
  });
});
