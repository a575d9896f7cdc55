import { expect, it } from 'vitest';
import { manualClock } from '#shared/adapters/memory/clock.ts';
import { memorySampleStore } from '#shared/adapters/memory/sample-store.ts';
import type { OpenInterestEvent } from '#shared/contracts/market-events/derivative-events.ts';
import type { SourceHealth } from '#shared/contracts/market-samples.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import type { SampleStore } from '#shared/ports/sample-store.ts';
import { SampleWriter } from '#shared/streaming/samples/sample-writer.ts';
import { btcBar } from '../laws/sample-rows.ts';
import { common } from './sample-events.ts';

const START = 1_700_000_000_000;
const PARAMS = {
  batch_rows: 10,
  every_ms: 1_000,
  queue_rows: 50,
  samples_kept_ms: 10_000,
  bars_kept_ms: 1e12,
  prune_every_ms: 60_000,
};
const EVERYTHING = { instrument: 'BTC-USD.spot@kraken', metric: 'open_interest', fromMs: 0, toMs: 1e15, offset: 0, limit: 1_000 };

function oi(at: number): OpenInterestEvent {
  return { ...common('BTC', at), type: 'open_interest', unit: 'base', amount: at - START, sides: 1, mark_price: null };
}

function world(store: SampleStore = memorySampleStore(), health: () => readonly SourceHealth[] | null = () => null) {
  const clock = manualClock(START);
  const warnings: string[] = [];
  const silent = () => undefined;
  const warn = (event: string) => void warnings.push(event);
  const logger = { info: silent, notice: silent, error: silent, warn };
  const writer = new SampleWriter(
    { clock, logger, store, health, lateValues: () => 3 },
    { params: PARAMS, mostBytes: 1e9, flushWithinMs: 1_000 },
  );
  const end = new AbortController();
  const running = writer.run(end.signal);
  return { clock, writer, store, warnings, running, end };
}

/** Lets everything that waits for a promise go on. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}

async function timesOf(store: SampleStore): Promise<readonly number[]> {
  return (await store.samples(EVERYTHING)).rows.map(({ ts_event }) => ts_event - START);
}

it('writes within a second, and at once when a batch is full', async () => {
  const { clock, writer, store } = world();
  await settled();
  writer.onPolled(oi(START + 1));
  writer.onBars([btcBar(0)]);
  await settled();
  expect(await timesOf(store)).toEqual([]);
  clock.advance(1_000);
  await settled();
  expect([await timesOf(store), (await store.bars(EVERYTHING)).total]).toEqual([[1], 1]);
  for (let n = 2; n < 12; n += 1) writer.onPolled(oi(START + n));
  await settled();
  expect((await timesOf(store)).length).toBe(11);
  writer.onPolled(oi(START + 11));
  clock.advance(1_000);
  await settled();
  expect(writer.health(START).measured).toMatchObject({
    queue_rows: 0,
    written_rows_total: 12,
    known_rows_total: 1,
    late_values_total: 3,
  });
});

it('keeps what the store refuses in passing, drops the oldest samples and no bar, and says so', async () => {
  const inner = memorySampleStore();
  let isAway = true;
  let asked = 0;
  const append: SampleStore['append'] = async (samples, bars) => {
    asked += 1;
    if (isAway) throw new LivepoolError('STORE_UNAVAILABLE', 'transient', 'away');
    return inner.append(samples, bars);
  };
  const { clock, writer, warnings } = world({ ...inner, append });
  await settled();
  const minutes = Array.from({ length: 20 }, (_, n) => n * 60_000);
  writer.onBars(minutes.map((minute) => btcBar(minute)));
  await settled();
  for (let n = 1; n <= 45; n += 1) writer.onPolled(oi(START + n));
  await settled();
  // One try a second, however much comes meanwhile.
  expect([asked, warnings]).toEqual([1, ['samples.write_failed']]);
  expect(writer.health(clock.nowMs())).toMatchObject({
    measured: { queue_rows: 50, dropped_samples_total: 15, dropped_bars_total: 0, failed_writes_total: 1 },
    findings: [{ area: 'queue', level: 'degraded', reason: 'sample_queue_full' }],
  });
  isAway = false;
  clock.advance(1_000);
  await settled();
  clock.advance(1);
  await settled();
  expect((await inner.bars(EVERYTHING)).rows.map(({ minute }) => minute)).toEqual(minutes);
  expect(await timesOf(inner)).toEqual(Array.from({ length: 30 }, (_, n) => n + 16));
  expect(writer.health(clock.nowMs())).toMatchObject({ measured: { queue_rows: 0 }, findings: [] });
});

it('calls a queue high only after half a minute, and drops bars only when nothing else is left', async () => {
  const append: SampleStore['append'] = async () => {
    throw new LivepoolError('STORE_UNAVAILABLE', 'transient', 'away');
  };
  const { clock, writer } = world({ ...memorySampleStore(), append });
  writer.onBars(Array.from({ length: 41 }, (_, n) => btcBar(n * 60_000)));
  expect(writer.health(START + 30_000).findings).toEqual([]);
  expect(writer.health(START + 30_001).findings).toEqual([{ area: 'queue', level: 'degraded', reason: 'sample_queue' }]);
  writer.onBars(Array.from({ length: 12 }, (_, n) => btcBar((41 + n) * 60_000)));
  writer.onPolled(oi(START + 1));
  expect(writer.health(clock.nowMs()).measured).toMatchObject({
    queue_rows: 50,
    dropped_bars_total: 3,
    dropped_samples_total: 1,
  });
});

it('tells for an hour that its store was begun anew', () => {
  const silent = () => undefined;
  const logger = { info: silent, notice: silent, warn: silent, error: silent };
  const facts = { health: () => null, lateValues: () => 0, renewedMs: () => START };
  const deps = { clock: manualClock(START), logger, store: memorySampleStore(), ...facts };
  const writer = new SampleWriter(deps, { params: PARAMS, mostBytes: 1e9, flushWithinMs: 1_000 });
  const finding = { area: 'store', level: 'degraded', reason: 'samples_begun_anew' };
  expect(writer.health(START + 3_599_999).findings).toEqual([finding]);
  expect(writer.health(START + 3_600_000).findings).toEqual([]);
});

it('replaces the health of sources once a tick, and forgets what is too old', async () => {
  const store = memorySampleStore();
  const row = {
    metric: 'price',
    venue: 'kraken',
    ts: 1,
    age_ms: 3,
    quality: 'live',
    instruments: 1,
    usable: 1,
    errors: 0,
    last_success: 1,
  } as const;
  let rows: readonly SourceHealth[] | null = null;
  let puts = 0;
  const putHealth: SampleStore['putHealth'] = async (all) => {
    puts += 1;
    await store.putHealth(all);
  };
  const { clock, writer } = world({ ...store, putHealth }, () => rows);
  await settled();
  writer.onPolled(oi(START + 1));
  rows = [row];
  clock.advance(1_000);
  await settled();
  clock.advance(1_000);
  await settled();
  expect([puts, await store.health(), await timesOf(store)]).toEqual([1, [row], [1]]);
  rows = [{ ...row, ts: 2 }];
  clock.advance(60_000);
  await settled();
  expect([puts, await timesOf(store)]).toEqual([2, []]);
});

it('writes what waits before it ends, and crashes for what does not pass', async () => {
  const { writer, store, end, running } = world();
  await settled();
  for (let n = 1; n <= 7; n += 1) writer.onPolled(oi(START + n));
  end.abort();
  await running;
  expect((await timesOf(store)).length).toBe(7);
  const append: SampleStore['append'] = async () => {
    throw new LivepoolError('STORE_CORRUPT', 'terminal', 'broken');
  };
  const broken = world({ ...memorySampleStore(), append });
  broken.writer.onPolled(oi(START + 1));
  await settled();
  broken.clock.advance(1_000);
  await expect(broken.running).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  expect(broken.writer.health(START).measured).toMatchObject({ queue_rows: 1 });
});
