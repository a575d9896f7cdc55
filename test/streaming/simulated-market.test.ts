import { afterEach, expect, it } from 'vitest';
import { openBlake3 } from '#shared/adapters/hash/blake3.ts';
import { memoryObjectStore } from '#shared/adapters/memory/object-store.ts';
import { inProcessOrderedBus } from '#shared/adapters/memory/ordered-bus.ts';
import { coldStore } from '#shared/adapters/parquet/cold-store.ts';
import { DEFAULT_LAYOUT } from '#shared/cold/append-rows.ts';
import { compact } from '#shared/cold/compact.ts';
import { coldDump } from '#shared/cold/dump.ts';
import { tableByName } from '#shared/cold/tables.ts';
import { deadLetterTopic, MARKET_TOPICS } from '#shared/contracts/names.ts';
import type { StreamEnvelope } from '#shared/contracts/stream-envelope.ts';
import type { ColdRow } from '#shared/ports/cold-store.ts';
import { coldWriter } from '#shared/streaming/cold/cold-writer.ts';
import { EnvelopeComposer } from '#shared/streaming/compose/envelope-composer.ts';
import { streamName } from '#shared/streaming/instrument-source.ts';
import { marketEventFanOut } from '#shared/streaming/market-event-fan-out.ts';
import { envelopePublisher } from '#shared/streaming/publish/envelope-publisher.ts';
import { receiveCounters, receiveEnvelopes } from '#shared/streaming/receive-envelopes.ts';
import { SimulatorWorld } from '../adapters/venues/simulator-world.ts';

const IDS = ['BTC-USD.spot@kraken', 'BTC-USD.perp@krakenfutures', 'BTC-USDT.perp@gate'];
const MINUTE = 60_000;

let world: SimulatorWorld | undefined;

afterEach(async () => {
  await world?.stop();
  world = undefined;
});

/** Feeds of the simulator through fan-out, publisher, bus and cold writer, all on the virtual clock of the world. */
async function marketOnTheWay(simulated: SimulatorWorld) {
  const { clock } = simulated;
  const blake3 = await openBlake3();
  const log = (): void => undefined;
  const logger = { info: log, notice: log, warn: log, error: log };
  const bus = inProcessOrderedBus({ clock });
  const topics = Object.values(MARKET_TOPICS);
  for (const topic of topics) {
    for (const each of [topic, deadLetterTopic(topic)]) bus.createTopic(each);
    for (const reader of ['worker', 'witness']) bus.createSubscription(topic, `${topic}-to-${reader}`);
  }
  const objects = memoryObjectStore();
  const subscriptions = topics.map((topic) => ({ topic, subscription: `${topic}-to-worker` }));
  const writer = coldWriter(
    { clock, logger, objects, catchUp: { bus, blake3, subscriptions } },
    { writer: 'w', stageEveryMs: 20_000 },
  );
  const fanOut = marketEventFanOut();
  const specs = new Map(simulated.feeds.instruments.map((spec) => [spec.id, spec]));
  const composer = new EnvelopeComposer({ blake3, contractOf: (id) => specs.get(id), region: 'local', leaseEpoch: 0 });
  const publisher = envelopePublisher({ clock, logger, reader: fanOut.reader('publisher'), composer, bus, tee: writer.tee });
  const seen: StreamEnvelope[] = [];
  const sink = async (envelope: StreamEnvelope): Promise<void> => void seen.push(envelope);
  const stop = { publisher: new AbortController(), rest: new AbortController() };
  const counters = receiveCounters();
  const running = [
    publisher.run(stop.publisher.signal),
    writer.run(stop.rest.signal),
    ...topics.map((topic) =>
      bus.run(`${topic}-to-witness`, receiveEnvelopes({ blake3, bus, sink, counters }, topic), stop.rest.signal),
    ),
  ];
  const end = async (): Promise<void> => {
    stop.publisher.abort();
    await simulated.pass(1_000);
    stop.rest.abort();
    await simulated.pass(3_000);
    await Promise.all(running);
  };
  return { fanOut, objects, seen, counters, writer, end };
}

it('every event of the feeds that is sent comes out of the cold tier as it went in, once', async () => {
  world = await SimulatorWorld.start(IDS, { symbols: ['BTC'], levels: 40 });
  const { fanOut, objects, seen, counters, writer, end } = await marketOnTheWay(world);
  let fed = 0;
  const feed = (): void => {
    for (; fed < world!.events.length; fed++) fanOut.sink(world!.events[fed]!);
  };
  await world.pass(130_000, feed, 500);
  await end();
  const events = world.events.slice(0, fed);

  const deps = { objects, cold: coldStore(objects, { root: 'cold' }) };
  const nowMs = world.clock.nowMs();
  const summary = await compact(deps, DEFAULT_LAYOUT, { nowMs, includeOpen: true });
  expect([summary.failed, counters.violations, fanOut.facts().readers.publisher!.dropped]).toEqual([[], {}, 0]);
  expect(summary.partitions.every(({ rejected, corrections }) => rejected + corrections === 0)).toBe(true);
  const dump = async (table: string): Promise<readonly ColdRow[]> => {
    const columns = tableByName(table).columns.map(({ name }) => name);
    const range = { from: world!.startMs - MINUTE, to: nowMs + MINUTE };
    const dumped = await coldDump(deps.cold, { table, range, columns, format: 'parquet', validate: true, allowGaps: true });
    if (!dumped.ok) throw new Error(dumped.error.message);
    const rows: ColdRow[] = [];
    for await (const row of dumped.value.rows) rows.push(row);
    return rows;
  };

  const prints = events.filter((event) => event.type === 'trade');
  const sent = prints.map(({ instrument, ts_event, trade_id, side, price, qty, unit }) => {
    const { source, symbol } = streamName(instrument);
    return [ts_event, symbol, source, trade_id, side, price, qty, unit].join();
  });
  const stored = (await dump('trades')).map(({ ts, symbol, venue, trade_id, side, price, qty, unit }) =>
    [ts, symbol, venue, trade_id, side, price, qty, unit].join(),
  );
  expect(sent.length).toBeGreaterThan(200);
  expect(stored.toSorted()).toEqual([...new Set(sent)].toSorted());

  const samples = seen
    .filter(({ attributes }) => attributes.type === 'micro_sample')
    .map((envelope) => {
      const { sample } = JSON.parse(Buffer.from(envelope.payload).toString()) as { sample: ColdRow };
      return { symbol: envelope.symbol, venue: envelope.source, ...sample, available_at: sample.ts ?? null };
    });
  const micro = await dump('micro_1s');
  expect(micro.length).toBeGreaterThan(300);
  expect(micro.filter(({ book_state }) => book_state === 'live').length).toBeGreaterThan(300);
  expect(sortedRows(micro)).toEqual(sortedRows(samples));

  for (const [table, type] of [
    ['funding', 'funding'],
    ['open_interest', 'open_interest'],
    ['basis', 'basis'],
  ] as const) {
    const times = seen
      .filter(({ attributes }) => attributes.type === type)
      .map(({ source, tsNs }) => `${source} ${tsNs / 1_000_000n}`);
    expect((await dump(table)).map(({ venue, ts }) => `${venue} ${ts}`).toSorted()).toEqual([...new Set(times)].toSorted());
    expect(times.length).toBeGreaterThan(0);
  }

  const bars = await dump('ohlcv_1m');
  expect(bars.length).toBeGreaterThan(0);
  for (const bar of bars) {
    const close = Number(bar.ts);
    const own = prints.filter(({ instrument, ts_event }) => {
      const { source, symbol } = streamName(instrument);
      return source === bar.venue && symbol === bar.symbol && ts_event >= close - MINUTE && ts_event < close;
    });
    const prices = own.map(({ price }) => price);
    const expected = {
      open: prices[0],
      high: Math.max(...prices),
      low: Math.min(...prices),
      close: prices.at(-1),
      trades: own.length,
    };
    expect(bar).toMatchObject(expected);
  }
  expect(writer.health!(nowMs).measured).toMatchObject({ dropped_rows_total: 0, rejected_rows_total: 0, dlq_messages_total: 0 });
  expect(writer.health!(nowMs).measured.dedupe_hits_total).toBeGreaterThan(0);
}, 60_000);

function sortedRows(rows: readonly ColdRow[]): readonly string[] {
  return rows.map((row) => JSON.stringify(Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1)))).toSorted();
}
