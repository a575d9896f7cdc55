import { afterAll, describe, expect, test } from 'vitest';
import { depsOver, memoryStores, publishInput, V1 } from '../support/release-lab.ts';
import { judgeMixes } from './mixes.ts';
import { playScenario } from './mutant-scenarios.ts';
import { MUTANTS } from './mutants.ts';
import { mutateProtocol } from './mutate.ts';
import { findMutant } from './mutation-gate.ts';
import { PROTOCOL } from './protocol.ts';

/** The mutation gate: a protocol with one step changed must be caught by its named scenario, which the protocol itself passes. */
describe('mutation gate', () => {
  const caught: string[] = [];

  test.each([...new Set(MUTANTS.map(({ scenario }) => scenario))])('the protocol as it is passes: %s', async (scenario) => {
    expect((await playScenario(scenario, PROTOCOL)).plans).toBeGreaterThan(0);
  });

  test.each(MUTANTS)('$id, $change: caught by $scenario', async (mutant) => {
    expect(await findMutant(mutant)).toMatch(new RegExp(`^${mutant.breaks} `));
    caught.push(mutant.id);
  });

  test('a copy without edits is no mutant: it passes, so that the edits are what is caught', async () => {
    const { protocol, remove } = await mutateProtocol([]);
    try {
      expect(protocol.publish).not.toBe(PROTOCOL.publish);
      expect(await protocol.publish(depsOver(memoryStores()), publishInput(V1))).toMatchObject({
        outcome: 'COMMITTED',
        warnings: [],
      });
      await playScenario('publish ‖ rollback', protocol);
    } finally {
      remove();
    }
  });

  test('an edit that no longer applies fails', async () => {
    await expect(mutateProtocol([{ file: 'switch.ts', from: 'no such line', to: '' }])).rejects.toThrow('no longer applies');
  });

  afterAll(() => {
    console.info(`mutants caught: ${caught.length} of ${MUTANTS.length} (${caught.join(' ')})`);
  });
});

test('of 32 mixes of two releases in the mirror 30 are rejected and the two whole ones accepted (RL-10)', async () => {
  expect(await judgeMixes()).toEqual({ accepted: 2, rejected: 30 });
});
