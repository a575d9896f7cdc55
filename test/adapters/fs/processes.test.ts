import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { folderObjectStore } from '#shared/adapters/fs/object-store.ts';
import { seededRandom } from '#shared/core/seeded-random.ts';
import type { ObjectStat, ObjectStore } from '#shared/ports/object-store.ts';
import { startScript } from '../child-process.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** Kills of the writing process; set LIVEPOOL_KILLS for a long run. */
const KILLS = Number(process.env.LIVEPOOL_KILLS ?? 10);

describe('a folder between processes', () => {
  it('creates once, replaces once per generation, and shows readers whole objects', async () => {
    const root = path.join(temporaryFolder(), 'store');
    const [processes, rounds] = [4, 40];
    const contenders = Array.from({ length: processes }, (_, i) => startScript('fs/contend.ts', [root, `p${i}`, String(rounds)]));
    const store = folderObjectStore({ root, durable: false });
    const torn: string[] = [];
    let isRunning = true;
    const ended = Promise.all(contenders.map((contender) => contender.ended())).finally(() => {
      isRunning = false;
    });
    while (isRunning) {
      const found = await store.get('counter');
      if (found !== null && Buffer.from(found.bytes).toString() !== found.stat.metadata.count) torn.push(JSON.stringify(found));
      await sleep(1);
    }
    expect(await ended).toEqual(Array(processes).fill(0));
    expect(torn).toEqual([]);
    const wins = contenders.flatMap((contender) => contender.lines.map(Number)).sort((a, b) => a - b);
    expect(wins).toEqual(Array.from({ length: rounds }, (_, round) => round));
    expect(Buffer.from((await store.get('counter'))!.bytes).toString()).toBe(String(processes * rounds));
    for (const [i, contender] of contenders.entries()) {
      for (const round of contender.lines) {
        expect(Buffer.from((await store.get(`once/${round}`))!.bytes).toString()).toBe(`p${i}`);
      }
    }
  });

  it(`keeps whole objects and every acknowledged write when the writer is killed ${KILLS} times`, {
    timeout: 60_000 + KILLS * 3_000,
  }, async () => {
    const root = path.join(temporaryFolder(), 'store');
    const store = folderObjectStore({ root });
    const random = seededRandom('kills');
    let acknowledged = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const writer = startScript('fs/write-for-ever.ts', [root]);
      await writer.waitForLines(1);
      await sleep(random.next() * 60);
      writer.kill();
      expect(await writer.ended()).toBeNull();
      const last = Number(writer.lines.at(-1));
      expect(last).toBeGreaterThan(acknowledged);
      acknowledged = last;
      await expectWholeObjects(root, store, acknowledged);
    }
  });
});

async function expectWholeObjects(root: string, store: ObjectStore, acknowledged: number): Promise<void> {
  const listed = await store.list('');
  for (const stat of listed) await expectWhole(root, store, stat);
  const current = Number((await store.stat('current'))?.metadata.n);
  // The round under way may have reached `current` before it was acknowledged.
  expect([acknowledged, acknowledged + 1]).toContain(current);
  const logs = listed.filter((stat) => stat.name.startsWith('log/')).map((stat) => Number(stat.metadata.n));
  expect(logs).toContain(current);
  expect(logs).toEqual(Array.from({ length: acknowledged + 1 }, (_, i) => i + 1).filter((n) => logs.includes(n)));
  const missing = Array.from({ length: acknowledged - 3 }, (_, i) => i + 1).filter((n) => !logs.includes(n));
  expect(missing.every((n) => n % 5 === 2)).toBe(true);
}

async function expectWhole(root: string, store: ObjectStore, stat: ObjectStat): Promise<void> {
  const object = await store.get(stat.name, { generation: stat.generation });
  const n = Number(stat.metadata.n);
  expect(object?.stat).toEqual(stat);
  expect(object?.bytes).toHaveLength(1 + ((n * 7919) % 20_000));
  expect(object?.bytes.every((byte) => byte === n % 256)).toBe(true);
  expect(Uint8Array.from(readFileSync(path.join(root, stat.name)))).toEqual(object?.bytes);
}
