import { describe, expect, test } from 'vitest';
import { publish } from '#shared/release/publish/publish.ts';
import { restore } from '#shared/release/restore.ts';
import { rollback } from '#shared/release/rollback.ts';
import { type CallRecord, faultWire } from '../faults/fault-wire.ts';
import type { Turn } from './campaign/turn-gate.ts';
import { copyStores } from './support/copy-stores.ts';
import { processDeps } from './support/crash-sweep.ts';
import { type Actor, race } from './support/interleaving.ts';
import { approval, depsOver, memoryStores, publishInput, type Stores, V1, V2, V3 } from './support/release-lab.ts';

const newer: Actor = { name: 'newer', act: (deps) => publish(deps, publishInput(V3, { twist: 2 })) };
const back: Actor = { name: 'back', act: (deps) => rollback(deps, { runKey: 'manual:back', target: V1, approval }) };
const again: Actor = { name: 'again', act: (deps) => restore(deps, { runKey: 'manual:again', target: V2, approval }) };

const second: Actor = { name: 'second', act: (deps) => publish(deps, publishInput(V2, { twist: 1 })) };

async function world(...versions: readonly string[]): Promise<Stores> {
  const stores = memoryStores();
  for (const [twist, version] of versions.entries()) await publish(depsOver(stores), publishInput(version, { twist }));
  return stores;
}

async function callsOf(actor: Actor, past: Stores): Promise<readonly CallRecord[]> {
  const wire = faultWire();
  await actor.act(processDeps(await copyStores(past), wire.process(actor.name)));
  return wire.log;
}

const FOR_EVER = 1_000;

describe('one process sleeps between any two of its calls through the whole act of another', () => {
  test.each([
    ['a publish through a rollback', [V1, V2], newer, back],
    ['a rollback through a publish', [V1, V2], back, newer],
    // The mirror has the bytes of the rollback already: only its new generations stop the sleeper (rule O2).
    ['the second publish ever through a rollback to the first', [V1], second, back],
  ])('%s', { timeout: 180_000 }, async (_, versions, sleeper, other) => {
    const past = await world(...versions);
    const { length } = await callsOf(sleeper, past);
    expect(length).toBeGreaterThan(40);
    for (let calls = 0; calls <= length; calls++) {
      const plan = [
        { actor: 0, calls },
        { actor: 1, calls: FOR_EVER },
      ];
      await race(await copyStores(past), plan, [sleeper, other], []).catch((error: unknown) => {
        throw new Error(`asleep after ${calls} calls: ${String(error)}`, { cause: error });
      });
    }
  });
});

/**
 * The schedule that two processes cannot show (rule O1): a publish wakes for one copy, so that the rollback meets a foreign tag; while the
 * rollback asks, a third process finishes both and commits. If the rollback had proved its epoch before it read the new
 * generation, its next copy would go over the third one's mirror.
 */
test('a failed precondition answered across the act of a third process', { timeout: 180_000 }, async () => {
  const past = await world(V1, V2);
  const untilCopy = async (actor: Actor): Promise<number> =>
    (await callsOf(actor, past)).findIndex(({ operation }) => operation === 'copy');
  const [publishing, rollingBack] = [await untilCopy(newer), await untilCopy(back)];
  for (let asked = 0; asked < 8; asked++) {
    const plan: readonly Turn[] = [
      { actor: 0, calls: publishing },
      { actor: 1, calls: rollingBack },
      { actor: 0, calls: 1 },
      { actor: 1, calls: asked },
      { actor: 2, calls: FOR_EVER },
      { actor: 1, calls: FOR_EVER },
    ];
    const stores = await copyStores(past);
    await race(stores, plan, [newer, back, again], []).catch((error: unknown) => {
      throw new Error(`asleep after ${asked} further calls: ${String(error)}`, { cause: error });
    });
    expect(await stores.documents.get('head/CRYPTO_LIVE_POOL_ROTATION_LIVE_POOL')).toMatchObject({ committed_version: V2 });
  }
});
