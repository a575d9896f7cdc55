import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sqliteQuantStore } from '#shared/adapters/sqlite/quant-store.ts';
import { temporaryFolder } from '../adapters/temporary-folder.ts';
import { START, TICK, TickerWorld } from '../quant/service/ticker-world.ts';
import { livepoolHere } from './in-process.ts';

/** A folder in which a worker committed ten minutes. */
async function committedFolder(): Promise<string> {
  const folder = temporaryFolder();
  const store = sqliteQuantStore({ file: join(folder, 'quant.sqlite') });
  const world = new TickerWorld(store).feedSession('cli', 10);
  await world.pass(10 * 60_000 + 1);
  await world.stop();
  store.close();
  return folder;
}

describe('livepool quant explain', () => {
  it('explains the newest tick, one in the past, and refuses what is not stored', { timeout: 30_000 }, async () => {
    const folder = await committedFolder();
    const explain = (...args: string[]) => livepoolHere('quant', 'explain', ...args, '--data', folder);
    const newest = await explain('btc-usd');
    expect(newest).toMatchObject({ exit: 0, stderr: '' });
    expect(newest.stdout).toContain('BTC-USD 1m at 2026-01-01T00:10:00.000Z (warming)');
    expect(newest.stdout).toContain('holds over the stored values');
    const past = await explain('BTC-USD', '--at', '2026-01-01T00:05:07Z', '--timeframe', '15m', '--json');
    const json = JSON.parse(past.stdout) as { tick_ts: number; inputs: object[]; inputsHashHolds: boolean };
    expect(json).toMatchObject({ ok: true, tick_ts: START + 20 * TICK, timeframe: '15m', inputsHashHolds: true });
    expect(json.inputs).toHaveLength(7);
    expect(await explain('ETH-USD')).toMatchObject({ exit: 1, stderr: expect.stringContaining('there are BTC-USD') });
    expect((await explain('BTC-USD', '--at', '2025-01-01T00:00:00Z')).exit).toBe(1);
    expect((await explain('BTCUSDT')).exit).toBe(2);
    const nowhere = await livepoolHere('quant', 'explain', 'BTC-USD', '--data', join(folder, 'nowhere'));
    expect(nowhere).toMatchObject({ exit: 1, stderr: expect.stringContaining('does not exist') });
  });
});
