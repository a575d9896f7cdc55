import { describe, expect, test } from 'vitest';
import { copyStores } from './support/copy-stores.ts';
import { liveThrough, recordCalls, singleFaults } from './support/crash-sweep.ts';
import { depsOver, memoryStores } from './support/release-lab.ts';
import { SCENARIOS } from './support/scenarios.ts';

/** After how many further calls a late write arrives; the last one outlives every process of the scenario. */
const DELAYS = [1, 4, 15, 10_000];

describe.each(SCENARIOS)('$name, killed at every store call, in memory', (scenario) => {
  test.each(['same-run', 'recover-first'] as const)(
    '%s: I1–I8 hold after every write',
    { timeout: 180_000 },
    async (recovery) => {
      const past = memoryStores();
      await scenario.prepare(depsOver(past));
      const calls = await recordCalls(scenario, await copyStores(past));
      const faults = singleFaults(calls, DELAYS);
      expect(calls.length).toBeGreaterThan(40);
      for (const fault of faults) {
        await liveThrough(scenario, await copyStores(past), recovery, [fault]).catch((error: unknown) => {
          throw new Error(`fault ${JSON.stringify(fault)}: ${String(error)}`, { cause: error });
        });
      }
      console.info(`${scenario.name}, ${recovery}: ${calls.length} calls, ${faults.length} crashes`);
    },
  );
});
