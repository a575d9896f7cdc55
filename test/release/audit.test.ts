import { describe, expect, test } from 'vitest';
import { DOCUMENT_PATHS, sequenceText } from '#shared/contracts/names.ts';
import type { DocumentData } from '#shared/ports/document-store.ts';
import { auditRelease } from '#shared/release/audit.ts';
import { verifyChain } from '#shared/release/chain.ts';
import { currentObject, logObject, releaseObject } from '#shared/release/layout.ts';
import { listReleases } from '#shared/release/list-releases.ts';
import { publish } from '#shared/release/publish/publish.ts';
import { readLog } from '#shared/release/read-log.ts';
import { rollback } from '#shared/release/rollback.ts';
import { releaseHistory, showRelease } from '#shared/release/show-release.ts';
import { overwrite, setDocument } from './support/foreign-writes.ts';
import { approval, build, depsOver, memoryStores, publishInput, type Stores, V1, V2, V3 } from './support/release-lab.ts';

/** V1, V2 and back to V1: three acts, a condemned version. */
async function world(): Promise<Stores> {
  const stores = memoryStores();
  await publish(depsOver(stores), publishInput(V1));
  await publish(depsOver(stores), publishInput(V2, { twist: 1 }));
  await rollback(depsOver(stores), { runKey: 'manual:back', target: V1, approval });
  return stores;
}

async function change(stores: Stores, path: string, fields: DocumentData): Promise<void> {
  await setDocument(stores, path, { ...(await stores.documents.get(path)), ...fields });
}

const entryPath = (seq: number) => `log/${sequenceText(seq)}`;

describe('auditor', () => {
  test('a healthy world has no mismatch, and its log is copied out of the database', async () => {
    const stores = await world();
    const deps = depsOver(stores);
    expect(await auditRelease(deps, { copyLog: true, allReleases: true })).toEqual({
      ok: true,
      committedVersion: V1,
      publishSeq: 3,
      highWater: V2,
      switching: false,
      mismatches: [],
      mirror: [],
    });
    for (const seq of [1, 2, 3]) expect(await stores.objects.stat(logObject(deps.layout, seq))).not.toBeNull();
  });

  test('an empty world is healthy too', async () => {
    expect(await auditRelease(depsOver(memoryStores()))).toMatchObject({ ok: true, committedVersion: null });
  });

  const layout = depsOver(memoryStores()).layout;
  const foreign = build(V2, { twist: 3 }).files.get('live_pool.json')!;
  const damages: readonly (readonly [string, (stores: Stores) => Promise<void>, string])[] = [
    [
      'a mirror object of another release',
      (s) => overwrite(s, currentObject(layout, 'live_pool.json'), foreign),
      'live_pool.json has SHA-256',
    ],
    ['a mirror object gone', (s) => overwrite(s, currentObject(layout, 'latest_universe.json'), null), 'missing from the mirror'],
    ['a stranger in the mirror', (s) => overwrite(s, `${layout.prefix}/current/x.json`, foreign), 'does not belong'],
    ['a sealed object altered', (s) => overwrite(s, releaseObject(layout, V1, 'live_pool.json'), foreign), 'should have SHA-256'],
    [
      'a sealed object edited in place',
      (s) => overwrite(s, releaseObject(layout, V1, 'live_pool.json'), foreign),
      'replaced or edited',
    ],
    ['a sealed object gone', (s) => overwrite(s, releaseObject(layout, V1, 'live_pool.json'), null), 'found nothing'],
    ['a sixth object in a release', (s) => overwrite(s, `${layout.prefix}/releases/${V1}/x.json`, foreign), 'a sixth object'],
    ['a summary that names another version', (s) => change(s, DOCUMENT_PATHS.summary, { version: V2 }), 'summary document'],
    ['a summary with reordered symbols', (s) => change(s, DOCUMENT_PATHS.summary, { mode: 'x' }), 'mode is not the signed one'],
    ['the summary gone', (s) => s.documents.transaction(async (tx) => tx.delete(DOCUMENT_PATHS.summary)), 'missing'],
    ['a high water below the committed version', (s) => change(s, DOCUMENT_PATHS.head, { high_water: null }), 'high_water'],
    ['a head that names another act', (s) => change(s, DOCUMENT_PATHS.head, { committed_seq: 2 }), 'the log ends with act 3'],
    [
      'a log entry gone from the end',
      (s) => s.documents.transaction(async (tx) => tx.delete(entryPath(3))),
      'the log ends with act 2',
    ],
    ['a log entry gone from the middle', (s) => s.documents.transaction(async (tx) => tx.delete(entryPath(2))), 'predecessor'],
    ['a log entry that says another version', (s) => change(s, entryPath(2), { version: V3 }), 'version differs'],
    [
      'a registry entry over other bytes',
      (s) => change(s, DOCUMENT_PATHS.release(V1), { content_digest: 'a'.repeat(64) }),
      'cannot be used',
    ],
    ['a registry entry that is unreadable', (s) => change(s, DOCUMENT_PATHS.release(V1), { status: 'x' }), 'shape'],
    ['a log copy gone', (s) => overwrite(s, logObject(layout, 3), null), '0000000003.dsse.json is missing'],
    ['a log copy that differs', (s) => overwrite(s, logObject(layout, 2), foreign), 'differs from the log'],
    ['a log copy beyond the log', (s) => overwrite(s, logObject(layout, 9), foreign), 'log does not have'],
  ];

  test.each(damages)('finds %s', async (_, damage, expected) => {
    const stores = await world();
    await damage(stores);
    const report = await auditRelease(depsOver(stores), { allReleases: true });
    expect(report.ok).toBe(false);
    expect(report.mismatches.map(({ message }) => message).join('\n')).toContain(expected);
  });

  test('a damaged file of a release is listed once', async () => {
    const stores = await world();
    await overwrite(stores, releaseObject(layout, V1, 'live_pool.json'), foreign);
    expect((await auditRelease(depsOver(stores), { allReleases: true })).mismatches).toHaveLength(1);
  });

  test('two damages are both reported', async () => {
    const stores = await world();
    await overwrite(stores, currentObject(layout, 'live_pool.json'), null);
    await change(stores, DOCUMENT_PATHS.head, { high_water: null });
    expect((await auditRelease(depsOver(stores))).mismatches.length).toBeGreaterThanOrEqual(2);
  });
});

describe('chain', () => {
  test('RL-06 form: every entry names number and hash of the one before; a replaced entry breaks it', async () => {
    const stores = await world();
    const { trustedKeys: keys, namespace } = depsOver(stores);
    const entries = await readLog(stores.documents);
    expect(verifyChain(entries, { keys, namespace })).toMatchObject({ mismatches: [], tip: { seq: 3, version: V1 } });
    expect(verifyChain(entries.slice(1), { keys, namespace }).mismatches.length).toBeGreaterThan(0);
    expect(verifyChain([...entries].reverse(), { keys, namespace }).mismatches.length).toBeGreaterThan(0);
    expect(verifyChain(entries, { keys, namespace: 'prod:x' }).mismatches).toHaveLength(3);
    expect(verifyChain(entries, { keys: [], namespace }).mismatches).toHaveLength(3);
  });
});

describe('list and show', () => {
  test('every release with what became of it, newest first', async () => {
    const stores = await world();
    const list = await listReleases(depsOver(stores));
    expect(list).toMatchObject({ committedVersion: V1, publishSeq: 3, highWater: V2, openSwitch: null, hold: null });
    expect(list.releases.map(({ version, status, publishSeqs }) => [version, status, publishSeqs])).toEqual([
      [V2, 'condemned', [2]],
      [V1, 'committed', [1, 3]],
    ]);
    await publish(depsOver(stores), publishInput(V3));
    expect((await listReleases(depsOver(stores))).releases.map(({ status }) => status)).toEqual([
      'committed',
      'previous',
      'previous',
    ]);
  });

  test('one release with its signed facts and acts', async () => {
    const stores = await world();
    const shown = await showRelease(depsOver(stores), V1);
    expect(shown).toMatchObject({ release: { status: 'committed' }, statement: { version: V1 } });
    expect(shown.acts.map(({ action, publish_seq }) => [action, publish_seq])).toEqual([
      ['publish', 1],
      ['rollback', 3],
    ]);
    expect((await releaseHistory(depsOver(stores))).acts[2]).toMatchObject({
      condemns: V2,
      reason: 'bad data',
      approved_by: 'bob',
    });
    await expect(showRelease(depsOver(stores), V3)).rejects.toMatchObject({ code: 'NOT_SEALED' });
  });
});
