import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryObjectStore } from '#shared/adapters/memory/object-store.ts';
import { coldStore } from '#shared/adapters/parquet/cold-store.ts';
import { DEFAULT_LAYOUT } from '#shared/cold/append-rows.ts';
import { type CompactInput, compact } from '#shared/cold/compact.ts';
import { coldDump } from '#shared/cold/dump.ts';
import { TRADES } from '#shared/cold/market-tables.ts';
import { decodeSegment, encodeSegment, parseSegmentName, segmentName } from '#shared/cold/staged-segment.ts';
import { QUARANTINE } from '#shared/cold/tables.ts';
import { verifyTable } from '#shared/cold/verify-table.ts';
import type { TableSchema } from '#shared/contracts/table-schema.ts';
import type { ColdRow } from '#shared/ports/cold-store.ts';
import { ABSENT } from '#shared/ports/object-store.ts';

const HOUR = 3_600_000;
const H7 = Date.UTC(2026, 2, 1, 7);
const NOW = H7 + 2 * HOUR;
const DT = '2026-03-01/hour=07';
const EVER = { from: 0, to: Date.UTC(2100, 0, 1) };

function world() {
  const objects = memoryObjectStore();
  const cold = coldStore(objects, { root: 'cold' });
  let seq = 0;
  const stage = async (rows: readonly unknown[], stagedMs = H7 + HOUR, schema: TableSchema = TRADES): Promise<string> => {
    const name = segmentName(schema, DT, 'w-1', stagedMs, ++seq);
    await objects.put(name, encodeSegment(schema, rows as readonly ColdRow[]), { ifGenerationMatch: ABSENT, contentType: 'x' });
    return name;
  };
  const run = (input: Partial<CompactInput> = {}) => compact({ objects, cold }, DEFAULT_LAYOUT, { nowMs: NOW, ...input });
  const read = async (schema: TableSchema = TRADES): Promise<ColdRow[]> => {
    const columns = schema.columns.map(({ name }) => name);
    const dumped = await coldDump(cold, {
      table: schema.table,
      range: { from: H7, to: H7 + 3 * HOUR },
      columns,
      format: 'parquet',
      validate: true,
      allowGaps: true,
    });
    const rows: ColdRow[] = [];
    if (dumped.ok) for await (const row of dumped.value.rows) rows.push(row);
    return rows;
  };
  const names = async () => (await objects.list('')).map(({ name }) => name);
  return { objects, cold, stage, run, read, names };
}

function trade(id: number, own: Partial<ColdRow> = {}): ColdRow {
  const ts = H7 + id * 1_000;
  return {
    ts,
    symbol: 'BTC-USD',
    venue: 'kraken',
    trade_id: `${id}`,
    side: 'buy',
    price: 100 + id,
    qty: 0.5,
    unit: 'base',
    available_at: ts + 5,
    ...own,
  };
}

describe('compaction', () => {
  it('seals what was staged twice and thrice as one row each', async () => {
    const { stage, run, read, names } = world();
    for (let copy = 0; copy < 3; copy++) await stage([trade(2), trade(1)]);
    await stage([trade(3), trade(1, { available_at: H7 + 60_000 })]);
    const summary = await run();
    expect(summary).toMatchObject({
      failed: [],
      left: 0,
      partitions: [{ table: 'trades', dt: DT, segments: 4, written: 3, duplicates: 5, corrections: 0, rejected: 0 }],
    });
    expect(await read()).toEqual([trade(1), trade(2), trade(3)]);
    expect((await names()).filter((name) => name.startsWith('cold/'))).toEqual([
      `cold/trades/dt=${DT}/_manifest-1.json`,
      expect.stringMatching(/part-compact-[0-9a-f]{12}-0001\.parquet$/),
    ]);
  });

  it('keeps every version of a corrected row, in the order in which they became known', async () => {
    const { stage, run, read } = world();
    const versions = [trade(1), trade(1, { price: 7, available_at: H7 + 9_000 }), trade(1, { available_at: H7 + 19_000 })];
    await stage([versions[2]!, versions[0]!, versions[1]!]);
    expect((await run()).partitions).toMatchObject([{ written: 3, corrections: 2 }]);
    expect(await read()).toEqual(versions);
    expect((await run()).partitions).toMatchObject([{ written: 0, segments: 1 }]);
    const late = trade(1, { price: 8, available_at: H7 + 7_000 });
    await stage([late]);
    expect((await run()).partitions).toMatchObject([{ written: 1, corrections: 1 }]);
    expect(await read()).toHaveLength(4);
    expect((await run()).partitions).toMatchObject([{ written: 0 }]);
  });

  it('refuses what is no number, is of the wrong type or from the future, and says why', async () => {
    const { stage, run, read } = world();
    const bad = [trade(2, { price: null }), trade(3, { qty: 'NaN' }), trade(4, { available_at: 0 }), { ...trade(5), extra: 1 }];
    await stage([trade(1), ...bad]);
    expect((await run()).partitions).toMatchObject([{ written: 1, rejected: 4 }]);
    expect(await read()).toEqual([trade(1)]);
    const reasons = (await read(QUARANTINE)).map(({ table, field, reason }) => `${table} ${field}: ${reason}`);
    expect(reasons.sort()).toEqual([
      'trades available_at: available_at: expected at least ts 1772348404000, found 0',
      'trades extra: extra: expected no such column, found extra',
      'trades price: price: expected a value, found null',
      'trades qty: qty: expected double, found string NaN',
    ]);
    await run();
    expect(await read(QUARANTINE)).toHaveLength(4);
  });

  it('waits until a partition is over for half an hour, unless it is asked not to', async () => {
    const { stage, run } = world();
    await stage([trade(1)]);
    expect((await run({ nowMs: H7 + HOUR + 30 * 60_000 - 1 })).partitions).toEqual([]);
    expect((await run({ nowMs: H7 + 1_000, includeOpen: true })).partitions).toHaveLength(1);
    await stage([trade(1), trade(2)]);
    expect((await run({ nowMs: H7 + HOUR + 30 * 60_000 })).partitions).toMatchObject([{ written: 1, duplicates: 2 }]);
    expect((await run({ day: '2026-03-02' })).partitions).toEqual([]);
  });

  it('deletes segments a day later, once another call has found them sealed', async () => {
    const { stage, run, names, read } = world();
    await stage([trade(1)]);
    const later = H7 + 26 * HOUR;
    const staged = async () => (await names()).filter((name) => name.startsWith('staging/')).length;
    await run({ nowMs: later });
    expect(await staged()).toBe(1);
    await run({ nowMs: NOW });
    expect(await staged()).toBe(1);
    expect((await run({ nowMs: later })).partitions).toMatchObject([{ written: 0, deleted: 1 }]);
    expect([await staged(), await read()]).toEqual([0, [trade(1)]]);
  });

  it('seals the rest when one segment is damaged, and says which', async () => {
    const { objects, stage, run, read } = world();
    const broken = segmentName(TRADES, '2026-03-01/hour=08', 'w-1', NOW, 1);
    await objects.put(broken, encodeSegment(TRADES, [trade(3601)]).subarray(0, 40), {
      ifGenerationMatch: ABSENT,
      contentType: 'x',
    });
    await stage([trade(1)]);
    const summary = await run({ nowMs: NOW + HOUR });
    expect(summary.failed).toMatchObject([
      { dt: '2026-03-01/hour=08', code: 'COLD_OBJECT_CORRUPT', message: expect.stringContaining(broken) },
    ]);
    expect(await read()).toEqual([trade(1)]);
  });

  it('stops between partitions when its time is spent', async () => {
    const { stage, run } = world();
    await stage([trade(1)]);
    expect(await run({ signal: AbortSignal.abort() })).toEqual({ partitions: [], failed: [], left: 1 });
  });

  it('ends with every acknowledged row once, wherever it is killed and whatever comes later', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 12 }), fc.boolean(), async (crashAt, comesLate) => {
        const { objects, cold, stage, read } = world();
        await stage([trade(1), trade(2), trade(2, { price: 1, available_at: H7 + HOUR }), trade(3, { price: null })]);
        let calls = 0;
        const dying = {
          ...objects,
          put: async (...call: Parameters<typeof objects.put>) => {
            const outcome = await objects.put(...call);
            if (calls++ === crashAt) throw new Error('power cut');
            return outcome;
          },
        };
        await compact({ objects: dying, cold: coldStore(dying, { root: 'cold' }) }, DEFAULT_LAYOUT, { nowMs: NOW }).catch(
          () => undefined,
        );
        if (comesLate) await stage([trade(4)]);
        for (let again = 0; again < 2; again++) await compact({ objects, cold }, DEFAULT_LAYOUT, { nowMs: NOW });
        const ids = (await read()).map(({ trade_id, price }) => `${trade_id}@${price}`);
        expect(ids.sort()).toEqual(['1@101', '2@1', '2@102', ...(comesLate ? ['4@104'] : [])]);
        expect(await read(QUARANTINE)).toHaveLength(1);
        expect((await verifyTable(cold, TRADES, EVER)).findings).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});

describe('a dump', () => {
  it('shows staged rows as they will be once they are sealed, whatever is sealed already', async () => {
    const version = fc.record({ id: fc.nat({ max: 4 }), price: fc.integer({ min: 1, max: 3 }), after: fc.nat({ max: 3 }) });
    const given = fc.record({
      sealed: fc.array(version, { maxLength: 6 }),
      staged: fc.array(version, { minLength: 1, maxLength: 6 }),
      asOf: fc.option(fc.nat({ max: 9 }), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(given, async ({ sealed, staged, asOf }) => {
        const { objects, cold, stage, run } = world();
        const rowOf = ({ id, price, after }: (typeof sealed)[number]): ColdRow =>
          trade(id, { price, available_at: H7 + id * 1_000 + after * 1_000 });
        const dump = async (staging?: typeof objects): Promise<readonly ColdRow[]> => {
          const input = { table: 'trades', range: { from: H7, to: H7 + HOUR }, columns: ['trade_id', 'price', 'available_at'] };
          const cut = asOf === undefined ? {} : { asOfMs: H7 + asOf * 1_000 };
          const dumped = await coldDump(cold, { ...input, ...cut, format: 'parquet' }, staging);
          const rows: ColdRow[] = [];
          if (dumped.ok) for await (const row of dumped.value.rows) rows.push(row);
          return rows.toSorted(
            (a, b) => Number(a.trade_id) - Number(b.trade_id) || Number(a.available_at) - Number(b.available_at),
          );
        };
        if (sealed.length > 0) await stage(sealed.map(rowOf));
        await run();
        await stage([...staged.map(rowOf), trade(1, { price: null })]);
        const before = await dump(objects);
        await run();
        expect(before).toEqual(await dump());
        expect(await dump(objects)).toEqual(before);
      }),
      { numRuns: 60 },
    );
  });

  it('counts an hour that is only staged as present', async () => {
    const { objects, cold, stage } = world();
    await stage([trade(1)]);
    const input = { table: 'trades', range: { from: H7, to: H7 + HOUR }, columns: ['ts'], format: 'parquet' } as const;
    expect(await coldDump(cold, input)).toMatchObject({ ok: false, error: { code: 'COLD_PARTITION_ABSENT' } });
    const dumped = await coldDump(cold, input, objects);
    const rows: ColdRow[] = [];
    if (dumped.ok) for await (const row of dumped.value.rows) rows.push(row);
    expect(rows).toEqual([{ ts: trade(1).ts! }]);
  });
});

describe('verifying a table', () => {
  it('counts what is right, and finds a changed file and a changed manifest', async () => {
    const { objects, cold, stage, run } = world();
    await stage([trade(1), trade(2)]);
    await run();
    expect(await verifyTable(cold, TRADES, EVER)).toEqual({ partitions: 1, files: 1, rows: 2, findings: [] });
    const [manifest, file] = await objects.list('cold/trades/');
    const text = Buffer.from((await objects.get(manifest!.name))!.bytes).toString();
    const options = { contentType: 'x', ifGenerationMatch: manifest!.generation };
    await objects.put(manifest!.name, Buffer.from(text.replace('"rows": 2,\n  "checks"', '"rows": 3,\n  "checks"')), options);
    expect((await verifyTable(cold, TRADES, EVER)).findings.map(({ message }) => message)).toEqual([
      'the manifest counts 3 rows, its files 2',
      'the manifest counts 3 rows, the files hold 2',
    ]);
    const bytes = Uint8Array.from((await objects.get(file!.name))!.bytes);
    bytes[bytes.length >> 1]! ^= 1;
    await objects.put(file!.name, bytes, { contentType: 'x', ifGenerationMatch: file!.generation });
    const found = (await verifyTable(cold, TRADES, EVER)).findings.map(({ message }) => message);
    expect(found.at(-1)).toContain('COLD_OBJECT_CORRUPT');
  });
});

describe('a staged segment', () => {
  const name = segmentName(TRADES, DT, 'worker-a1', NOW, 7);

  it('says in its name what it holds', () => {
    expect(name).toBe(`staging/trades/dt=${DT}/worker-a1-${NOW}-000007.ndjson.zst`);
    expect(parseSegmentName(name)).toEqual({ dt: DT, writer: 'worker-a1', stagedMs: NOW });
    expect(parseSegmentName('staging/ohlcv_1d/gate/2026-03-01-1/report.json')).toBeUndefined();
  });

  it('keeps every number exactly', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0));
    fc.assert(
      fc.property(fc.array(fc.tuple(number, fc.string({ unit: 'grapheme' })), { minLength: 1 }), (values) => {
        const rows = values.map(([price, trade_id]) => trade(1, { price, trade_id: trade_id.toWellFormed() }));
        expect(decodeSegment(TRADES, encodeSegment(TRADES, rows), name).rows).toEqual(rows);
      }),
    );
  });

  it('is refused when a bit of it changed', () => {
    const bytes = encodeSegment(TRADES, [trade(1), trade(2)]);
    fc.assert(
      fc.property(fc.nat({ max: bytes.length * 8 - 1 }), (bit) => {
        const changed = Uint8Array.from(bytes);
        changed[bit >> 3]! ^= 2 ** (bit & 7);
        let rows: readonly ColdRow[] = [];
        try {
          rows = decodeSegment(TRADES, changed, name).rows;
        } catch (error) {
          expect(error).toMatchObject({ code: 'COLD_OBJECT_CORRUPT' });
          return;
        }
        expect(rows).toEqual([trade(1), trade(2)]);
      }),
    );
  });
});
