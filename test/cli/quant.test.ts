import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { folderQuantRecorder } from '#shared/adapters/fs/quant-recording.ts';
import { sqliteQuantStore } from '#shared/adapters/sqlite/quant-store.ts';
import { sha256Hex } from '#shared/core/sha256.ts';
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

describe('livepool quant replay', () => {
  it('runs recordings of a worker again, and notices another one', { timeout: 30_000 }, async () => {
    const folder = temporaryFolder();
    const recorder = folderQuantRecorder({ folder, run: 'w' });
    const world = new TickerWorld(undefined, { recorder }).feedSession('cli', 4);
    await world.pass(3 * 60_000 + 1);
    const { commitId } = (await world.store.committed())!;
    await world.stop();
    await recorder.close();
    const files = readdirSync(folder).sort();
    expect(files).toEqual(['quant-20251231T235959_999Z-w.ndjson.gz', 'quant-20260101T000000_000Z-w.ndjson.gz']);
    const paths = files.map((name) => join(folder, name));
    const output = join(folder, 'summary.ndjson');
    const both = await livepoolHere('quant', 'replay', ...paths, '--json', '--output', output);
    const { replays } = JSON.parse(both.stdout) as { replays: { ticks: number; exportSha256: string; rollingHash: string }[] };
    expect(replays.map(({ ticks }) => ticks)).toEqual([1, 12]);
    expect(replays[1]!.rollingHash).toBe(commitId);
    expect(readFileSync(output, 'utf8').trim().split('\n')).toHaveLength(13 * 5);
    const again = await livepoolHere('quant', 'replay', paths[1]!, '--output', output);
    expect(again.stdout).toContain('every tick says what the worker committed');
    expect(sha256Hex(readFileSync(output))).toBe(replays[1]!.exportSha256);
    const hash = await livepoolHere('quant', 'replay', paths[1]!, '--hash');
    expect(hash.stdout).toBe(`${commitId}  ${files[1]}\n`);

    // Cut off while it was written: what is whole counts.
    const cut = join(folder, 'cut.gz');
    const bytes = readFileSync(paths[1]!);
    writeFileSync(cut, bytes.subarray(0, bytes.length - 500));
    expect((await livepoolHere('quant', 'replay', cut)).exit).toBe(0);
    const text = gunzipSync(bytes).toString('utf8').replaceAll('"bid":', '"bid":1');
    writeFileSync(cut, gzipSync(text));
    expect(await livepoolHere('quant', 'replay', cut)).toMatchObject({
      exit: 4,
      stderr: expect.stringContaining('REPLAY_DIFFERS'),
    });
    writeFileSync(cut, 'no recording');
    expect(await livepoolHere('quant', 'replay', cut)).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining('INPUT_INVALID'),
    });
    expect((await livepoolHere('quant', 'replay')).exit).toBe(2);
  });
});
