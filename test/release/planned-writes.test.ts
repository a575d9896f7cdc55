import { expect, test } from 'vitest';
import { planPublish, planSwitchTo } from '#shared/release/plan.ts';
import { publish } from '#shared/release/publish/publish.ts';
import { rollback } from '#shared/release/rollback.ts';
import { type CallRecord, faultWire } from '../faults/fault-wire.ts';
import { processDeps } from './support/crash-sweep.ts';
import { world } from './support/register-world.ts';
import { approval, memoryStores, publishInput, V1, V2 } from './support/release-lab.ts';

type Writes = ReturnType<typeof planPublish>['writes'];

/** What was written, each call as a sorted list of names; numbers of acts as the plan spells them. */
function written(log: readonly CallRecord[]): readonly (readonly string[])[] {
  const names = (target: string): readonly string[] =>
    target
      .replace(/\d{10}/, '<publish_seq>')
      .split(' ')
      .sort();
  return log.filter(({ isWrite }) => isWrite).map(({ target }) => names(target));
}

function planned(writes: Writes): readonly (readonly string[])[] {
  return writes.map((write) => (write.op === 'write_documents' ? [...write.documents].sort() : [write.object]));
}

test.each([false, true])('a publish writes what was planned, in that order (with an approval: %s)', async (isApproved) => {
  const wire = faultWire();
  const deps = processDeps(memoryStores(), wire.process('p'));
  const input = publishInput(V1);
  const { runKey, files, evidence } = input;
  const { writes } = planPublish({ layout: deps.layout, runKey, version: V1, files, evidence, isApproved });
  await publish(deps, isApproved ? { ...input, approval } : input);
  expect(written(wire.log)).toEqual(planned(writes));
});

test('a rollback writes what was planned, in that order', async () => {
  const stores = await world(V1, V2);
  const wire = faultWire();
  const deps = processDeps(stores, wire.process('p'));
  const runKey = 'manual:back';
  const { writes } = planSwitchTo('rollback', { layout: deps.layout, runKey, version: V1, files: publishInput(V1).files });
  await rollback(deps, { runKey, target: V1, approval });
  expect(written(wire.log)).toEqual(planned(writes));
});
