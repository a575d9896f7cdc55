import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderObjectStore } from '#shared/adapters/fs/object-store.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import { utf8 } from '#shared/core/text-bytes.ts';
import { ABSENT, type ObjectStore, type StoredObject } from '#shared/ports/object-store.ts';
import { CrashError } from '../../faults/fault-wire.ts';
import { type FileFault, faultyFileSystem } from '../../faults/faulty-file-system.ts';
import { putText } from '../../laws/object-store.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const NAME = 'current/live_pool.json';

interface Scenario {
  readonly title: string;
  readonly prepare: (store: ObjectStore, root: string) => Promise<unknown>;
  readonly change: (store: ObjectStore) => Promise<unknown>;
}

const generationOf = async (store: ObjectStore, name: string): Promise<string> => (await store.stat(name))?.generation ?? ABSENT;

const replaceWith = (text: string, seq: string) => async (store: ObjectStore) =>
  putText(store, NAME, text, await generationOf(store, NAME), { metadata: { publish_seq: seq } });

const SCENARIOS: readonly Scenario[] = [
  { title: 'create', prepare: async () => undefined, change: replaceWith('new', '1') },
  { title: 'replace', prepare: replaceWith('old', '1'), change: replaceWith('another length', '2') },
  { title: 'replace by equal bytes', prepare: replaceWith('same', '1'), change: replaceWith('same', '2') },
  {
    title: 'copy',
    prepare: async (store) => {
      await putText(store, 'releases/v/live_pool.json', 'released');
      await replaceWith('old', '1')(store);
    },
    change: async (store) => {
      const source = { name: 'releases/v/live_pool.json', generation: await generationOf(store, 'releases/v/live_pool.json') };
      return store.copy(source, NAME, { ifGenerationMatch: await generationOf(store, NAME), contentType: 'text/plain' });
    },
  },
  {
    title: 'remove',
    prepare: replaceWith('old', '1'),
    change: async (store) => store.delete(NAME, { ifGenerationMatch: await generationOf(store, NAME) }),
  },
  {
    title: 'replace and replace back',
    prepare: replaceWith('old', '1'),
    change: async (store) => {
      await replaceWith('middle', '2')(store);
      await replaceWith('old', '3')(store);
    },
  },
  {
    title: 'replace after a replace that died before its commit',
    prepare: async (store, root) => {
      await replaceWith('old', '1')(store);
      await dieBeforeCommit(root, replaceWith('never seen', '2'));
    },
    change: replaceWith('new', '3'),
  },
];

/** Leaves a record that announces a version which never came. */
async function dieBeforeCommit(root: string, change: (store: ObjectStore) => Promise<unknown>): Promise<void> {
  const record = path.join(root, '.meta', 'records', 'current', '.live_pool.json.json');
  for (let at = 0; !readFileSync(record, 'utf8').includes('"publish_seq": "2"'); at++) {
    await expect(change(folderObjectStore({ root, fileSystem: faultyFileSystem(at, { kind: 'crash' }) }))).rejects.toThrow(
      CrashError,
    );
  }
  rmSync(path.join(root, '.meta', 'content.tmp'), { force: true });
}

/** What a fresh process finds; checks that listing, stat, bytes and the plain file agree. */
async function inspect(root: string): Promise<StoredObject | null> {
  const store = folderObjectStore({ root });
  const object = await store.get(NAME);
  const listed = await store.list('current/');
  expect(listed).toEqual(object === null ? [] : [object.stat]);
  expect(await store.stat(NAME)).toEqual(object?.stat ?? null);
  const file = path.join(root, NAME);
  expect(existsSync(file) ? Uint8Array.from(readFileSync(file)) : null).toEqual(object?.bytes ?? null);
  expect((await store.list('')).map((stat) => stat.name)).toEqual(
    ['current/live_pool.json', 'releases/v/live_pool.json'].filter((name) => existsSync(path.join(root, name))),
  );
  return object;
}

async function sweep(
  scenario: Scenario,
  faultAt: (at: number) => FileFault,
  check: (run: SweepRun) => Promise<void>,
): Promise<number> {
  for (let at = 0; ; at++) {
    const root = path.join(temporaryFolder(), 'store');
    await scenario.prepare(folderObjectStore({ root, durable: false }), root);
    const fileSystem = faultyFileSystem(at, faultAt(at));
    const failure = await scenario.change(folderObjectStore({ root, fileSystem })).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (fileSystem.operations() <= at) return at;
    await check({ root, failure, after: await inspect(root) });
  }
}

const errnoAt = (at: number): FileFault => ({ kind: 'errno', code: ['ENOSPC', 'EROFS', 'EIO'][at % 3] ?? 'EIO' });

interface SweepRun {
  readonly root: string;
  readonly after: StoredObject | null;
  readonly failure: unknown;
}

/** Everything an object can be in the course of a scenario. */
async function statesOf(scenario: Scenario): Promise<unknown[]> {
  const root = path.join(temporaryFolder(), 'store');
  const store = folderObjectStore({ root });
  await scenario.prepare(store, root);
  const states: unknown[] = [await store.get(NAME)];
  const watching: ObjectStore = {
    ...store,
    put: async (...args) => {
      const outcome = await store.put(...args);
      states.push(await store.get(NAME));
      return outcome;
    },
  };
  await scenario.change(watching);
  return [...states, await store.get(NAME)];
}

describe.each(SCENARIOS)('a folder after $title was cut short', (scenario) => {
  it('by a crash at any file operation holds old or new, and goes on', async () => {
    const states = await statesOf(scenario);
    let furthest = 0;
    const steps = await sweep(
      scenario,
      () => ({ kind: 'crash' }),
      async ({ root, after, failure }) => {
        if (failure !== undefined) expect(failure).toBeInstanceOf(CrashError);
        expect(states).toContainEqual(after);
        // The later the crash, the newer the state: there is one commit point and nothing falls back.
        const state = Math.max(...states.map((candidate, i) => (isSame(candidate, after) ? i : 0)));
        expect(state).toBeGreaterThanOrEqual(furthest);
        furthest = state;
        const next = await putText(
          folderObjectStore({ root, durable: false }),
          NAME,
          'afterwards',
          after?.stat.generation ?? ABSENT,
        );
        expect(BigInt(next.generation) > BigInt(after?.stat.generation ?? '0')).toBe(true);
        expect((await inspect(root))?.bytes).toEqual(utf8('afterwards'));
      },
    );
    expect(furthest).toBe(states.length - 1);
    expect(steps).toBeGreaterThan(10);
  });

  it('by an error at any file operation holds old or new and leaves no half file', async () => {
    const states = await statesOf(scenario);
    await sweep(scenario, errnoAt, async ({ root, after, failure }) => {
      expect(states).toContainEqual(after);
      expect(existsSync(path.join(root, '.meta', 'content.tmp'))).toBe(false);
      expect(existsSync(path.join(root, '.meta', 'record.tmp'))).toBe(false);
      if (failure === undefined) {
        // An error that the writer survived: what it acknowledged is there.
        expect(after).toEqual(states.at(-1));
        return;
      }
      expect(failure).toBeInstanceOf(LivepoolError);
      expect((failure as LivepoolError).code).toMatch(/^STORE_(UNAVAILABLE|READ_ONLY)$/);
      expect((failure as LivepoolError).message).toContain(root);
      expect((failure as LivepoolError).message).toMatch(/\((ENOSPC|EROFS|EIO)\)/);
    });
  });
});

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
