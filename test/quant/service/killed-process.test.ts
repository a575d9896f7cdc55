import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sqliteQuantStore } from '#shared/adapters/sqlite/quant-store.ts';
import { seededRandom } from '#shared/core/seeded-random.ts';
import type { QuantStore } from '#shared/ports/quant-store.ts';
import { type ScriptProcess, startScript } from '../../adapters/child-process.ts';
import { temporaryFolder } from '../../adapters/temporary-folder.ts';
import { START, TICK } from './ticker-world.ts';
import { expectWholeTicks } from './whole-ticks.ts';

/** Kills of the ticking process; set LIVEPOOL_KILLS for a long run. */
const KILLS = Number(process.env.LIVEPOOL_KILLS ?? 4);
const SCRIPT = '../quant/service/tick-worker.ts';

function open(file: string) {
  const store = sqliteQuantStore({ file });
  onTestFinished(() => store.close());
  return store;
}

/** Stops a process. One that is stopped within a commit holds the lock of the file, so that nobody can take over before it goes on. */
async function stopBetweenWrites(worker: ScriptProcess, store: QuantStore): Promise<void> {
  for (;;) {
    worker.signal('SIGSTOP');
    try {
      // Nobody's token: nothing changes, but it needs the lock.
      return await store.release(-1);
    } catch (error) {
      expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE' });
      worker.signal('SIGCONT');
      await worker.waitForLines(worker.lines.length + 1);
    }
  }
}

describe('a ticking process', () => {
  it(`leaves whole ticks in a row when it is killed ${KILLS} times`, { timeout: 60_000 + KILLS * 5_000 }, async () => {
    const file = path.join(temporaryFolder(), 'quant.sqlite');
    const store = open(file);
    const random = seededRandom('tick kills');
    for (let kill = 0; kill < KILLS; kill++) {
      // The same holder: a killed process is not waited for.
      const worker = startScript(SCRIPT, [file, 'w']);
      await worker.waitForLines(1 + random.nextInt(3));
      await sleep(random.next() * 25);
      worker.kill();
      expect(await worker.ended()).toBeNull();
      const ticks = await expectWholeTicks(store);
      expect(ticks).toEqual(Array.from({ length: ticks.length }, (_, n) => START + n * TICK));
      expect(ticks).toContain(Number(worker.lines.at(-1)));
    }
  });

  it('is refused when it wakes up after another one took the lease', { timeout: 60_000 }, async () => {
    const file = path.join(temporaryFolder(), 'quant.sqlite');
    const store = open(file);
    const worker = startScript(SCRIPT, [file, 'sleeper']);
    await worker.waitForLines(2);
    await stopBetweenWrites(worker, store);
    const { lease } = await store.status();
    expect((await store.acquire('other', lease!.expiresAtMs - 1, TICK)).ok).toBe(false);
    expect(await store.acquire('other', lease!.expiresAtMs + 90_000, TICK)).toMatchObject({ ok: true });
    const committed = await store.committed();
    worker.signal('SIGCONT');
    expect(await worker.ended()).toBe(1);
    expect(worker.lines.at(-1)).toBe('QUANT_LEASE_LOST');
    expect(await store.committed()).toEqual(committed);
    await expectWholeTicks(store);
  });
});
