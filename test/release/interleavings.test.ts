import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { publish } from '#shared/release/publish/publish.ts';
import { restore } from '#shared/release/restore.ts';
import { rollback } from '#shared/release/rollback.ts';
import { copyStores } from './support/copy-stores.ts';
import { type Actor, actorFault, race, SCHEDULES, turns } from './support/interleaving.ts';
import { approval, depsOver, memoryStores, publishInput, type Stores, V1, V2, V3 } from './support/release-lab.ts';

const publisher = (name: string, version: string, twist: number, run = 'a'): Actor => ({
  name,
  act: (deps) => publish(deps, publishInput(version, { twist, run })),
});
const newer = publisher('newer', V3, 2);
const publishV2 = publisher('publish', V2, 1);
const back: Actor = { name: 'back', act: (deps) => rollback(deps, { runKey: 'manual:back', target: V1, approval }) };
const again: Actor = { name: 'again', act: (deps) => restore(deps, { runKey: 'manual:again', target: V2, approval }) };

const history =
  (...versions: readonly string[]) =>
  async (): Promise<Stores> => {
    const stores = memoryStores();
    for (const [twist, version] of versions.entries()) await publish(depsOver(stores), publishInput(version, { twist }));
    return stores;
  };
const condemned = async (): Promise<Stores> => {
  const stores = await history(V1, V2)();
  await back.act(depsOver(stores));
  return stores;
};

describe('two or three processes under every order of their calls, with seized leases, crashes and lost answers', () => {
  test.each([
    ['publish ‖ publish newer', history(V1), [publishV2, newer]],
    ['publish ‖ rollback', history(V1, V2), [newer, back]],
    ['publish ‖ the same run again', history(V1), [publishV2, publisher('twin', V2, 1)]],
    ['publish ‖ rollback ‖ late duplicate', history(V1, V2), [newer, back, publisher('late', V2, 1, 'late')]],
    ['publish ‖ restore', condemned, [newer, again]],
    ['rollback ‖ restore ‖ publish', condemned, [{ ...back, act: back2 }, again, newer]],
  ] as const)('%s: I1–I8 hold', { timeout: 600_000 }, async (_, prepare, actors) => {
    const past = await prepare();
    const faults = fc.tuple(...actors.map(() => actorFault));
    await fc.assert(
      fc.asyncProperty(turns(actors.length), faults, async (plan, chosen) => {
        await race(await copyStores(past), plan, actors, chosen);
      }),
      SCHEDULES,
    );
    expect(SCHEDULES.numRuns).toBeGreaterThan(0);
  });
});

/** A rollback of its own: the key of the one that condemned V2 is spent. */
function back2(deps: Parameters<Actor['act']>[0]): ReturnType<Actor['act']> {
  return rollback(deps, { runKey: 'manual:back-2', target: V1, approval });
}
