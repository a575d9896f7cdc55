import { describe, expect, it } from 'vitest';
import { memoryObjectStore } from '#shared/adapters/memory/object-store.ts';
import { coldStore } from '#shared/adapters/parquet/cold-store.ts';
import { DEFAULT_LAYOUT } from '#shared/cold/append-rows.ts';
import { compact } from '#shared/cold/compact.ts';
import { encodeSegment, segmentName } from '#shared/cold/staged-segment.ts';
import { OHLCV_1M } from '#shared/cold/tables.ts';
import type { ColdRow } from '#shared/ports/cold-store.ts';
import { ABSENT } from '#shared/ports/object-store.ts';

const DAY_MS = 86_400_000;
const FIRST_MS = Date.UTC(2026, 2, 1);

function world() {
  const objects = memoryObjectStore();
  const cold = coldStore(objects, { root: 'cold' });
  let seq = 0;
  const bar = (day: number, minute: number, symbol: string): ColdRow => {
    const ts = FIRST_MS + day * DAY_MS + minute * 60_000;
    const prices = { open: 100, high: 101, low: 99, close: 100 };
    return { ts, symbol, ...prices, volume: 1, venue: 'kraken', quote_volume: 100, trades: 3, available_at: ts + 2_000 };
  };
  const dtOf = (day: number): string => new Date(FIRST_MS + day * DAY_MS).toISOString().slice(0, 10);
  /** Stages bars of some symbols at these minutes of a day, and seals what is over then. */
  const seal = async (
    day: number,
    minutes: readonly number[],
    { symbols = ['BTC-USD', 'ETH-USD'], nowMs = FIRST_MS + (day + 1) * DAY_MS + 3_600_000 } = {},
  ) => {
    const rows = symbols.flatMap((symbol) => minutes.map((minute) => bar(day, minute, symbol)));
    const name = segmentName(OHLCV_1M, dtOf(day), 'w-1', FIRST_MS + day * DAY_MS + 3_600_000, ++seq);
    await objects.put(name, encodeSegment(OHLCV_1M, rows), { ifGenerationMatch: ABSENT, contentType: 'x' });
    const { partitions } = await compact({ objects, cold }, DEFAULT_LAYOUT, { nowMs, tables: [OHLCV_1M], includeOpen: true });
    const [stored] = await cold.partitions(OHLCV_1M, { from: FIRST_MS + day * DAY_MS, to: FIRST_MS + (day + 1) * DAY_MS });
    return { isQuarantined: partitions.at(-1)!.isQuarantined, manifest: stored!.manifest };
  };
  const count = async (day: number, force: boolean): Promise<number> => {
    const range = { from: FIRST_MS + day * DAY_MS, to: FIRST_MS + (day + 1) * DAY_MS };
    let rows = 0;
    for await (const batch of cold.readParquet(OHLCV_1M, range, ['close'], { force })) rows += batch.rows;
    return rows;
  };
  return { seal, count };
}

const minutes = (count: number): readonly number[] => Array.from({ length: count }, (_, minute) => minute);

describe('the completeness of a partition', () => {
  it('quarantines a day with a count three tenths off the middle of the days before, and readers leave it out', async () => {
    const { seal, count } = world();
    for (const [day, bars] of [100, 100, 102].entries()) {
      expect((await seal(day, minutes(bars))).manifest.checks.completeness).toMatchObject({ median_rows: null, failed: [] });
    }
    const enough = await seal(3, minutes(70));
    expect([enough.isQuarantined, enough.manifest.state]).toEqual([false, 'sealed']);
    const short = await seal(4, minutes(69));
    expect([short.isQuarantined, short.manifest.state]).toEqual([true, 'quarantined']);
    expect(short.manifest.checks.completeness).toEqual({
      pairs: 2,
      expected_rows: 138,
      missing_rows: 0,
      median_rows: 200,
      failed: ['row_count'],
    });
    expect([await count(4, false), await count(4, true)]).toEqual([0, 138]);
    expect((await seal(5, minutes(131))).manifest.checks.completeness).toMatchObject({ failed: ['row_count'] });
  });

  it('takes for usual what is so for days', async () => {
    const { seal } = world();
    for (const day of [0, 1, 2]) await seal(day, minutes(50));
    const found = [];
    for (const day of [3, 4, 5, 6, 7]) found.push((await seal(day, minutes(100))).isQuarantined);
    expect(found).toEqual([true, true, true, true, false]);
  });

  it('blames no rows that more pairs bring, and misses those of pairs that are gone', async () => {
    const { seal } = world();
    const three = { symbols: ['BTC-USD', 'ETH-USD', 'SOL-USD'] };
    for (const day of [0, 1, 2]) await seal(day, minutes(100));
    expect((await seal(3, minutes(100), three)).isQuarantined).toBe(false);
    expect((await seal(4, minutes(140), three)).isQuarantined).toBe(true);
    expect((await seal(5, minutes(100), { symbols: ['BTC-USD'] })).isQuarantined).toBe(true);
  });

  it('is judged anew when the rest comes', async () => {
    const { seal, count } = world();
    for (const day of [0, 1, 2]) await seal(day, minutes(100));
    expect((await seal(3, minutes(50))).isQuarantined).toBe(true);
    const whole = await seal(3, minutes(100).slice(50));
    expect([whole.isQuarantined, whole.manifest.state]).toEqual([false, 'sealed']);
    expect(await count(3, false)).toBe(200);
  });

  it('tells what is missing between the first and the last bar of each symbol, and fails nothing for it', async () => {
    const { seal } = world();
    const { manifest } = await seal(0, [0, 1, 2, 5, 9]);
    expect(manifest.checks.completeness).toMatchObject({ expected_rows: 20, missing_rows: 10, failed: [] });
  });

  it('is not asked for while a day is not over', async () => {
    const { seal } = world();
    const { manifest } = await seal(0, [0, 1], { nowMs: FIRST_MS + 3_600_000 });
    expect(manifest.checks.completeness).toBeUndefined();
  });
});
