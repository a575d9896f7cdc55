import { describe, expect, test } from 'vitest';
import { releaseNamespace } from '#shared/contracts/names.ts';
import { faultWire } from '../faults/fault-wire.ts';
import { invariantJudge } from './invariants.ts';
import { copyStores } from './support/copy-stores.ts';
import { processDeps, recordCalls, singleFaults } from './support/crash-sweep.ts';
import { readActs } from './support/read-acts.ts';
import { depsOver, memoryStores, signerOne } from './support/release-lab.ts';
import { SCENARIOS } from './support/scenarios.ts';

/** E1, E2, E3: the process lives, but one answer is lost; the request took effect, did not, or will later. */
describe.each(SCENARIOS)('$name, the answer of any one call lost', (scenario) => {
  test('one try ends in exactly one act', { timeout: 180_000 }, async () => {
    const past = memoryStores();
    await scenario.prepare(depsOver(past));
    const calls = await recordCalls(scenario, await copyStores(past));
    for (const fault of singleFaults(calls, [0, 2, 10])) {
      const stores = await copyStores(past);
      const judge = invariantJudge(stores, { publicKeys: [signerOne.publicKeyDer], namespace: releaseNamespace('dev') });
      const wire = faultWire({ after: ({ isWrite, call }) => (isWrite ? judge.check(`after call ${call}`) : undefined) });
      const process = wire.process('p', [{ ...fault, outcome: 'error' }]);
      expect(await scenario.act(processDeps(stores, process)), JSON.stringify(fault)).toMatchObject({
        outcome: 'COMMITTED',
        warnings: [],
      });
      await wire.flush();
      await judge.checkSettled('after late writes');
      expect(await readActs(stores)).toEqual(scenario.finalActs);
    }
  });
});
