import { describe, expect, test } from 'vitest';
import { DOCUMENT_PATHS } from '#shared/contracts/names.ts';
import { auditRelease } from '#shared/release/audit.ts';
import { releaseObject } from '#shared/release/layout.ts';
import { publish } from '#shared/release/publish/publish.ts';
import { restore } from '#shared/release/restore.ts';
import { rollback } from '#shared/release/rollback.ts';
import { faultWire } from '../faults/fault-wire.ts';
import { processDeps } from './support/crash-sweep.ts';
import { overwrite } from './support/foreign-writes.ts';
import { readStatement } from './support/read-acts.ts';
import { dieAt, head, isCommit, later, log, mirrorIs, puts, world } from './support/register-world.ts';
import {
  approval,
  build,
  depsOver,
  LAB_NOW_MS,
  publishInput,
  restlessClock,
  signerTwo,
  V1,
  V2,
  V3,
} from './support/release-lab.ts';

/** Crash and race register of release spec §7, C and D. A3 (forced run), A4 (stage messages) and G1 (lifecycle) belong to the cloud. */

describe('C damage', () => {
  test('C2, C5 an object altered or deleted after the seal is found by the auditor and stops a rollback before its intent', async () => {
    const stores = await world(V1, V2);
    const deps = depsOver(stores);
    const name = releaseObject(deps.layout, V1, 'live_pool.json');
    for (const bytes of [build(V1, { twist: 3 }).files.get('live_pool.json')!, null]) {
      await overwrite(stores, name, bytes);
      const report = await auditRelease(deps, { allReleases: true });
      expect(report.mismatches.map(({ code }) => code)).toContain('READBACK_MISMATCH');
      expect(await rollback(deps, { runKey: 'manual:x', target: V1, approval })).toMatchObject({
        outcome: 'REFUSED',
        refusal: { code: 'READBACK_MISMATCH' },
      });
      expect(await head(stores)).toMatchObject({ switching: false, publish_seq: 2 });
    }
  });

  test('bytes that change between upload and read-back stop the publish (READBACK_MISMATCH), nothing is sealed', async () => {
    const stores = await world(V1);
    const deps = depsOver(stores);
    const evil = build(V2, { twist: 4 }).files.get('live_pool.json')!;
    const get: typeof stores.objects.get = async (name, options) => {
      const stored = await stores.objects.get(name, options);
      return stored !== null && name.endsWith(`${V2}/live_pool.json`) ? { ...stored, bytes: evil } : stored;
    };
    const answer = await publish({ ...deps, objects: { ...stores.objects, get } }, publishInput(V2, { twist: 1 }));
    expect(answer).toMatchObject({ outcome: 'REFUSED', refusal: { code: 'READBACK_MISMATCH' } });
    expect(await stores.documents.get(DOCUMENT_PATHS.release(V2))).toBeNull();
    expect(await publish(depsOver(stores), publishInput(V2, { twist: 1 }))).toMatchObject({
      outcome: 'COMMITTED',
      publishSeq: 2,
    });
  });
});

describe('D conflicts of will', () => {
  test('D1, RL-14 same version, other content: VERSION_CONFLICT, stored bytes unchanged', async () => {
    const stores = await world(V1, V2);
    const before = (await stores.objects.list('')).map(({ name, generation }) => `${name}#${generation}`);
    const answer = await publish(depsOver(stores), publishInput(V2, { twist: 5, run: 'other' }));
    expect(answer).toMatchObject({ outcome: 'REFUSED', refusal: { code: 'VERSION_CONFLICT' } });
    expect((await stores.objects.list('')).map(({ name, generation }) => `${name}#${generation}`)).toEqual(before);
  });

  test('D1 the same while the first is staged but not sealed', async () => {
    const { stores } = await dieAt(puts(3, 'releases'));
    const answer = await publish(depsOver(stores, later()), publishInput(V2, { twist: 5, run: 'other' }));
    expect(answer).toMatchObject({ outcome: 'REFUSED', refusal: { code: 'VERSION_CONFLICT' } });
  });

  test('RL-14 same run key twice: the answer is repeated', async () => {
    const stores = await world(V1);
    expect(await publish(depsOver(stores), publishInput(V1))).toMatchObject({ outcome: 'COMMITTED', publishSeq: 1 });
    expect(await log(stores)).toEqual([1]);
  });

  test('RL-14 same content, other run record, sealed: NO_OP, also with another generated_at', async () => {
    const stores = await world(V1);
    for (const options of [{ run: 'b' }, { run: 'c', hour: 2 }]) {
      expect(await publish(depsOver(stores), publishInput(V1, options))).toMatchObject({ outcome: 'NO_OP', publishSeq: 1 });
    }
    expect(await log(stores)).toEqual([1]);
  });

  test('a manifest of another run that binds the same files is adopted', async () => {
    const { stores } = await dieAt(isCommit('releases/'));
    const answer = await publish(depsOver(stores, later()), publishInput(V2, { twist: 1, run: 'b', hour: 2 }));
    expect(answer).toMatchObject({ outcome: 'COMMITTED', publishSeq: 2, warnings: [] });
    expect(await mirrorIs(stores, V2, 1)).toBe(true);
  });

  test('one run key never stands for two builds', async () => {
    const stores = await world(V1);
    const other = { ...publishInput(V2, { twist: 1 }), runKey: `manual:${V1}.a` };
    expect(await publish(depsOver(stores), other)).toMatchObject({ outcome: 'REFUSED', refusal: { code: 'RUN_CONFLICT' } });
    expect(await publish(depsOver(stores), publishInput(V1))).toMatchObject({ outcome: 'COMMITTED' });
  });

  test('D2 a late older run is refused and leaves no object', async () => {
    const stores = await world(V1, V3);
    const answer = await publish(depsOver(stores), publishInput(V2));
    expect(answer).toMatchObject({ outcome: 'REFUSED', refusal: { code: 'SUPERSEDED' } });
    expect(await stores.objects.list(`${depsOver(stores).layout.prefix}/releases/${V2}/`)).toEqual([]);
    expect(await publish(depsOver(stores), publishInput(V2))).toMatchObject({ refusal: { code: 'SUPERSEDED' } });
  });

  test('D3 rollback and publish in any order: the last commit wins, the condemned version stays out', async () => {
    const before = await world(V1, V2);
    await rollback(depsOver(before), { runKey: 'manual:back', target: V1, approval });
    await publish(depsOver(before), publishInput(V3));
    expect(await head(before)).toMatchObject({ committed_version: V3, high_water: V3 });
    const after = await world(V1, V2, V3);
    await rollback(depsOver(after), { runKey: 'manual:back', target: V1, approval });
    for (const [version, twist] of [
      [V2, 1],
      [V3, 2],
    ] as const) {
      const late = publishInput(version, { twist, run: 'late' });
      expect(await publish(depsOver(after), late)).toMatchObject({ refusal: { code: 'SUPERSEDED' } });
    }
  });

  test('D4 rollback to missing, unsealed or wrongly signed versions is refused before the intent', async () => {
    const stores = await world(V1, V2);
    const to = (target: string, deps = depsOver(stores)) => rollback(deps, { runKey: `manual:${target}`, target, approval });
    expect(await to('2026-02-01-core_major')).toMatchObject({ refusal: { code: 'NOT_SEALED' } });
    expect(await to('../x')).toMatchObject({ refusal: { code: 'VERSION_INVALID' } });
    expect(await to(V1, depsOver(stores, { keys: [signerTwo] }))).toMatchObject({ refusal: { code: 'SIGNATURE_INVALID' } });
    expect(await head(stores)).toMatchObject({ switching: false, publish_seq: 2 });
  });

  test('D5 two rollbacks at once: two numbers, the last wins', async () => {
    const stores = await world(V1, V2, V3);
    await rollback(depsOver(stores), { runKey: 'manual:one', target: V2, approval });
    await rollback(depsOver(stores), { runKey: 'manual:two', target: V1, approval });
    expect(await head(stores)).toMatchObject({ committed_version: V1, committed_seq: 5, high_water: V3 });
  });

  test('RL-09 crash after 2 copies of v2, rollback to v1, then the first process wakes', async () => {
    const stores = await world(V1);
    let wake: () => void = () => undefined;
    const sleep = new Promise<void>((resolve) => {
      wake = resolve;
    });
    let copies = 0;
    let isAsleep: () => void = () => undefined;
    const asleep = new Promise<void>((resolve) => {
      isAsleep = resolve;
    });
    const wire = faultWire({
      before: async ({ process, operation }) => {
        if (process !== 'sleeper' || operation !== 'copy' || copies++ !== 2) return;
        isAsleep();
        await sleep;
      },
    });
    const sleeper = publish(processDeps(stores, wire.process('sleeper')), publishInput(V2, { twist: 1 }));
    await asleep;
    expect(await rollback(depsOver(stores), { runKey: 'manual:back', target: V1, approval })).toMatchObject({
      outcome: 'COMMITTED',
      publishSeq: 3,
      warnings: [],
    });
    const made = wire.log.length;
    wake();
    await expect(sleeper).rejects.toMatchObject({ code: 'EPOCH_LOST' });
    const woken = wire.log.slice(made).map(({ operation }) => operation);
    expect(woken.slice(0, 3)).toEqual(['copy', 'stat', 'get']);
    expect(woken).not.toContain('put');
    expect(await mirrorIs(stores, V1)).toBe(true);
    expect(await log(stores)).toEqual([1, 3]);
    expect(await head(stores)).toMatchObject({ committed_version: V1, high_water: V2 });
    expect(await publish(depsOver(stores), publishInput(V2, { twist: 1 }))).toMatchObject({ refusal: { code: 'SUPERSEDED' } });
  });

  test('an act of people happens once for its key, also after others acted', async () => {
    const stores = await world(V1, V2);
    const back = { runKey: 'manual:back', target: V1, approval };
    await rollback(depsOver(stores), back);
    await publish(depsOver(stores), publishInput(V3));
    expect(await rollback(depsOver(stores), back)).toMatchObject({ outcome: 'COMMITTED', publishSeq: 3 });
    expect(await head(stores)).toMatchObject({ committed_version: V3, committed_seq: 4 });
    expect(await rollback(depsOver(stores), { ...back, target: V2 })).toMatchObject({ refusal: { code: 'RUN_CONFLICT' } });
  });

  test.each([
    ['rollback to the committed version', rollback, V2, 'ROLLBACK_TARGET_INVALID'],
    ['rollback to a newer version', rollback, V3, 'ROLLBACK_TARGET_INVALID'],
    ['restore of an older version', restore, V1, 'ROLLBACK_TARGET_INVALID'],
    ['restore of the committed version', restore, V2, 'ROLLBACK_TARGET_INVALID'],
  ])('%s is refused', async (_, act, target, code) => {
    const stores = await world(V1, V2, V3);
    await rollback(depsOver(stores), { runKey: 'manual:back', target: V2, approval });
    expect(await act(depsOver(stores), { runKey: 'manual:x', target, approval })).toMatchObject({ refusal: { code } });
    expect(await head(stores)).toMatchObject({ publish_seq: 4, switching: false });
  });

  test('a stale target needs an explicit word', async () => {
    const stores = await world(V1, V2);
    const late = () => depsOver(stores, { clock: restlessClock(LAB_NOW_MS + 11 * 86_400_000) });
    const back = { runKey: 'manual:back', target: V1, approval };
    expect(await rollback(late(), back)).toMatchObject({ refusal: { code: 'ROLLBACK_TARGET_STALE' } });
    expect(await rollback(late(), { ...back, acceptStale: true })).toMatchObject({ outcome: 'COMMITTED' });
  });

  test.each([
    ['no reason', { ...approval, reason: ' ' }],
    ['no second person', { ...approval, approvedBy: '' }],
    ['the same person, where two are demanded', { ...approval, approvedBy: 'ada' }],
  ])('rollback and restore with %s are APPROVAL_REQUIRED', async (_, given) => {
    const stores = await world(V1, V2);
    const deps = depsOver(stores, { policy: { selfApproval: false } });
    expect(await rollback(deps, { runKey: 'manual:x', target: V1, approval: given })).toMatchObject({
      refusal: { code: 'APPROVAL_REQUIRED' },
    });
    expect(await stores.documents.list('requests')).toEqual([]);
  });

  test('the audit row of an override keeps what it condemns, through adoption', async () => {
    const { stores } = await dieAt(puts(2, 'current'));
    await rollback(depsOver(stores), { runKey: 'manual:back', target: V1, approval });
    expect(await readStatement(stores, 3)).toMatchObject({
      action: 'rollback',
      condemns: V2,
      reason: 'bad data',
      approved_by: 'bob',
      prev_seq: 1,
    });
  });
});
