import { describe, expect, test } from 'vitest';
import { DOCUMENT_PATHS } from '#shared/contracts/names.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import { auditRelease } from '#shared/release/audit.ts';
import { holdPublishing, liftHold } from '#shared/release/hold.ts';
import { acquire } from '#shared/release/publish/acquire.ts';
import { publish } from '#shared/release/publish/publish.ts';
import { recover } from '#shared/release/recover.ts';
import { rollback } from '#shared/release/rollback.ts';
import { dieAt, head, isCommit, mirrorIs, puts, summary, world } from './support/register-world.ts';
import {
  approval,
  depsOver,
  LAB_NOW_MS,
  publishInput,
  restlessClock,
  signerOne,
  signerTwo,
  V1,
  V2,
  V3,
} from './support/release-lab.ts';

/** Crash and race register of release spec §7, E to G. A3 (forced run), A4 (stage messages) and G1 (lifecycle) belong to the cloud. */

describe('E the network', () => {
  test('E3 answers that fail for ever end in a bounded time and can be resumed', async () => {
    const stores = await world(V1);
    const clock = restlessClock();
    const noAnswer = () => Promise.reject(new LivepoolError('STORE_UNAVAILABLE', 'transient', 'no answer'));
    const down = depsOver({ ...stores, objects: { ...stores.objects, stat: noAnswer } }, { clock });
    await expect(publish(down, publishInput(V2, { twist: 1 }))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(clock.nowMs() - LAB_NOW_MS).toBeLessThan(60_000);
    expect(await stores.documents.get(DOCUMENT_PATHS.run(`manual:${V2}.a`))).toMatchObject({ outcome: 'FAILED' });
    const slow = depsOver(stores, { clock, policy: { budgetMs: 60_000, lastWriteMs: 55_000 } });
    const copy: typeof stores.objects.copy = (source, target, options) => {
      clock.advance(30_000);
      return stores.objects.copy(source, target, options);
    };
    const late = { ...slow, objects: { ...stores.objects, copy } };
    clock.advance(120_000);
    await expect(publish(late, publishInput(V2, { twist: 1 }))).rejects.toMatchObject({
      code: 'BUDGET_SPENT',
      kind: 'transient',
    });
    clock.advance(120_000);
    expect(await publish(depsOver(stores, { clock }), publishInput(V2, { twist: 1 }))).toMatchObject({ outcome: 'COMMITTED' });
  });

  test('a budget that is spent after the commit is a warning, never a failure', async () => {
    const stores = await world(V1);
    const clock = restlessClock();
    const put: typeof stores.objects.put = (name, bytes, options) => {
      if (name.includes('/monthly/')) clock.advance(300_000);
      return stores.objects.put(name, bytes, options);
    };
    const deps = depsOver({ ...stores, objects: { ...stores.objects, put } }, { clock });
    const answer = await publish(deps, publishInput(V2, { twist: 1 }));
    expect(answer).toMatchObject({ outcome: 'COMMITTED', publishSeq: 2, warnings: [{ code: 'BUDGET_SPENT' }] });
  });

  test('E4 a clock that jumps back ten days changes liveness, never safety', async () => {
    const { stores } = await dieAt(puts(2, 'current'));
    const past = depsOver(stores, { clock: restlessClock(LAB_NOW_MS - 10 * 86_400_000) });
    await expect(recover(past, { runKey: 'manual:r' })).rejects.toMatchObject({ code: 'LEASE_BUSY' });
    expect(await recover(past, { runKey: 'manual:r', seizeLease: true })).toMatchObject({ outcome: 'COMMITTED', version: V2 });
    expect(await mirrorIs(stores, V2, 1)).toBe(true);
  });

  test('E5, E6 a process that wakes after its epoch is over commits nothing', async () => {
    const { stores } = await dieAt(puts(2, 'current'));
    await acquire(depsOver(stores), { holder: 'manual:other', seize: true });
    await expect(publish(depsOver(stores), publishInput(V2, { twist: 1 }))).rejects.toMatchObject({ code: 'LEASE_BUSY' });
    expect(await summary(stores)).toMatchObject({ version: V1 });
  });

  test('two writes of one object keep their distance where the store needs it', async () => {
    const { stores } = await dieAt(isCommit('strategy/'));
    const clock = restlessClock(LAB_NOW_MS + 301_000);
    const times = new Map<string, number[]>();
    const copy: typeof stores.objects.copy = (source, target, options) => {
      times.set(target, [...(times.get(target) ?? []), clock.nowMs()]);
      return stores.objects.copy(source, target, options);
    };
    const deps = depsOver({ ...stores, objects: { ...stores.objects, copy } }, { clock, policy: { sameObjectGapMs: 1_000 } });
    expect(await publish(deps, publishInput(V3))).toMatchObject({ adopted: { target: V2 }, outcome: 'COMMITTED' });
    for (const [first = 0, second = 0] of times.values()) expect(second - first).toBeGreaterThanOrEqual(1_000);
    expect(times.size).toBe(5);
  });
});

describe('F and G', () => {
  test('G2 a key rotated during a switch: the former seal holds, the pointer carries the present key', async () => {
    const { stores } = await dieAt(puts(2, 'current'));
    const rotated = (clock = restlessClock(LAB_NOW_MS + 301_000)) =>
      depsOver(stores, { clock, signer: signerTwo, keys: [signerOne, signerTwo] });
    expect(await recover(rotated(), { runKey: 'manual:r' })).toMatchObject({ outcome: 'COMMITTED', version: V2, warnings: [] });
    expect(await summary(stores)).toMatchObject({ key_id: signerTwo.keyId });
    expect(await auditRelease(rotated(), { allReleases: true })).toMatchObject({ ok: true });
    expect(await rollback(rotated(), { runKey: 'manual:back', target: V1, approval })).toMatchObject({
      outcome: 'COMMITTED',
      warnings: [],
    });
  });

  test('OV-18 hold: a publish ends HELD without a write, rollback stays possible, the same run goes on afterwards', async () => {
    const stores = await world(V1, V2);
    await holdPublishing(depsOver(stores), { untilMs: LAB_NOW_MS + 3_600_000, reason: 'look', requestedBy: 'ada' });
    const before = await stores.objects.list('');
    expect(await publish(depsOver(stores), publishInput(V3))).toMatchObject({ outcome: 'HELD', refusal: { code: 'HELD' } });
    expect(await stores.objects.list('')).toEqual(before);
    expect(await stores.documents.get(DOCUMENT_PATHS.run(`manual:${V3}.a`))).toMatchObject({ outcome: 'HELD' });
    expect(await rollback(depsOver(stores), { runKey: 'manual:back', target: V1, approval })).toMatchObject({
      outcome: 'COMMITTED',
    });
    await liftHold(depsOver(stores), approval);
    expect(await publish(depsOver(stores), publishInput(V3))).toMatchObject({ outcome: 'COMMITTED', publishSeq: 4 });
  });

  test('a refused build leaves pointer, mirror and objects unchanged (I8)', async () => {
    const stores = await world(V1);
    const bad = publishInput(V2, { twist: 1 });
    const files = new Map(bad.files).set('latest_universe.json', new TextEncoder().encode('{}'));
    const before = await stores.objects.list('');
    const answer = await publish(depsOver(stores), { ...bad, files });
    expect(answer).toMatchObject({ outcome: 'REFUSED', refusal: { code: 'VALIDATION_FAILED' } });
    expect(answer.refusal?.details?.errors).toHaveProperty('length');
    expect(await stores.objects.list('')).toEqual(before);
    expect(await head(stores)).toMatchObject({ committed_version: V1, publish_seq: 1 });
  });
});
