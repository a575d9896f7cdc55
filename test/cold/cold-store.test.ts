import { describe, expect, it } from 'vitest';
import { memoryObjectStore } from '#shared/adapters/memory/object-store.ts';
import { coldStore } from '#shared/adapters/parquet/cold-store.ts';
import { appendRows, DEFAULT_LAYOUT } from '#shared/cold/append-rows.ts';
import { batchRows } from '#shared/cold/row-versions.ts';
import { OHLCV_1D, OHLCV_1H, OHLCV_1M } from '#shared/cold/tables.ts';
import type { TableSchema } from '#shared/contracts/table-schema.ts';
import { seededRandom } from '#shared/core/seeded-random.ts';
import type { ColdRow, ReadOptions, ReadStats, TimeRange } from '#shared/ports/cold-store.ts';
import { ABSENT } from '#shared/ports/object-store.ts';
import { bar } from './sample-rows.ts';

const DAY = 86_400_000;
const D1 = Date.UTC(2025, 8, 1);
const ALL: TimeRange = { from: 0, to: Date.UTC(2100, 0, 1) };
const COLUMNS = OHLCV_1M.columns.map((column) => column.name);
const CODECS = ['zstd', 'gzip', 'snappy', 'none'] as const;

function open(form: 'parquet' | 'csv' = 'parquet', rowGroupRows = 20_000) {
  const objects = memoryObjectStore();
  const cold = coldStore(objects, { root: 'cold' });
  const layout = { ...DEFAULT_LAYOUT, form, rowGroupRows };
  const read = async (schema: TableSchema, range: TimeRange, columns = COLUMNS, options: ReadOptions = {}) => {
    const rows: ColdRow[] = [];
    const batches =
      form === 'parquet' ? cold.readParquet(schema, range, columns, options) : cold.readCsv(schema, range, columns, options);
    for await (const batch of batches) rows.push(...batchRows(batch));
    return rows;
  };
  const append = (schema: TableSchema, rows: readonly ColdRow[]) => appendRows({ objects, cold }, schema, rows, 'w', layout);
  return { objects, cold, read, append };
}

function minutes(from: number, count: number, stepMs = 60_000, symbols = ['BTC-USD', 'ETH-USD']): ColdRow[] {
  return Array.from({ length: count }, (_, i) => from + i * stepMs).flatMap((ts) => symbols.map((symbol) => bar(ts, symbol)));
}

async function snapshot(objects: ReturnType<typeof memoryObjectStore>) {
  const stats = await objects.list('');
  return Promise.all(
    stats.map(async ({ name }) => [name, Buffer.from((await objects.get(name))!.bytes).toString('base64')] as const),
  );
}

describe.each(['parquet', 'csv'] as const)('a table stored as %s', (form) => {
  it('gives back a half-open window with types and column order', async () => {
    const { append, read } = open(form, 500);
    await append(OHLCV_1M, minutes(D1 - 3 * DAY, 6 * 1440));
    const rows = await read(OHLCV_1M, { from: D1 + DAY / 2, to: D1 + 1.5 * DAY }, COLUMNS, { symbols: new Set(['BTC-USD']) });
    expect(rows).toHaveLength(1440);
    expect([rows[0]?.ts, rows.at(-1)?.ts]).toEqual([D1 + DAY / 2, D1 + 1.5 * DAY - 60_000]);
    expect(rows[0]).toEqual(bar(D1 + DAY / 2, 'BTC-USD'));
    expect(Object.keys(rows[0]!)).toEqual(COLUMNS);
  });

  it('keeps null, extreme and tiny numbers exactly', async () => {
    const { append, read } = open(form);
    const odd = bar(D1, 'BTC-USD', {
      open: 5e-324,
      low: 5e-324,
      high: 1.7976931348623157e308,
      close: 0.1 + 0.2,
      quote_volume: null,
      trades: null,
      volume: 0,
    });
    await append(OHLCV_1D, [odd]);
    expect(await read(OHLCV_1D, ALL)).toEqual([odd]);
  });

  it('drops rows that are stored already and shows a correction from its time on', async () => {
    const { append, read } = open(form);
    const first = bar(D1, 'BTC-USD');
    const corrected = bar(D1, 'BTC-USD', { close: 11.5, available_at: D1 + 9 * DAY });
    expect(await append(OHLCV_1D, [first])).toEqual({ written: 1, duplicates: 0, corrections: 0 });
    expect(await append(OHLCV_1D, [{ ...first, available_at: D1 + DAY }])).toEqual({ written: 0, duplicates: 1, corrections: 0 });
    expect(await append(OHLCV_1D, [corrected])).toEqual({ written: 1, duplicates: 0, corrections: 1 });
    expect(await read(OHLCV_1D, ALL, COLUMNS, { asOfMs: D1 + 9 * DAY - 1 })).toEqual([first]);
    expect(await read(OHLCV_1D, ALL, COLUMNS, { asOfMs: D1 + 9 * DAY })).toEqual([first, corrected]);
    expect(await read(OHLCV_1D, ALL, ['close'], { asOfMs: D1 })).toEqual([]);
  });

  it('merges many small files without changing a row', async () => {
    const { append, read, cold } = open(form);
    for (let day = 0; day < 20; day++) await append(OHLCV_1D, [bar(D1 + day * DAY, 'BTC-USD')]);
    const [partition] = await cold.partitions(OHLCV_1D, ALL);
    expect(partition?.manifest.files.length).toBeLessThan(17);
    expect((await read(OHLCV_1D, ALL)).map((row) => row.ts)).toEqual(Array.from({ length: 20 }, (_, day) => D1 + day * DAY));
  });
});

describe('parquet files', () => {
  it.each(CODECS)('with codec %s are the same bytes for the same rows in any order, and read back', async (compression) => {
    const rows = minutes(D1, 300);
    const write = async (content: readonly ColdRow[]) => {
      const { cold, objects } = open();
      await cold.writeParquet(OHLCV_1H, content, { name: 'cold/x.parquet', compression, rowGroupRows: 100 });
      return Buffer.from((await objects.get('cold/x.parquet'))!.bytes).toString('hex');
    };
    expect(await write(rows)).toBe(await write([...rows].reverse()));
  });

  it('are written once: the same bytes again are a no-op, others a conflict', async () => {
    const { cold } = open();
    const options = { name: 'cold/x.parquet', compression: 'zstd', rowGroupRows: 100 } as const;
    const entry = await cold.writeParquet(OHLCV_1D, [bar(D1, 'BTC-USD')], options);
    expect(await cold.writeParquet(OHLCV_1D, [bar(D1, 'BTC-USD')], options)).toEqual(entry);
    await expect(cold.writeParquet(OHLCV_1D, [bar(D1, 'ETH-USD')], options)).rejects.toMatchObject({ code: 'COLD_CONFLICT' });
  });

  it('are read by row group and column: an hour of a day costs at most 8 % and four requests', async () => {
    const { append, cold } = open();
    const symbols = Array.from({ length: 100 }, (_, i) => `S${i}-USD`);
    const random = seededRandom('pruning');
    const rows = minutes(D1, 1440, 60_000, symbols).map((row) => {
      const [open, close] = [100 + random.next(), 100 + random.next()];
      const [high, low] = [Math.max(open, close) + random.next(), Math.min(open, close) - random.next()];
      return {
        ...row,
        open,
        high,
        low,
        close,
        volume: random.next(),
        quote_volume: random.next(),
        trades: random.nextInt(10_000),
      };
    });
    await append(OHLCV_1M, rows);
    const size = (await cold.partitions(OHLCV_1M, ALL))[0]!.manifest.files[0]!.bytes;
    const stats: ReadStats = { requests: 0, bytes: 0, rowGroups: 0, rowGroupsSkipped: 0 };
    let found = 0;
    const window = { from: D1 + 5 * 3_600_000, to: D1 + 6 * 3_600_000 };
    for await (const batch of cold.readParquet(OHLCV_1M, window, ['ts', 'close', 'volume'], { stats })) found += batch.rows;
    expect(found).toBe(6000);
    expect(stats.requests).toBeLessThanOrEqual(4);
    expect(stats.rowGroupsSkipped).toBe(7);
    expect(stats.bytes / size).toBeLessThanOrEqual(0.08);
  });

  it('refuse to be half read', async () => {
    const { append, objects, read, cold } = open();
    await append(OHLCV_1D, minutes(D1, 50, DAY));
    const entry = (await cold.partitions(OHLCV_1D, ALL))[0]!.manifest.files[0]!;
    const stored = (await objects.get(entry.name))!;
    const replace = async (bytes: Uint8Array) => {
      const { generation } = (await objects.stat(entry.name))!;
      await objects.put(entry.name, bytes, { ifGenerationMatch: generation, contentType: 'x' });
    };
    await replace(stored.bytes.subarray(0, stored.bytes.length / 2));
    await expect(read(OHLCV_1D, ALL)).rejects.toMatchObject({ code: 'COLD_OBJECT_CORRUPT', details: { name: entry.name } });
    await replace(Uint8Array.from(stored.bytes, (byte, at) => (at > 40 && at < 400 ? byte ^ 0x55 : byte)));
    await expect(read(OHLCV_1D, ALL, COLUMNS, { validate: true })).rejects.toMatchObject({ code: 'COLD_OBJECT_CORRUPT' });
    await objects.delete(entry.name, { ifGenerationMatch: (await objects.stat(entry.name))!.generation });
    await expect(read(OHLCV_1D, ALL)).rejects.toMatchObject({ code: 'COLD_OBJECT_CORRUPT' });
  });

  it('of another schema are named, not read', async () => {
    const { append, objects, cold } = open();
    const other: TableSchema = {
      ...OHLCV_1D,
      columns: OHLCV_1D.columns.map((c) => (c.name === 'trades' ? { ...c, type: 'double' } : c)),
    };
    await append(OHLCV_1D, [bar(D1, 'BTC-USD')]);
    expect((await objects.list('cold/')).length).toBe(2);
    const read = async () => {
      for await (const _ of cold.readParquet(other, ALL, COLUMNS));
    };
    await expect(read()).rejects.toMatchObject({ code: 'SCHEMA_MISMATCH', details: { column: 'trades' } });
  });
});

describe('rows that do not fit', () => {
  const good = bar(D1, 'BTC-USD');
  const { trades: _trades, ...missing } = good;
  const { ts, symbol, ...rest } = good;
  it.each([
    ['a wrong type', { ...good, close: '11' }, 'close'],
    ['a missing required value', { ...good, venue: null }, 'venue'],
    ['a missing column', missing as ColdRow, 'trades'],
    ['an extra column', { ...good, extra: 1 }, 'extra'],
    ['columns in another order', { symbol: symbol!, ts: ts!, ...rest } as ColdRow, 'ts'],
    ['NaN', { ...good, volume: Number.NaN }, 'volume'],
    ['infinity', { ...good, quote_volume: Number.POSITIVE_INFINITY }, 'quote_volume'],
    ['high below close', { ...good, high: 10.5 }, 'high'],
    ['a zero price', { ...good, low: 0 }, 'low'],
    ['available before its time', { ...good, available_at: D1 - 1 }, 'available_at'],
    ['half a millisecond', { ...good, ts: D1 + 0.5, available_at: D1 + 1 }, 'ts'],
  ])('%s is refused before any object exists', async (_name, row, column) => {
    for (const form of ['parquet', 'csv'] as const) {
      const { append, objects } = open(form);
      await expect(append(OHLCV_1D, [good, row])).rejects.toMatchObject({ code: 'SCHEMA_MISMATCH', details: { column } });
      expect(await objects.list('')).toEqual([]);
    }
  });
});

describe('appending', () => {
  it('ends in the same bytes when it is repeated after every lost or half step', async () => {
    const rows = [...minutes(D1, 40, DAY), ...minutes(D1 + 200 * DAY, 40, DAY)];
    const whole = open();
    await whole.append(OHLCV_1D, rows);
    const expected = await snapshot(whole.objects);
    for (let failAt = 0; failAt < 4; failAt++) {
      const { objects, cold } = open();
      let puts = 0;
      const failing = {
        ...objects,
        put: async (...call: Parameters<typeof objects.put>) => {
          if (puts++ === failAt) throw new Error('power cut');
          return objects.put(...call);
        },
      };
      const deps = { objects: failing, cold: coldStore(failing, { root: 'cold' }) };
      await expect(appendRows(deps, OHLCV_1D, rows, 'w', DEFAULT_LAYOUT)).rejects.toThrow('power cut');
      await appendRows({ objects, cold }, OHLCV_1D, rows, 'w', DEFAULT_LAYOUT);
      expect(await snapshot(objects)).toEqual(expected);
    }
  });

  it('leaves quarantined partitions out unless forced', async () => {
    const { append, read, objects, cold } = open();
    await append(OHLCV_1D, [bar(D1, 'BTC-USD')]);
    const [partition] = await cold.partitions(OHLCV_1D, ALL);
    const bytes = Buffer.from(JSON.stringify({ ...partition!.manifest, state: 'quarantined' }));
    await objects.put('cold/ohlcv_1d/dt=2025-01-01/_manifest-2.json', bytes, { ifGenerationMatch: ABSENT, contentType: 'x' });
    expect(await read(OHLCV_1D, ALL)).toEqual([]);
    expect(await read(OHLCV_1D, ALL, COLUMNS, { force: true })).toHaveLength(1);
  });
});
