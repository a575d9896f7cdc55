import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sqliteDocumentStore } from '#shared/adapters/sqlite/document-store.ts';
import { seededRandom } from '#shared/core/seeded-random.ts';
import type { DocumentStore } from '#shared/ports/document-store.ts';
import { setDocument } from '../../laws/document-store.ts';
import { startScript } from '../child-process.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** Kills of the writing process; set LIVEPOOL_KILLS for a long run. */
const KILLS = Number(process.env.LIVEPOOL_KILLS ?? 8);

function openStore(file: string) {
  const store = sqliteDocumentStore({ file });
  onTestFinished(() => store.close());
  return store;
}

async function counters(store: DocumentStore): Promise<[number, number, number]> {
  const [a, b] = [await store.get('counters/a'), await store.get('counters/b')];
  return [Number(a?.n ?? 0), Number(b?.n ?? 0), (await store.list('log')).length];
}

describe('a SQLite document store between processes', () => {
  it('loses no transaction of four processes that open it at the same moment', async () => {
    const file = path.join(temporaryFolder(), 'documents.sqlite');
    const [processes, rounds] = [4, 50];
    const writers = Array.from({ length: processes }, () => startScript('sqlite/raise-counters.ts', [file, String(rounds)]));
    expect(await Promise.all(writers.map((writer) => writer.ended()))).toEqual(Array(processes).fill(0));
    const total = processes * rounds;
    expect(await counters(openStore(file))).toEqual([total, total, total]);
    expect(new Set(writers.flatMap((writer) => writer.lines)).size).toBe(total);
  });

  it(`keeps whole transactions, and every acknowledged one, when the writer is killed ${KILLS} times`, {
    timeout: 60_000 + KILLS * 3_000,
  }, async () => {
    const file = path.join(temporaryFolder(), 'documents.sqlite');
    const random = seededRandom('kills');
    for (let kill = 0; kill < KILLS; kill++) {
      const writer = startScript('sqlite/raise-counters.ts', [file, '1000000']);
      await writer.waitForLines(1);
      await sleep(random.next() * 40);
      writer.kill();
      expect(await writer.ended()).toBeNull();
      const store = sqliteDocumentStore({ file });
      const [a, b, logged] = await counters(store);
      store.close();
      const acknowledged = Number(writer.lines.at(-1));
      expect([b, logged]).toEqual([a, a]);
      expect([acknowledged, acknowledged + 1]).toContain(a);
    }
  });

  it('keeps its documents after closing', async () => {
    const file = path.join(temporaryFolder(), 'documents.sqlite');
    const first = sqliteDocumentStore({ file });
    await setDocument(first, 'c/a', { v: 1 });
    first.close();
    expect(await openStore(file).get('c/a')).toEqual({ v: 1 });
  });
});

describe('a SQLite document store that cannot work', () => {
  it('names a file that is no database', () => {
    const file = path.join(temporaryFolder(), 'documents.sqlite');
    writeFileSync(file, 'this is a text file and not a database at all, whatever its name may say'.repeat(20));
    expect(() => sqliteDocumentStore({ file })).toThrow(
      expect.objectContaining({ code: 'STORE_CORRUPT', message: expect.stringContaining(file) }),
    );
  });

  it('names a file that it cannot open', () => {
    const file = path.join(temporaryFolder(), 'documents.sqlite');
    mkdirSync(file);
    expect(() => sqliteDocumentStore({ file })).toThrow(
      expect.objectContaining({ code: 'STORE_UNAVAILABLE', message: expect.stringContaining(file) }),
    );
  });

  it('names a folder that cannot be made', () => {
    const blocked = path.join(temporaryFolder(), 'file');
    writeFileSync(blocked, '');
    expect(() => sqliteDocumentStore({ file: path.join(blocked, 'x', 'documents.sqlite') })).toThrow(
      expect.objectContaining({ message: expect.stringContaining(blocked) }),
    );
  });
});
