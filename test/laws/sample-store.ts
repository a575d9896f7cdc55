import { describe, expect, it } from 'vitest';
import type { SourceHealth } from '#shared/contracts/market-samples.ts';
import type { SampleStore } from '#shared/ports/sample-store.ts';
import { btcBar, oiSample } from './sample-rows.ts';

type Make = () => SampleStore | Promise<SampleStore>;

const MINUTE = 60_000;
const EVERYTHING = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, offset: 0, limit: 1000 };
const OI = { instrument: 'BTC-USDT.perp@gate', metric: 'oi', ...EVERYTHING };
const BARS = { instrument: 'BTC-USD.spot@kraken', ...EVERYTHING };

/** The laws of SampleStore; `makeStore` gives an empty store each time. */
export function sampleStoreLaws(name: string, makeStore: Make): void {
  describe(`${name} keeps the laws of SampleStore`, () => {
    rowLaws(makeStore);
    revisionLaws(makeStore);
    healthLaws(makeStore);
    pruneLaws(makeStore);
  });
}

function rowLaws(makeStore: Make): void {
  it('is empty at first', async () => {
    const store = await makeStore();
    expect([await store.samples(OI), await store.bars(BARS), await store.health()]).toEqual([
      { rows: [], total: 0 },
      { rows: [], total: 0 },
      [],
    ]);
    expect(await store.status()).toMatchObject({ samples: 0, bars: 0 });
    expect(await store.append([], [])).toEqual({ kept: 0, known: 0 });
  });

  it('gives rows back by series and time, oldest first, a page at a time', async () => {
    const store = await makeStore();
    const other = oiSample(2_000, { metric: 'mark_price' });
    const samples = [
      oiSample(3_000),
      oiSample(1_000, { raw_ref: 'gate.perp 7' }),
      other,
      oiSample(2_000, { value: null, quality: 'missing' }),
    ];
    const bars = [btcBar(MINUTE), btcBar(0, { open: null, close: null, trades: null })];
    expect(await store.append(samples, bars)).toEqual({ kept: 6, known: 0 });
    const { rows, total } = await store.samples({ ...OI, fromMs: 1_000, toMs: 3_000 });
    expect([total, rows]).toEqual([2, [samples[1], samples[3]].map((row) => ({ ...row, revision: 0 }))]);
    expect(await store.samples({ ...OI, offset: 2, limit: 1 })).toEqual({ rows: [{ ...samples[0], revision: 0 }], total: 3 });
    expect(await store.samples({ ...OI, metric: 'mark_price' })).toMatchObject({ total: 1 });
    expect(await store.samples({ ...OI, instrument: 'ETH-USDT.perp@gate' })).toEqual({ rows: [], total: 0 });
    expect(await store.bars(BARS)).toEqual({ rows: [bars[1], bars[0]].map((row) => ({ ...row, revision: 0 })), total: 2 });
    expect(await store.bars({ ...BARS, toMs: MINUTE })).toMatchObject({ total: 1 });
    expect(await store.status()).toMatchObject({ samples: 4, bars: 2 });
  });

  it('shares no memory with its callers', async () => {
    const store = await makeStore();
    const sample = oiSample(1_000);
    await store.append([sample], []);
    sample.value = 0;
    const { rows } = await store.samples(OI);
    expect(rows[0]!.value).toBe(125);
  });
}

function revisionLaws(makeStore: Make): void {
  it('keeps what it knows once, whenever and by whatever reply it comes again', async () => {
    const store = await makeStore();
    const again = { ts_recv: 9_000, available_at: 9_000, raw_ref: 'gate.perp 8' };
    await store.append([oiSample(1_000), oiSample(1_000)], [btcBar(0)]);
    expect(await store.append([oiSample(1_000, again)], [btcBar(0, { available_at: 99_000 })])).toEqual({ kept: 0, known: 2 });
    expect([(await store.samples(OI)).rows, (await store.bars(BARS)).rows]).toEqual([
      [{ ...oiSample(1_000), revision: 0 }],
      [{ ...btcBar(0), revision: 0 }],
    ]);
  });

  it('puts a correction behind what it corrects, and edits nothing', async () => {
    const store = await makeStore();
    await store.append([oiSample(1_000)], [btcBar(0)]);
    const corrected = oiSample(1_000, { value: 7, available_at: 5_000 });
    const back = oiSample(1_000, { value: 125, available_at: 4_000 });
    await store.append([corrected, back], [btcBar(0, { mark_close: 11 })]);
    const { rows, total } = await store.samples(OI);
    expect(total).toBe(3);
    expect(rows).toEqual([
      { ...oiSample(1_000), revision: 0 },
      { ...corrected, revision: 1 },
      { ...back, revision: 2, available_at: 5_001 },
    ]);
    expect(
      (await store.bars(BARS)).rows.map(({ revision, mark_close, available_at }) => [revision, mark_close, available_at]),
    ).toEqual([
      [0, null, 62_000],
      [1, 11, 62_001],
    ]);
    for (const change of [{ unit: 'usd' }, { quality: 'suspect' as const }]) await store.append([{ ...back, ...change }], []);
    expect((await store.samples(OI)).total).toBe(5);
  });
}

function healthLaws(makeStore: Make): void {
  it('knows the health of the last look alone', async () => {
    const store = await makeStore();
    const row = (metric: string, venue: string, ts: number): SourceHealth => {
      return { metric, venue, ts, age_ms: null, quality: 'stale', instruments: 2, usable: 0, errors: 3, last_success: null };
    };
    await store.putHealth([row('price', 'kraken', 1), row('price', 'gate', 1)]);
    await store.putHealth([row('price', 'kraken', 2), row('oi_usd', 'gate', 2)]);
    expect(await store.health()).toEqual([row('oi_usd', 'gate', 2), row('price', 'kraken', 2)]);
  });
}

function pruneLaws(makeStore: Make): void {
  it('forgets what is too old, of each table by its own age', async () => {
    const store = await makeStore();
    await store.append(
      [1_000, 2_000, 3_000].map((at) => oiSample(at)),
      [0, 1, 2].map((n) => btcBar(n * MINUTE)),
    );
    await store.append([oiSample(2_000, { metric: 'mark_price' })], []);
    await store.prune({ samplesBeforeMs: 2_000, barsBeforeMs: 2 * MINUTE, mostBytes: Number.MAX_SAFE_INTEGER });
    expect((await store.samples(OI)).rows.map(({ ts_event }) => ts_event)).toEqual([2_000, 3_000]);
    expect((await store.bars(BARS)).rows.map(({ minute }) => minute)).toEqual([2 * MINUTE]);
    expect(await store.status()).toMatchObject({ samples: 3, bars: 1 });
  });

  it('forgets the oldest first where there is no room, and no more than has to go', async () => {
    const store = await makeStore();
    const empty = (await store.status()).bytes;
    const times = Array.from({ length: 1_500 }, (_, n) => 1_000 * (n + 1));
    await store.append(
      times.map((at) => oiSample(at)),
      times.filter((at) => at % 60_000 === 0).map((at) => btcBar(at)),
    );
    const full = (await store.status()).bytes - empty;
    const mostBytes = Math.floor(empty + full / 2);
    await store.prune({ samplesBeforeMs: 0, barsBeforeMs: 0, mostBytes });
    const { bytes } = await store.status();
    expect(bytes).toBeLessThanOrEqual(mostBytes);
    expect(bytes).toBeGreaterThan(empty + full / 4);
    const left = (await store.samples({ ...OI, limit: 10_000 })).rows.map(({ ts_event }) => ts_event);
    expect(left.length).toBeGreaterThan(300);
    expect(left).toEqual(times.slice(-left.length));
    expect((await store.bars(BARS)).rows[0]!.minute).toBeGreaterThanOrEqual(left[0]! - 1_000);
    await store.prune({ samplesBeforeMs: 0, barsBeforeMs: 0, mostBytes: 0 });
    expect(await store.status()).toMatchObject({ samples: 0, bars: 0 });
  });
}
