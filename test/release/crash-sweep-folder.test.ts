import { describe, expect, test } from 'vitest';
import { liveThrough, recordCalls, singleFaults } from './support/crash-sweep.ts';
import { folderStores, removeFolder } from './support/folder-stores.ts';
import { depsOver } from './support/release-lab.ts';
import { SCENARIOS } from './support/scenarios.ts';

/** A late write arrives while the next process works. */
const DELAYS = [6];

describe.each(SCENARIOS)('$name, killed at every store call, on folder and SQLite', (scenario) => {
  test('I1–I8 hold after every process', { timeout: 180_000 }, async () => {
    const past = folderStores();
    await scenario.prepare(depsOver(past));
    past.close();
    const faults = singleFaults(await onCopy(past.root, (stores) => recordCalls(scenario, stores)), DELAYS);
    expect(faults.length).toBeGreaterThan(60);
    for (const fault of faults) {
      await onCopy(past.root, (stores) => liveThrough(scenario, stores, 'same-run', [fault], { judgeWrites: false })).catch(
        (error: unknown) => {
          throw new Error(`fault ${JSON.stringify(fault)}: ${String(error)}`, { cause: error });
        },
      );
    }
    removeFolder(past.root);
  });
});

async function onCopy<T>(root: string, live: (stores: ReturnType<typeof folderStores>) => Promise<T>): Promise<T> {
  const stores = folderStores(root);
  try {
    return await live(stores);
  } finally {
    stores.close();
    removeFolder(stores.root);
  }
}
