import { describe, expect, it } from 'vitest';
import { memoryObjectStore } from '#shared/adapters/memory/object-store.ts';
import { coldStore } from '#shared/adapters/parquet/cold-store.ts';
import { appendRows, DEFAULT_LAYOUT } from '#shared/cold/append-rows.ts';
import { coldDump, type DumpInput } from '#shared/cold/dump.ts';
import { OHLCV_1D } from '#shared/cold/tables.ts';
import type { ColdRow } from '#shared/ports/cold-store.ts';
import { bar } from './sample-rows.ts';

const DAY = 86_400_000;
const D1 = Date.UTC(2024, 11, 30);

async function open() {
  const objects = memoryObjectStore();
  const cold = coldStore(objects, { root: 'cold' });
  const append = (rows: readonly ColdRow[]) => appendRows({ objects, cold }, OHLCV_1D, rows, 'w', DEFAULT_LAYOUT);
  await append([0, 1, 2, 3].flatMap((day) => ['BTC-USDT', 'ETH-USDT'].map((symbol) => bar(D1 + day * DAY, symbol))));
  await append([bar(D1, 'BTC-USDT', { close: 9.5, available_at: D1 + 10 * DAY })]);
  const dump = async (more: Partial<DumpInput> = {}) => {
    const range = { from: D1, to: D1 + 4 * DAY };
    const outcome = await coldDump(cold, { table: 'ohlcv_1d', range, columns: ['ts', 'close'], format: 'parquet', ...more });
    if (!outcome.ok) return outcome.error;
    const rows = [];
    for await (const row of outcome.value.rows) rows.push(row);
    return { rows, stats: outcome.value.stats, partitions: outcome.value.partitions };
  };
  return { objects, cold, dump };
}

describe('cold dump', () => {
  it('gives exactly the asked columns of every stored version in the window', async () => {
    const { dump } = await open();
    const found = await dump();
    expect(found).toHaveProperty('rows.length', 9);
    expect(found).toHaveProperty('rows.0', { ts: D1, close: 11 });
    expect(found).toHaveProperty('partitions.1.dt', '2025-01-01');
    expect(found).toHaveProperty('stats.requests');
  });

  it('gives with a point in time one version a row, the newest known then', async () => {
    const { dump } = await open();
    const closeAt = async (asOfMs: number) => {
      const found = await dump({ asOfMs, symbol: 'BTC-USDT', columns: ['close'] });
      return 'rows' in found ? found.rows.map(({ close }) => close) : [];
    };
    expect(await closeAt(D1 + 999)).toEqual([]);
    expect(await closeAt(D1 + 1000)).toEqual([11]);
    expect(await closeAt(D1 + 10 * DAY)).toEqual([9.5, 11, 11, 11]);
  });

  it('stops at the limit and filters by symbol', async () => {
    const { dump } = await open();
    expect(await dump({ limit: 2 })).toHaveProperty('rows.length', 2);
    expect(await dump({ limit: 0 })).toHaveProperty('rows.length', 0);
    expect(await dump({ symbol: 'ETH-USDT' })).toHaveProperty('rows.length', 4);
    expect(await dump({ symbol: 'NO-USDT' })).toHaveProperty('rows.length', 0);
  });

  it('validates digests and rows that contradict each other', async () => {
    const { dump, objects } = await open();
    expect(await dump({ validate: true })).toHaveProperty('rows.length', 9);
    const name = 'cold/ohlcv_1d/dt=2024-01-01/part-w-0001.parquet';
    const stored = (await objects.get(name))!;
    const bytes = Uint8Array.from(stored.bytes, (byte, at) => (at === 10 ? byte ^ 1 : byte));
    await objects.put(name, bytes, { ifGenerationMatch: stored.stat.generation, contentType: 'x' });
    await expect(dump({ validate: true })).rejects.toMatchObject({ code: 'COLD_OBJECT_CORRUPT', details: { name } });
  });

  it('refuses what it cannot answer, with what would help', async () => {
    const { dump, cold } = await open();
    expect(await dump({ columns: ['ts', 'price'] })).toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(/no column price; it has ts,symbol/),
    });
    expect(await dump({ columns: [] })).toMatchObject({ code: 'USAGE' });
    expect(await dump({ range: { from: D1, to: D1 } })).toMatchObject({ code: 'USAGE' });
    const wide = { range: { from: D1 - 400 * DAY, to: D1 + DAY } };
    expect(await dump(wide)).toMatchObject({ code: 'COLD_PARTITION_ABSENT', details: { absent: ['2023-01-01'] } });
    expect(await dump({ ...wide, allowGaps: true })).toHaveProperty('rows.length', 3);
    await expect(
      coldDump(cold, { table: 'nope', range: { from: 0, to: 1 }, columns: ['ts'], format: 'csv' }),
    ).rejects.toMatchObject({ code: 'USAGE' });
  });
});
