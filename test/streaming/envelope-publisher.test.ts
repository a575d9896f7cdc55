import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openBlake3 } from '#shared/adapters/hash/blake3.ts';
import { manualClock } from '#shared/adapters/memory/clock.ts';
import type { StreamEnvelope } from '#shared/contracts/stream-envelope.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import { utf8 } from '#shared/core/text-bytes.ts';
import type { OrderedBus, OrderedMessage } from '#shared/ports/ordered-bus.ts';
import { EnvelopeComposer } from '#shared/streaming/compose/envelope-composer.ts';
import { marketEventFanOut } from '#shared/streaming/market-event-fan-out.ts';
import { envelopePublisher } from '#shared/streaming/publish/envelope-publisher.ts';
import { PUBLISH_LIMITS, PublishBuffer, type PublishLimits } from '#shared/streaming/publish/publish-buffer.ts';
import { print, top } from './sample-events.ts';

const blake3 = await openBlake3();

/** A publisher whose bus answers as `answer` says: rejects, or resolves when it does. */
function publisherWorld(limits: Partial<PublishLimits> = {}, most = 20_000) {
  const clock = manualClock(1_000_000);
  const fanOut = marketEventFanOut();
  const reader = fanOut.reader('publisher', most);
  const batches: (readonly OrderedMessage[])[] = [];
  const logs: string[] = [];
  const world = { answer: async (_messages: readonly OrderedMessage[]): Promise<void> => undefined };
  const bus: OrderedBus = {
    send: async (_topic, messages) => {
      await world.answer(messages);
      batches.push(messages);
    },
  };
  const log = (event: string): void => void logs.push(event);
  const logger = { info: log, notice: log, warn: log, error: log };
  const composer = new EnvelopeComposer({ blake3, contractOf: () => undefined, region: 'local', leaseEpoch: 0 });
  const teed: StreamEnvelope[] = [];
  const tee = (envelope: StreamEnvelope): void => void teed.push(envelope);
  const component = envelopePublisher(
    { clock, logger, reader, composer, bus, tee },
    { limits: { ...PUBLISH_LIMITS, ...limits } },
  );
  const stop = new AbortController();
  const running = component.run(stop.signal);
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 20) {
      await turns();
      clock.advance(Math.min(20, left));
    }
    await turns();
  };
  const end = async (ms = 2_100): Promise<void> => {
    stop.abort();
    await pass(ms);
    await running;
  };
  const measured = () => component.health!(clock.nowMs()).measured;
  const findings = () => component.health!(clock.nowMs()).findings.map(({ reason }) => reason);
  return { clock, fanOut, batches, logs, world, teed, pass, end, measured, findings, running };
}

async function turns(): Promise<void> {
  for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve));
}

function tradeIds(batches: readonly (readonly OrderedMessage[])[], key: string): readonly string[] {
  const messages = batches.flat().filter(({ orderingKey, attributes }) => orderingKey === key && attributes.type === 'trades');
  return messages.flatMap(({ data }) =>
    (JSON.parse(Buffer.from(data).toString()) as { events: { trade_id: string }[] }).events.map(({ trade_id }) => trade_id),
  );
}

const unavailable = new LivepoolError('STORE_UNAVAILABLE', 'transient', 'the bus is away');

describe('the publisher of envelopes', () => {
  it('sends batches of a key, and tees what it sends', async () => {
    const { clock, fanOut, batches, teed, pass, end, measured } = publisherWorld();
    for (const base of ['BTC', 'ETH']) fanOut.sink(print(base, clock.nowMs()));
    await pass(400);
    expect(batches.map((batch) => batch.map(({ orderingKey }) => orderingKey))).toEqual([['kraken:BTC-USD'], ['kraken:ETH-USD']]);
    expect(teed.map(({ symbol }) => symbol)).toEqual(['BTC-USD', 'ETH-USD']);
    expect(measured()).toMatchObject({ envelopes_total: 2, sent_total: 2, buffer_messages: 0 });
    await end();
  });

  it('begins a failed key again in its order, while the others go on', async () => {
    const { clock, fanOut, batches, world, pass, end, findings, logs } = publisherWorld();
    let isAway = true;
    world.answer = async (messages) => {
      if (isAway && messages[0]!.orderingKey === 'kraken:BTC-USD') throw unavailable;
    };
    for (let i = 0; i < 5; i++) {
      for (const base of ['BTC', 'ETH']) fanOut.sink(print(base, clock.nowMs()));
      await pass(340);
    }
    expect([tradeIds(batches, 'kraken:BTC-USD').length, tradeIds(batches, 'kraken:ETH-USD').length]).toEqual([0, 5]);
    expect(findings()).toEqual(['publish_paused_1_keys']);
    isAway = false;
    await pass(5_000);
    expect(tradeIds(batches, 'kraken:BTC-USD')).toEqual(tradeIds(batches, 'kraken:ETH-USD'));
    expect([findings(), logs]).toEqual([[], ['publisher.failed']]);
    await end();
  });

  it('drops old samples when the bus is away, and then takes no more prints', async () => {
    const { clock, fanOut, world, pass, end, measured, findings, logs } = publisherWorld({ bufferMessages: 20 }, 50);
    world.answer = () => Promise.reject(unavailable);
    fanOut.sink(top('BTC', clock.nowMs()));
    await pass(30_000);
    expect(measured()).toMatchObject({ buffer_messages: 20, queue_dropped_total: 0 });
    expect(measured().buffer_dropped_total).toBeGreaterThan(5);
    const droppedBefore = measured().buffer_dropped_total!;
    for (let i = 0; i < 100; i++) {
      fanOut.sink(print('BTC', clock.nowMs()));
      await pass(260);
    }
    expect(measured().buffer_dropped_total).toBeGreaterThan(droppedBefore);
    expect(measured().buffer_messages).toBeLessThanOrEqual(22);
    expect(measured().queue_events).toBe(50);
    expect(measured().queue_dropped_total).toBeGreaterThan(0);
    expect(findings()).toContain('publish_buffer_full');
    await end();
    expect(logs).toContain('publisher.left');
  });

  it('sends what is left at a stop, and gives up in time when the bus is away', async () => {
    const one = publisherWorld();
    one.fanOut.sink(print('BTC', one.clock.nowMs()));
    await one.end(500);
    expect(tradeIds(one.batches, 'kraken:BTC-USD')).toHaveLength(1);
    const other = publisherWorld();
    other.world.answer = () => new Promise(() => undefined);
    other.fanOut.sink(print('BTC', other.clock.nowMs()));
    await other.end();
    expect(other.logs).toEqual(['publisher.left']);
  });

  it('crashes on a bug of the bus instead of going on', async () => {
    const { clock, fanOut, world, pass, running } = publisherWorld();
    world.answer = () => Promise.reject(new TypeError('bug'));
    fanOut.sink(print('BTC', clock.nowMs()));
    const crashed = expect(running).rejects.toThrow('bug');
    await pass(500);
    await crashed;
  });

  it('loses no print and keeps each key in order, however the bus fails', async () => {
    const step = fc.record({ base: fc.constantFrom('BTC', 'ETH', 'SOL'), after: fc.nat({ max: 400 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.array(fc.boolean(), { maxLength: 25 }), async (steps, failures) => {
        const { clock, fanOut, batches, world, pass, end } = publisherWorld();
        let call = 0;
        world.answer = async () => {
          if (failures[call++] === true) throw unavailable;
        };
        const sent: string[] = [];
        for (const [index, { base, after }] of steps.entries()) {
          fanOut.sink(print(base, clock.nowMs(), { trade_id: `${base}${index}` }));
          sent.push(`${base}${index}`);
          await pass(after);
        }
        await pass(40_000);
        await end(100);
        for (const base of ['BTC', 'ETH', 'SOL']) {
          expect(tradeIds(batches, `kraken:${base}-USD`)).toEqual(sent.filter((id) => id.startsWith(base)));
        }
      }),
      { numRuns: 8 },
    );
  });
});

describe('the buffer of the publisher', () => {
  it('makes batches of at most 100 messages and 1 MiB, a large one alone', () => {
    const buffer = new PublishBuffer(PUBLISH_LIMITS);
    const message = (size: number): OrderedMessage => ({ data: new Uint8Array(size), attributes: {}, orderingKey: 'a' });
    for (let i = 0; i < 250; i++) buffer.add('md-trades', message(10), 0);
    const sizes: number[] = [];
    for (;;) {
      const [batch] = buffer.due(50, false, 64);
      if (batch === undefined) break;
      sizes.push(batch.messages.length);
      buffer.sent(batch);
    }
    expect(sizes).toEqual([100, 100, 50]);
    for (const size of [600_000, 600_000, 2_000_000, 10]) buffer.add('md-trades', message(size), 50);
    const large: number[] = [];
    for (let batch = buffer.due(50, true, 64)[0]; batch !== undefined; batch = buffer.due(50, true, 64)[0]) {
      large.push(batch.messages.length);
      buffer.sent(batch);
    }
    expect(large).toEqual([1, 1, 1, 1]);
    expect(buffer.size).toEqual({ messages: 0, bytes: 0 });
  });

  it('waits 50 ms for company, not longer', () => {
    const buffer = new PublishBuffer(PUBLISH_LIMITS);
    buffer.add('md-trades', { data: utf8('x'), attributes: {}, orderingKey: 'a' }, 1_000);
    expect(buffer.due(1_049, false, 64)).toEqual([]);
    expect(buffer.due(1_050, false, 64)).toHaveLength(1);
    expect(buffer.due(1_060, false, 64)).toEqual([]);
  });

  it('never drops what a request carries', () => {
    const buffer = new PublishBuffer({ ...PUBLISH_LIMITS, bufferMessages: 2 });
    const message = (id: string): OrderedMessage => ({ data: utf8(id), attributes: {}, orderingKey: 'a' });
    for (const id of ['a', 'b']) buffer.add('md-book', message(id), 0);
    const [batch] = buffer.due(50, false, 64);
    for (const id of ['c', 'd']) buffer.add('md-book', message(id), 60);
    buffer.failed(batch!, 70, () => 0);
    const [again] = buffer.due(100, false, 64);
    expect(again!.messages.slice(0, 2)).toEqual(batch!.messages);
    expect([buffer.dropped, buffer.size.messages]).toEqual([2, 2]);
  });
});
