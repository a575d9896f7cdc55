import { describe, expect, it } from 'vitest';
import { memoryObjectStore } from '#shared/adapters/memory/object-store.ts';
import { ABSENT } from '#shared/ports/object-store.ts';
import { freshProject, requestEmulator } from '../emulators/request-emulator.ts';
import { type CompareFigures, compareDocumentStores, compareObjectStores } from './compare-stores.ts';
import { cloudStorage, firestore, LOCAL_DOCUMENT_STORES, LOCAL_OBJECT_STORES } from './contestants.ts';

/** Commands for each store; set LIVEPOOL_COMMANDS=100000 for the long run. Emulators are slower and get fewer. */
const COMMANDS = Number(process.env.LIVEPOOL_COMMANDS ?? 2_000);
const SEED = Number(process.env.CAMPAIGN_SEED ?? 20260402);
const LIMIT_MS = 60_000 + COMMANDS * 60;

function tell({ stores, sequences, commands, seed }: CompareFigures): void {
  console.info(`0 differences in ${commands} commands (${sequences} sequences, seed ${seed}): ${stores.join(', ')}`);
  expect(commands).toBeGreaterThan(50);
}

describe('random commands on all implementations of a port at once', () => {
  it('object stores: memory, rewindable, folder, Cloud Storage', { timeout: LIMIT_MS }, async () => {
    const server = await cloudStorage();
    try {
      tell(await compareObjectStores([...LOCAL_OBJECT_STORES, server], { seed: SEED, commands: COMMANDS }));
    } finally {
      await server.stop();
    }
  });

  it('document stores: memory, rewindable, SQLite', { timeout: LIMIT_MS }, async () => {
    tell(await compareDocumentStores(LOCAL_DOCUMENT_STORES, { seed: SEED, commands: COMMANDS }));
  });

  it('finds a store that overwrites where it must create', async () => {
    const careless = memoryObjectStore();
    const put: typeof careless.put = async (name, bytes, options) => {
      const ifGenerationMatch = (await careless.stat(name))?.generation ?? ABSENT;
      return careless.put(name, bytes, { ...options, ifGenerationMatch });
    };
    const stores = [LOCAL_OBJECT_STORES[0]!, { name: 'careless', open: async () => ({ store: { ...careless, put } }) }];
    await expect(compareObjectStores(stores, { seed: SEED, commands: 500 })).rejects.toThrow('careless');
  });
});

const emulator = await requestEmulator('firestore');

describe.skipIf(emulator.isAbsent)(`with Firestore${emulator.note}`, () => {
  it('document stores: memory, rewindable, SQLite, Firestore', { timeout: LIMIT_MS }, async () => {
    const stores = [...LOCAL_DOCUMENT_STORES, firestore(emulator.host, freshProject)];
    tell(await compareDocumentStores(stores, { seed: SEED, commands: Math.ceil(COMMANDS / 5) }));
  });
});
