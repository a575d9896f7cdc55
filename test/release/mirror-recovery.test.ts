import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RELEASE_FILES } from '#shared/contracts/artifact-files.ts';
import { DOCUMENT_PATHS, releaseNamespace } from '#shared/contracts/names.ts';
import type { DocumentData } from '#shared/ports/document-store.ts';
import { auditRelease } from '#shared/release/audit.ts';
import { currentObject, releaseObject } from '#shared/release/layout.ts';
import { publish } from '#shared/release/publish/publish.ts';
import { recover } from '#shared/release/recover.ts';
import type { ReleaseDeps } from '#shared/release/release-deps.ts';
import { rollback } from '#shared/release/rollback.ts';
import { CrashError, type Fault, faultWire } from '../faults/fault-wire.ts';
import { invariantJudge } from './invariants.ts';
import { copyStores } from './support/copy-stores.ts';
import { processDeps, singleFaults } from './support/crash-sweep.ts';
import { folderStores, removeFolder } from './support/folder-stores.ts';
import { overwrite } from './support/foreign-writes.ts';
import { type Actor, actorFault, race, SCHEDULES, turns } from './support/interleaving.ts';
import { readActs } from './support/read-acts.ts';
import { head, later, mirrorIs, summary, world } from './support/register-world.ts';
import {
  approval,
  build,
  depsOver,
  publishInput,
  restlessClock,
  type Stores,
  signerOne,
  V1,
  V2,
  V3,
} from './support/release-lab.ts';

const { layout } = depsOver({} as Stores);
const mirror = (file: (typeof RELEASE_FILES)[number]): string => currentObject(layout, file);
const mend = (deps: ReleaseDeps) => recover(deps, { runKey: 'manual:mend' });

const DAMAGES: readonly (readonly [string, (stores: Stores) => Promise<void>])[] = [
  ['one object edited', (s) => overwrite(s, mirror('live_pool.json'), new TextEncoder().encode('{}'))],
  ['the manifest deleted', (s) => overwrite(s, mirror('artifact_manifest.json'), null)],
  ['all five deleted', (s) => each((file) => overwrite(s, mirror(file), null))],
  ['replaced by the release before', (s) => each((file) => overwrite(s, mirror(file), build(V1).files.get(file)!))],
];

async function each(write: (file: (typeof RELEASE_FILES)[number]) => Promise<void>): Promise<void> {
  for (const file of RELEASE_FILES) await write(file);
}

async function damaged(damage: (stores: Stores) => Promise<void>): Promise<Stores> {
  const stores = await world(V1, V2);
  await damage(stores);
  return stores;
}

/** All that a repair must leave as it is: pointer, log, and the head but for its lease. */
async function pointerOf(stores: Stores): Promise<string> {
  const { epoch: _epoch, holder: _holder, lease_until: _until, ...state } = (await head(stores)) as DocumentData;
  return JSON.stringify([state, await summary(stores), await readActs(stores)]);
}

describe('a damaged mirror of the committed release', () => {
  test.each(DAMAGES)('%s: recover writes it anew, makes no act, and then has nothing to do', async (_, damage) => {
    const stores = await damaged(damage);
    const before = await pointerOf(stores);
    const answer = await mend(depsOver(stores));
    expect(answer).toMatchObject({ outcome: 'NO_OP', version: V2, publishSeq: 2, refusal: null, warnings: [] });
    expect(answer.mended.length).toBeGreaterThan(0);
    expect(await mirrorIs(stores, V2, 1)).toBe(true);
    expect(await pointerOf(stores)).toBe(before);
    expect(await auditRelease(depsOver(stores), { allReleases: true })).toMatchObject({ ok: true });
    expect(await mend(depsOver(stores))).toMatchObject({ outcome: 'NO_OP', mended: [] });
  });

  test('with a single release ever, which no rollback could mend', async () => {
    const stores = await world(V1);
    await overwrite(stores, mirror('latest_ranking.csv'), null);
    expect((await mend(depsOver(stores))).mended).toEqual([mirror('latest_ranking.csv')]);
    expect(await mirrorIs(stores, V1)).toBe(true);
  });

  test.each(DAMAGES.slice(2))(
    '%s, killed at every call: nothing but the mirror moves, and a fresh process ends it',
    async (_, damage) => {
      const past = await damaged(damage);
      const before = await pointerOf(past);
      const recording = faultWire();
      await mend(processDeps(await copyStores(past), recording.process('p')));
      const faults = singleFaults(recording.log, [1, 6, 10_000]);
      expect(faults.length).toBeGreaterThan(40);
      for (const fault of faults) await dieAndComeBack(await copyStores(past), fault, before);
    },
  );

  test('beside damage elsewhere nothing is touched, and every finding is named', async () => {
    const stores = await damaged(DAMAGES[0]![1]);
    await overwrite(stores, releaseObject(layout, V2, 'live_pool.json'), new Uint8Array());
    const { refusal, outcome, mended } = await mend(depsOver(stores));
    expect({ outcome, mended, code: refusal?.code }).toEqual({ outcome: 'REFUSED', mended: [], code: 'READBACK_MISMATCH' });
    expect(refusal?.message).toMatch(/it was replaced or edited.*current\/live_pool\.json has SHA-256/);
    expect(await mirrorIs(stores, V2, 1)).toBe(false);
  });

  test('a stranger in the mirror stays, and is named', async () => {
    const stores = await damaged(DAMAGES[0]![1]);
    await overwrite(stores, `${layout.prefix}/current/x.json`, new Uint8Array());
    const answer = await mend(depsOver(stores));
    expect(answer.warnings.map(({ message }) => message)).toEqual([expect.stringMatching(/x\.json does not belong/)]);
    expect(await mend(depsOver(stores))).toMatchObject({ outcome: 'REFUSED', refusal: { code: 'AUDIT_MISMATCH' } });
  });

  test('a process that holds the lease is waited for', async () => {
    const stores = await damaged(DAMAGES[0]![1]);
    const busy = { ...(await head(stores))!, holder: 'manual:other', lease_until: '2026-04-02T03:16:00Z' };
    await stores.documents.transaction(async (tx) => tx.set(DOCUMENT_PATHS.head, busy));
    await expect(mend(depsOver(stores))).rejects.toMatchObject({ code: 'LEASE_BUSY' });
    expect((await mend(depsOver(stores, later()))).mended).toHaveLength(1);
  });

  test.each(['stat', 'copy'] as const)(
    'asleep before its first %s while a newer release is published: it touches nothing',
    async (at) => {
      const stores = await damaged(DAMAGES[0]![1]);
      const deps = depsOver(stores, { policy: { leaseMs: 0 } });
      let isAsleep = true;
      const sleepThrough = async (): Promise<void> => {
        if (isAsleep) {
          isAsleep = false;
          await publish(depsOver(stores), publishInput(V3, { twist: 2 }));
        }
      };
      const objects = {
        ...stores.objects,
        [at]: async (...args: readonly never[]) => {
          await sleepThrough();
          return (stores.objects[at] as (...rest: readonly never[]) => Promise<unknown>)(...args);
        },
      };
      await expect(mend({ ...deps, objects })).rejects.toMatchObject({ code: 'EPOCH_LOST' });
      expect(await mirrorIs(stores, V3, 2)).toBe(true);
    },
  );

  test('files changed by hand on the disk', async () => {
    const stores = folderStores();
    await publish(depsOver(stores), publishInput(V1));
    writeFileSync(join(stores.root, 'objects', mirror('live_pool.json')), 'edited');
    expect((await mend(depsOver(stores))).mended).toEqual([mirror('live_pool.json')]);
    expect(await mirrorIs(stores, V1)).toBe(true);
    stores.close();
    removeFolder(stores.root);
  });
});

describe('a repair beside acts, under every order of their calls', () => {
  const repair = (name: string): Actor => ({
    name,
    act: (deps) => recover(deps, { runKey: `manual:${name}`, seizeLease: true }),
  });
  const newer: Actor = { name: 'newer', act: (deps) => publish(deps, publishInput(V3, { twist: 2 })) };
  const back: Actor = { name: 'back', act: (deps) => rollback(deps, { runKey: 'manual:back', target: V1, approval }) };

  test.each([
    ['publish', [repair('mend'), newer]],
    ['rollback', [repair('mend'), back]],
    ['another repair and a publish', [repair('mend'), repair('twin'), newer]],
  ] as const)('%s: I1–I8 hold at the end and after late writes', { timeout: 600_000 }, async (_, actors) => {
    const pasts = await Promise.all(DAMAGES.map(([, damage]) => damaged(damage)));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...pasts),
        turns(actors.length),
        fc.tuple(...actors.map(() => actorFault)),
        async (past, plan, faults) => race(await copyStores(past), plan, actors, faults, { damagedMirror: true }),
      ),
      SCHEDULES,
    );
    expect(SCHEDULES.numRuns).toBeGreaterThan(0);
  });
});

async function dieAndComeBack(stores: Stores, fault: Fault, before: string): Promise<void> {
  const when = `fault ${JSON.stringify(fault)}`;
  const judge = invariantJudge(stores, { publicKeys: [signerOne.publicKeyDer], namespace: releaseNamespace('dev') });
  const wire = faultWire({ after: async () => expect(await pointerOf(stores), when).toBe(before) });
  const clock = restlessClock();
  await expect(mend(processDeps(stores, wire.process('first', [fault]), clock)), when).rejects.toThrow(CrashError);
  clock.advance(301_000);
  await mend(processDeps(stores, wire.process('last'), clock));
  await judge.checkSettled(`${when}, at the end`);
  await wire.flush();
  await judge.checkSettled(`${when}, after late writes`);
  expect(await pointerOf(stores), when).toBe(before);
}
