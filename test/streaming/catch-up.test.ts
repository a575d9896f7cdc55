import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openBlake3 } from '#shared/adapters/hash/blake3.ts';
import { type ManualClock, manualClock } from '#shared/adapters/memory/clock.ts';
import { memoryObjectStore } from '#shared/adapters/memory/object-store.ts';
import { type InProcessOrderedBus, inProcessOrderedBus } from '#shared/adapters/memory/ordered-bus.ts';
import { coldStore } from '#shared/adapters/parquet/cold-store.ts';
import { DEFAULT_LAYOUT } from '#shared/cold/append-rows.ts';
import { compact } from '#shared/cold/compact.ts';
import { TRADES } from '#shared/cold/market-tables.ts';
import { deadLetterTopic, MARKET_SUBSCRIPTIONS, MARKET_TOPICS } from '#shared/contracts/names.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import type { ObjectStore } from '#shared/ports/object-store.ts';
import { coldWriter } from '#shared/streaming/cold/cold-writer.ts';
import { EnvelopeComposer } from '#shared/streaming/compose/envelope-composer.ts';
import { envelopeMessage } from '#shared/streaming/envelope/envelope-message.ts';
import { marketEventFanOut } from '#shared/streaming/market-event-fan-out.ts';
import { envelopePublisher } from '#shared/streaming/publish/envelope-publisher.ts';
import { sealedTrades } from './sample-envelopes.ts';
import { print } from './sample-events.ts';

const blake3 = await openBlake3();
const START = Date.UTC(2026, 2, 1, 7);
const HOUR = { from: START, to: START + 3_600_000 };
const STEP_MS = 100;
/** Prints wait for a quarter of a second to travel together, and one comes a step. */
const BATCH_PRINTS = 3;

function silentLogger() {
  const events: string[] = [];
  const log = (event: string): void => void events.push(event);
  return { events, logger: { info: log, notice: log, warn: log, error: log } };
}

function busOfTopics(clock = manualClock(START)): InProcessOrderedBus {
  const bus = inProcessOrderedBus({ clock });
  for (const { topic, subscription } of MARKET_SUBSCRIPTIONS) {
    for (const each of [topic, deadLetterTopic(topic)]) bus.createTopic(each);
    bus.createSubscription(topic, subscription);
    bus.createSubscription(topic, `${topic}-to-witness`);
    bus.createSubscription(deadLetterTopic(topic), `${topic}-dlq-to-people`);
  }
  return bus;
}

const AWAY = new LivepoolError('STORE_UNAVAILABLE', 'transient', 'away');

async function passing(clock: ManualClock, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 200) {
    await turns();
    clock.advance(200);
  }
  await turns();
}

async function turns(): Promise<void> {
  for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** One life of a worker: publisher and writer over a bus and a store that outlive it. Killed, it does and hears nothing more. */
function workerLife(name: string, bus: InProcessOrderedBus, objects: ObjectStore, startMs: number) {
  const clock = manualClock(startMs);
  let isDead = false;
  const put: ObjectStore['put'] = (...call) => (isDead ? new Promise<never>(() => undefined) : objects.put(...call));
  const { logger } = silentLogger();
  const catchUp = { bus, blake3, subscriptions: MARKET_SUBSCRIPTIONS };
  const writer = coldWriter(
    { clock, logger, objects: { put }, catchUp },
    { writer: name, stageEveryMs: 5_000, catchUpWithinMs: 1_000 },
  );
  const fanOut = marketEventFanOut();
  const composer = new EnvelopeComposer({ blake3, contractOf: () => undefined, region: 'local', leaseEpoch: 0 });
  const publisher = envelopePublisher({ clock, logger, reader: fanOut.reader('publisher'), composer, bus, tee: writer.tee });
  const stop = { publisher: new AbortController(), writer: new AbortController() };
  const running = [publisher.run(stop.publisher.signal), writer.run(stop.writer.signal)];
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= STEP_MS) {
      clock.advance(STEP_MS);
      await turns();
    }
  };
  return {
    clock,
    pass,
    trade: (id: number) => fanOut.sink(print('BTC', clock.nowMs(), { trade_id: `${id}` })),
    kill: () => {
      isDead = true;
    },
    end: async () => {
      stop.publisher.abort();
      await pass(500);
      stop.writer.abort();
      await pass(2_500);
      await Promise.all(running);
    },
  };
}

/** Numbers of the prints that the bus ever had. */
async function sentTo(bus: InProcessOrderedBus): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  const stop = new AbortController();
  const subscription = `${MARKET_TOPICS.trades}-to-witness`;
  const reading = bus.run(
    subscription,
    async ({ data }) => {
      const { events } = JSON.parse(Buffer.from(data).toString()) as { readonly events: readonly { trade_id: string }[] };
      for (const { trade_id } of events) ids.add(trade_id);
    },
    stop.signal,
  );
  while (bus.waiting(subscription) > 0) await turns();
  stop.abort();
  await reading;
  return ids;
}

async function sealedIds(objects: ObjectStore): Promise<readonly string[]> {
  const deps = { objects, cold: coldStore(objects, { root: 'cold' }) };
  const { failed } = await compact(deps, DEFAULT_LAYOUT, { nowMs: HOUR.to, includeOpen: true });
  expect(failed).toEqual([]);
  const ids: string[] = [];
  for await (const { columns } of deps.cold.readParquet(TRADES, HOUR, ['trade_id']))
    ids.push(...Array.from(columns.trade_id!, String));
  return ids;
}

describe('the cold writer after an outage', () => {
  it('has what an earlier process published and did not stage, each row once, whenever that was killed', async () => {
    let published = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 70 }), { minLength: 1, maxLength: 4 }), async (lives) => {
        const bus = busOfTopics();
        const objects = memoryObjectStore();
        let id = 0;
        const unsent = new Set<string>();
        let nowMs = START;
        for (const [index, steps] of lives.entries()) {
          const life = workerLife(`w-${index}`, bus, objects, nowMs);
          for (let step = 0; step < steps; step++) {
            life.trade(id++);
            await life.pass(STEP_MS);
          }
          life.kill();
          for (let last = Math.max(id - steps, id - BATCH_PRINTS); last < id; last++) unsent.add(`${last}`);
          nowMs = life.clock.nowMs() + 60_000;
        }
        const last = workerLife('w-last', bus, objects, nowMs);
        await last.pass(3_000);
        await last.end();
        const [sent, sealed] = [await sentTo(bus), await sealedIds(objects)];
        expect(new Set(sealed).size).toBe(sealed.length);
        expect(sealed).toEqual(expect.arrayContaining([...sent]));
        // The last batch of a process may have been staged and not sent when that was killed; nothing else is there.
        expect([...unsent]).toEqual(expect.arrayContaining(sealed.filter((each) => !sent.has(each))));
        published += sent.size;
        for (const { topic, subscription } of MARKET_SUBSCRIPTIONS) {
          expect([topic, bus.waiting(subscription), bus.waiting(`${topic}-dlq-to-people`)]).toEqual([topic, 0, 0]);
        }
      }),
      { numRuns: 12 },
    );
    expect(published).toBeGreaterThan(100);
  });

  it('lets wait what has no room, rather than to refuse it until it is a dead letter', async () => {
    const bus = busOfTopics();
    const clock = manualClock(START);
    const objects = memoryObjectStore();
    let isAway = true;
    const put: ObjectStore['put'] = (...call) => (isAway ? Promise.reject(AWAY) : objects.put(...call));
    const catchUp = { bus, blake3, subscriptions: MARKET_SUBSCRIPTIONS };
    const deps = { clock, logger: silentLogger().logger, objects: { put }, catchUp };
    const writer = coldWriter(deps, { writer: 'w', mostRows: 10, catchUpWithinMs: 1_000 });
    const stop = new AbortController();
    const running = writer.run(stop.signal);
    const messages = Array.from({ length: 40 }, (_, id) => envelopeMessage(sealedTrades(blake3, START, [id])));
    await bus.send(MARKET_TOPICS.trades, messages);
    await passing(clock, 300_000);
    expect(writer.health!(clock.nowMs()).measured).toMatchObject({ queue_rows: 10, dropped_rows_total: 0 });
    isAway = false;
    await passing(clock, 30_000);
    stop.abort();
    await passing(clock, 3_000);
    await running;
    expect([...(await sealedIds(objects))].sort()).toEqual(messages.map((_, id) => `${id}`).sort());
    expect(bus.waiting(`${MARKET_TOPICS.trades}-dlq-to-people`)).toBe(0);
  });

  it('stages its own rows where a subscription cannot be read, and says so until it can', async () => {
    const clock = manualClock(START);
    const bus = inProcessOrderedBus({ clock });
    bus.createTopic(MARKET_TOPICS.trades);
    const objects = memoryObjectStore();
    const { events, logger } = silentLogger();
    const subscriptions = [{ topic: MARKET_TOPICS.trades, subscription: 'absent' }];
    const writer = coldWriter({ clock, logger, objects, catchUp: { bus, blake3, subscriptions } }, { writer: 'w', stageRows: 1 });
    const stop = new AbortController();
    const running = writer.run(stop.signal);
    writer.tee(sealedTrades(blake3, START, [1]));
    await passing(clock, 61_000);
    expect(writer.health!(clock.nowMs()).findings).toEqual([
      { area: 'store', level: 'degraded', reason: 'catch_up_unavailable' },
    ]);
    expect(events.filter((event) => event === 'cold_writer.unread')).toHaveLength(1);
    bus.createSubscription(MARKET_TOPICS.trades, 'absent');
    await bus.send(MARKET_TOPICS.trades, [envelopeMessage(sealedTrades(blake3, START, [2]))]);
    await passing(clock, 31_000);
    expect(writer.health!(clock.nowMs()).findings).toEqual([]);
    stop.abort();
    await passing(clock, 2_200);
    await running;
    expect([...(await sealedIds(objects))].sort()).toEqual(['1', '2']);
  });
});
