import { describe, expect, test } from 'vitest';
import { memoryObjectStore } from '#shared/adapters/memory/object-store.ts';
import { evidenceObject, releasePrefix } from '#shared/release/layout.ts';
import { publish } from '#shared/release/publish/publish.ts';
import { loadReleaseFiles, verifyRelease } from '#shared/release/verify-release.ts';
import { verifyStored, verifyVersion } from '#shared/release/verify-version.ts';
import { overwrite } from './support/foreign-writes.ts';
import { build, depsOver, memoryStores, publishInput, signerOne, signerTwo, trust, V1, V2 } from './support/release-lab.ts';

async function published() {
  const stores = memoryStores();
  const deps = depsOver(stores);
  const input = publishInput(V1);
  await publish(deps, input);
  const { files } = await loadReleaseFiles(stores.objects, releasePrefix(deps.layout, V1));
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
    const { files } = await loadReleaseFiles(stores.objects, prefix);
    const report = verifyRelease({ files, validation });
    expect(report.ok).toBe(false);
    expect(new Set(report.validation.errors.map(({ rule }) => rule)).size).toBeGreaterThan(3);
  });

  test('an empty place has no files; an oversized object is not read', async () => {
    expect(await loadReleaseFiles(memoryObjectStore(), 'nowhere')).toEqual({ files: new Map(), findings: [] });
    const { stores, deps } = await published();
    const prefix = releasePrefix(deps.layout, V1);
    await overwrite(stores, `${prefix}/live_pool.json`, new Uint8Array(1_048_577));
    const { files, findings } = await loadReleaseFiles(stores.objects, prefix);
    expect([...files.keys()]).not.toContain('live_pool.json');
    expect(findings.map(({ code }) => code)).toEqual(['INPUT_TOO_LARGE']);
  });
});

describe('verify a version of a store', () => {
  const garbage = new TextEncoder().encode('{"symbols": ["x"]}');

  test('a whole one holds, by its seal and from the objects alone', async () => {
    const { deps, validation } = await published();
    expect(await verifyVersion(deps, V1, () => validation)).toMatchObject({ ok: true, signature: 'verified', findings: [] });
    expect(await verifyStored(deps, V1, () => validation)).toMatchObject({ ok: true, signature: 'verified' });
  });

  test('every departure from the seal is listed beside every broken rule', async () => {
    const { stores, deps, validation } = await published();
    const prefix = releasePrefix(deps.layout, V1);
    await overwrite(stores, `${prefix}/live_pool.json`, garbage);
    await overwrite(stores, `${prefix}/latest_universe.json`, null);
    await overwrite(stores, `${prefix}/latest_ranking.csv`, new Uint8Array(1_048_577));
    await overwrite(stores, `${prefix}/x.json`, garbage);
    const report = await verifyVersion(deps, V1, () => validation);
    expect(report.ok).toBe(false);
    expect(report.findings.map(({ code, message }) => `${code} ${message}`)).toEqual([
      expect.stringMatching(/^READBACK_MISMATCH .*latest_universe\.json .*it was deleted/),
      expect.stringMatching(/^READBACK_MISMATCH .*latest_ranking\.csv .*1048577 bytes/),
      expect.stringMatching(/^READBACK_MISMATCH .*live_pool\.json .*replaced or edited/),
      expect.stringMatching(/^AUDIT_MISMATCH .*x\.json is a sixth object/),
      expect.stringMatching(/^INPUT_TOO_LARGE /),
      expect.stringMatching(/^SIGNATURE_INVALID /),
    ]);
    expect(report.validation.errors.length).toBeGreaterThan(1);
  });

  test('one that was never sealed, and one whose signature is gone', async () => {
    const { stores, deps, validation } = await published();
    expect((await verifyVersion(deps, V2, () => validation)).findings[0]).toMatchObject({ code: 'NOT_SEALED' });
    await overwrite(stores, evidenceObject(deps.layout, V1, 'release.dsse.json'), null);
    const report = await verifyStored(deps, V1, () => validation);
    expect(report.findings).toMatchObject([{ code: 'SIGNATURE_INVALID' }]);
  });
});
