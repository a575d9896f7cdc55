import { afterAll, describe, expect, test } from 'vitest';
import { depsOver, memoryStores, publishInput, V1 } from '../support/release-lab.ts';
import { playScenario } from './mutant-scenarios.ts';
import { MUTANTS } from './mutants.ts';
import { mutateProtocol } from './mutate.ts';
import { PROTOCOL } from './protocol.ts';

/** The mutation gate: a protocol with one step changed must be caught by its named scenario, which the protocol itself passes. */
describe('mutation gate', () => {
  const caught: string[] = [];

  test.each([...new Set(MUTANTS.map(({ scenario }) => scenario))])('the protocol as it is passes: %s', async (scenario) => {
    expect((await playScenario(scenario, PROTOCOL)).plans).toBeGreaterThan(0);
  });

  test.each(MUTANTS)('$id, $change: caught by $scenario', async ({ id, breaks, scenario, edits }) => {
    const { protocol, remove } = await mutateProtocol(edits);
    try {
      const verdict = await playScenario(scenario, protocol).then(
        () => 'survived',
        (error: unknown) => String(error),
      );
      expect(verdict).toMatch(new RegExp(`^Error: ${breaks} `));
      caught.push(id);
    } finally {
      remove();
    }
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
