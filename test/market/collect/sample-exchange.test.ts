import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import venueTable from '#params/venues.json' with { type: 'json' };
import { ccxtSource } from '#shared/adapters/ccxt/ccxt-source.ts';
import { folderObjectStore } from '#shared/adapters/fs/object-store.ts';
import { memoryObjectStore } from '#shared/adapters/memory/object-store.ts';
import { coldStore } from '#shared/adapters/parquet/cold-store.ts';
import { type SampleExchange, startSampleExchange } from '#shared/adapters/simulator/start-sample-exchange.ts';
import { DEFAULT_LAYOUT } from '#shared/cold/append-rows.ts';
import { candleArchive } from '#shared/cold/candle-archive.ts';
import { parseDay } from '#shared/core/calendar-day.ts';
import { lastClosedDay } from '#shared/market/collect/closed-days.ts';
import { collectCandles } from '#shared/market/collect/collect.ts';
import type { CollectProgress } from '#shared/market/collect/collect-input.ts';
import { parseVenueParams, venuePolicy } from '#shared/market/venue-policy/venue-policy.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { instantClock } from '../../adapters/instant-clock.ts';
import { snapshot } from './world.ts';

const policy = venuePolicy(parseVenueParams(venueTable), 'us_strict', []);
const BASES = ['BTC', 'ETH', 'SOL', 'NOSUCH'];

let exchange: SampleExchange;
beforeAll(async () => {
  exchange = await startSampleExchange({ seed: 'collect' });
});
afterAll(() => exchange.close());

async function open(objects: ObjectStore, venue = 'gate') {
  const { candles, instruments } = ccxtSource(
    { clock: instantClock(), random: { next: () => 0.5 } },
    { venue, policy, simUrl: exchange.url },
  );
  const archive = candleArchive({ objects, cold: coldStore(objects, { root: 'cold' }) }, DEFAULT_LAYOUT);
  const listed = (await instruments.fetchInstruments()).instruments;
  const asOf = lastClosedDay(exchange.nowMs);
  const input = {
    instruments: listed.filter((i) => i.quoteAsset === 'USDT' && BASES.includes(i.baseAsset)),
    from: parseDay('2022-01-01')!,
    asOf,
    nowMs: exchange.nowMs,
    repairDays: 10,
    openCandle: 'reject' as const,
  };
  return { source: candles, archive, input, listed };
}

describe('collecting from the sample exchange through ccxt over HTTP', () => {
  it('brings every finished day into the cold tier, with the same bytes in a folder as in memory', async () => {
    const memory = memoryObjectStore();
    const made = await open(memory);
    const outcome = await collectCandles(made, made.input);
    expect(outcome).toMatchObject({ ok: true, value: { source: 'sim', quarantined: 0, revisions: [] } });
    const series = await made.archive.read('sim');
    expect(series.map(({ symbol }) => symbol)).toEqual(['BTCUSDT', 'ETHUSDT', 'SOLUSDT']);
    for (const one of series) {
      expect(one.day.at(-1)).toBe(made.input.asOf);
      expect(one.close.every((price) => price > 0)).toBe(true);
    }
    const directory = mkdtempSync(join(tmpdir(), 'cold-'));
    try {
      const folder = folderObjectStore({ root: directory });
      const again = await open(folder);
      await collectCandles(again, again.input);
      expect(await snapshot(folder)).toEqual(await snapshot(memory));
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });

  it('ends in the same bytes through faults and interruptions', async () => {
    const calm = memoryObjectStore();
    const made = await open(calm);
    await collectCandles(made, made.input);
    const stormy = memoryObjectStore();
    const controller = new AbortController();
    const onProgress = (event: CollectProgress) => {
      if (event.kind === 'page' && event.symbol === 'ETHUSDT') controller.abort(new Error('Ctrl-C'));
    };
    const interrupted = await open(stormy);
    exchange.injectFault({ kind: 'http_429', target: 'candlesticks', at: 1, count: 2 });
    const call = collectCandles(interrupted, { ...interrupted.input, onProgress, signal: controller.signal });
    await expect(call).rejects.toThrow('Ctrl-C');
    const resumed = await open(stormy);
    exchange.injectFault({ kind: 'http_truncated', target: 'candlesticks', at: 1, count: 2, cutConnection: true });
    await collectCandles(resumed, resumed.input);
    exchange.clearFaults();
    expect(await snapshot(stormy)).toEqual(await snapshot(calm));
  });

  it('stores the instruments of a day once', async () => {
    const { archive, listed } = await open(memoryObjectStore());
    const stored = await archive.storeInstruments('sim', exchange.nowMs, listed);
    expect(stored.instruments).toEqual(listed);
    expect(await archive.storeInstruments('sim', exchange.nowMs + 1000, listed.slice(1))).toEqual(stored);
    expect(await archive.readInstruments('sim', exchange.nowMs)).toEqual(stored);
    expect(await archive.readInstruments('sim', exchange.nowMs - 1)).toBeNull();
  });

  it('reads the newest 720 days of Kraken', async () => {
    const made = await open(memoryObjectStore(), 'kraken');
    expect(await collectCandles(made, made.input)).toMatchObject({ ok: true });
    const [btc] = await made.archive.read('sim');
    expect(btc?.day.length).toBe(719);
    expect(btc?.tradeCount?.every(Number.isSafeInteger)).toBe(true);
  });
});
