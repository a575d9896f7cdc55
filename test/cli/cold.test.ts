import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { folderObjectStore } from '#shared/adapters/fs/object-store.ts';
import { TRADES } from '#shared/cold/market-tables.ts';
import { frameFileName } from '#shared/cold/raw-frames.ts';
import { encodeSegment, segmentName } from '#shared/cold/staged-segment.ts';
import { ABSENT } from '#shared/ports/object-store.ts';
import { temporaryFolder } from '../adapters/temporary-folder.ts';
import { livepoolHere } from './in-process.ts';

const HOUR_START = Date.UTC(2026, 2, 1, 7);
const WINDOW = ['--from', '2026-03-01T07:00:00Z', '--to', '2026-03-01T08:00:00Z'];

/** A folder with a staged hour of two trades. */
async function stagedFolder(): Promise<string> {
  const folder = temporaryFolder();
  const rows = ['1', '2'].map((trade_id, at) => {
    const ts = HOUR_START + at;
    return {
      ts,
      symbol: 'BTC-USD',
      venue: 'kraken',
      trade_id,
      side: 'buy',
      price: 100.5,
      qty: 0.1,
      unit: 'base',
      available_at: ts,
    };
  });
  const name = segmentName(TRADES, '2026-03-01/hour=07', 'w', HOUR_START, 1);
  const options = { ifGenerationMatch: ABSENT, contentType: 'x' };
  await folderObjectStore({ root: folder }).put(name, encodeSegment(TRADES, rows), options);
  return folder;
}

describe('livepool cold', () => {
  it('compacts a store, dumps its rows and verifies them', async () => {
    const store = await stagedFolder();
    const early = await livepoolHere('cold', 'compact', '--store', store, '--now', '2026-03-01T08:10:00Z');
    expect([early.exit, early.stdout]).toEqual([0, expect.stringContaining('--include-open')]);
    const sealed = await livepoolHere('cold', 'compact', '--store', store, '--json');
    expect(JSON.parse(sealed.stdout)).toMatchObject({ ok: true, partitions: [{ table: 'trades', written: 2 }] });
    const dumped = await livepoolHere(
      'cold',
      'dump',
      '--store',
      store,
      '--table',
      'trades',
      ...WINDOW,
      '--columns',
      'trade_id,price',
    );
    expect(dumped.stdout).toBe('{"trade_id":"1","price":100.5}\n{"trade_id":"2","price":100.5}\n');
    const verified = await livepoolHere('cold', 'verify', '--store', store, ...WINDOW);
    expect([verified.exit, verified.stdout]).toEqual([0, expect.stringMatching(/trades\s+1\s+1\s+2/)]);
  });

  it('names what can be compacted when asked for another table', async () => {
    const refused = await livepoolHere('cold', 'compact', '--store', await stagedFolder(), '--table', 'nope');
    expect([refused.exit, refused.stderr]).toEqual([2, expect.stringMatching(/known: .*trades.*raw_frames/)]);
  });

  it('prints recorded frames, staged and sealed, and refuses a window without any', async () => {
    const store = temporaryFolder();
    const lines = [7_000, 9_000].map(
      (ms) => `{"t":"recv","ts_ns":"${HOUR_START + ms}000000","conn":"gate.perp.1.1","data":"{}"}`,
    );
    const name = frameFileName('staging', { dt: '2026-03-01/hour=07', stream: 'gate.perp.1.1--w-1', first: 1, last: 2 });
    const bytes = gzipSync(`${lines.join('\n')}\n`);
    await folderObjectStore({ root: store }).put(name, bytes, { ifGenerationMatch: ABSENT, contentType: 'x' });
    const staged = await livepoolHere('cold', 'frames', '--store', store, ...WINDOW);
    expect([staged.exit, staged.stdout]).toEqual([0, `${lines.join('\n')}\n`]);
    const sealed = await livepoolHere('cold', 'compact', '--store', store, '--table', 'raw_frames');
    expect([sealed.exit, sealed.stdout]).toEqual([0, expect.stringMatching(/raw_frames\s+2026-03-01\/hour=07\s+1 files\s+2/)]);
    expect((await livepoolHere('cold', 'frames', '--store', store, ...WINDOW, '--limit', '1')).stdout).toBe(`${lines[0]}\n`);
    const narrow = ['--from', '2026-03-01T07:00:08Z', '--to', '2026-03-01T07:00:10Z'];
    expect((await livepoolHere('cold', 'frames', '--store', store, ...narrow)).stdout).toBe(`${lines[1]}\n`);
    const none = await livepoolHere('cold', 'frames', '--store', store, ...WINDOW, '--connection', 'kraken');
    expect([none.exit, none.stderr]).toEqual([1, expect.stringContaining('PIPELINE_RECORD_FRAMES=cold')]);
  });

  it('finds a byte that changed', async () => {
    const store = await stagedFolder();
    const sealed = await livepoolHere('cold', 'compact', '--store', store, '--json');
    expect(sealed.exit).toBe(0);
    const [entry] = await folderObjectStore({ root: store }).list('cold/trades/dt=2026-03-01/hour=07/part-');
    const file = join(store, entry!.name);
    const bytes = readFileSync(file);
    bytes[20]! ^= 1;
    writeFileSync(file, bytes);
    const verified = await livepoolHere('cold', 'verify', '--store', store, ...WINDOW, '--table', 'trades');
    expect([verified.exit, verified.stderr]).toEqual([4, expect.stringContaining('2026-03-01/hour=07')]);
  });

  it('says that there is no such folder, day or table', async () => {
    const runs = [
      ['compact', '--store', join(temporaryFolder(), 'none')],
      ['compact', '--store', temporaryFolder(), '--date', '2026-02-30'],
      ['verify', '--store', temporaryFolder(), '--table', 'none', ...WINDOW],
    ];
    for (const run of runs) expect((await livepoolHere('cold', ...run)).exit).toBe(2);
  });
});
