import { expect, it } from 'vitest';
import { manualClock } from '#shared/adapters/memory/clock.ts';
import { memoryDocumentStore } from '#shared/adapters/memory/document-store.ts';
import { type HotDocument, hotDocumentSchema } from '#shared/contracts/hot-document.ts';
import { WORKER_PATHS } from '#shared/contracts/names.ts';
import type { Bar, MicroSample } from '#shared/contracts/stream-payloads.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import type { DocumentStore } from '#shared/ports/document-store.ts';
import { MicroSampler } from '#shared/streaming/compose/micro-sampler.ts';
import { HotDocuments } from '#shared/streaming/hot/hot-documents.ts';
import { depth, top } from './sample-events.ts';

const BTC = 'BTC-USD.spot@kraken';
const ETH = 'ETH-USD.spot@kraken';
const PARAMS = { every_ms: 5_000, most_books: 1, bars: 2 };

/** The sample of a live book at whole second `ts`. */
function sampleAt(instrument: string, ts: number) {
  const sampler = new MicroSampler();
  const base = instrument.slice(0, 3);
  sampler.push(top(base, ts - 500));
  sampler.push(depth(base, ts - 400));
  return sampler.due(ts + 1).find((sampled) => sampled.sample.ts === ts)!;
}

function closedBar(ts: number): { instrument: string; bar: Bar; taker: { buy: number; sell: number } } {
  const prices = { open: 1, high: 1, low: 1, close: 1, volume: 1, quote_volume: 1 };
  const bar = { ts, interval_ms: 60_000, ...prices, trades: 1, available_at: ts + 2_000 };
  return { instrument: BTC, bar, taker: { buy: 1, sell: 0 } };
}

function world(documents: DocumentStore = memoryDocumentStore(), params = PARAMS) {
  const clock = manualClock(0);
  const lease = { epoch: 7 as number | null };
  const warnings: string[] = [];
  const log = () => undefined;
  const logger = { info: log, notice: log, error: log, warn: (event: string) => void warnings.push(event) };
  const hot = new HotDocuments({ clock, logger, documents, leaseEpoch: () => lease.epoch }, { params, instruments: [BTC, ETH] });
  const end = new AbortController();
  const running = hot.run(end.signal);
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
  };
  const read = async (path = WORKER_PATHS.hot('kraken', 'BTC-USD')) => (await documents.get(path)) as HotDocument | null;
  return { hot, pass, read, lease, warnings, documents, running, end };
}

it('writes the newest sample and the last bars of the first books, and no others', async () => {
  const { hot, pass, read, documents } = world();
  for (const ts of [1_000, 2_000]) for (const id of [BTC, ETH]) hot.onSample(sampleAt(id, ts));
  for (const ts of [60_000, 120_000, 180_000]) hot.onBar(closedBar(ts));
  await pass(4_999);
  expect(await read()).toBeNull();
  await pass(1);
  const document = hotDocumentSchema.parse(await read());
  expect(document).toMatchObject({ venue: 'kraken', symbol: 'BTC-USD', instrument: BTC, ts: 2_000, lease_epoch: 7 });
  expect(document.sample).toEqual(sampleAt(BTC, 2_000).sample satisfies MicroSample);
  expect(document.bars.map(({ ts }) => ts)).toEqual([120_000, 180_000]);
  expect((await documents.list('hot')).map(({ id }) => id)).toEqual(['kraken_BTC-USD']);
  expect(hot.health().measured).toEqual({ documents: 1, written_total: 1, failed_writes_total: 0 });
});

it('never puts an older sample over a newer one, and does not write one twice', async () => {
  const { hot, pass, read, lease, documents } = world();
  const other = world(documents);
  other.hot.onSample(sampleAt(BTC, 9_000));
  await other.pass(5_000);
  hot.onSample(sampleAt(BTC, 8_000));
  lease.epoch = 6;
  await pass(5_000);
  expect(await read()).toMatchObject({ ts: 9_000, lease_epoch: 7 });
  expect(hot.health().measured.written_total).toBe(0);
  hot.onSample(sampleAt(BTC, 10_000));
  await pass(5_000);
  await pass(5_000);
  expect([await read(), hot.health().measured.written_total]).toMatchObject([{ ts: 10_000, lease_epoch: 6 }, 1]);
});

it('writes nothing without the lease, nor where nobody wants documents', async () => {
  const { hot, pass, read, lease } = world();
  lease.epoch = null;
  hot.onSample(sampleAt(BTC, 1_000));
  await pass(5_000);
  expect(await read()).toBeNull();
  lease.epoch = 8;
  await pass(5_000);
  expect(await read()).toMatchObject({ ts: 1_000, lease_epoch: 8 });
  const off = world(memoryDocumentStore(), { ...PARAMS, most_books: 0 });
  off.hot.onSample(sampleAt(BTC, 1_000));
  await off.pass(5_000);
  expect(await off.read()).toBeNull();
});

it('goes on with the next sample when the store was away, tells it once, and ends in the midst of a write', async () => {
  const inner = memoryDocumentStore();
  let mode: 'away' | 'hangs' | 'well' = 'away';
  const documents: DocumentStore = {
    ...inner,
    transaction: async (body) => {
      if (mode === 'away') throw new LivepoolError('STORE_UNAVAILABLE', 'transient', 'away');
      return mode === 'hangs' ? new Promise(() => undefined) : inner.transaction(body);
    },
  };
  const { hot, pass, read, warnings, end, running } = world(documents);
  hot.onSample(sampleAt(BTC, 1_000));
  await pass(5_000);
  await pass(5_000);
  expect([warnings, hot.health().measured.failed_writes_total]).toEqual([['hot.write_failed'], 2]);
  mode = 'well';
  hot.onSample(sampleAt(BTC, 12_000));
  await pass(5_000);
  expect(await read()).toMatchObject({ ts: 12_000 });
  mode = 'hangs';
  hot.onSample(sampleAt(BTC, 13_000));
  await pass(5_000);
  end.abort();
  await running;
});
