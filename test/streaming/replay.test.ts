import { describe, expect, it } from 'vitest';
import { openBlake3 } from '#shared/adapters/hash/blake3.ts';
import { manualClock } from '#shared/adapters/memory/clock.ts';
import { memoryObjectStore } from '#shared/adapters/memory/object-store.ts';
import { inProcessOrderedBus } from '#shared/adapters/memory/ordered-bus.ts';
import { coldStore } from '#shared/adapters/parquet/cold-store.ts';
import { appendRows, DEFAULT_LAYOUT } from '#shared/cold/append-rows.ts';
import { BASIS, DERIVS, FUNDING, MICRO_1S, OPEN_INTEREST, TRADES } from '#shared/cold/market-tables.ts';
import { encodeSegment, segmentName } from '#shared/cold/staged-segment.ts';
import { OHLCV_1H, OHLCV_1M } from '#shared/cold/tables.ts';
import type { EnvelopeType, StreamEnvelope } from '#shared/contracts/stream-envelope.ts';
import { STREAM_PAYLOADS } from '#shared/contracts/stream-payloads.ts';
import type { ColdRow } from '#shared/ports/cold-store.ts';
import { ABSENT } from '#shared/ports/object-store.ts';
import type { OrderedMessage } from '#shared/ports/ordered-bus.ts';
import { envelopeRows } from '#shared/streaming/cold/envelope-rows.ts';
import { envelopeMessage, receivedEnvelope } from '#shared/streaming/envelope/envelope-message.ts';
import { validateEnvelope } from '#shared/streaming/envelope/validate-envelope.ts';
import { publishWindow, replayIdOf, topicSender } from '#shared/streaming/replay/publish-window.ts';
import { replayDeadLetters } from '#shared/streaming/replay/replay-dead-letters.ts';
import { rowEnvelope } from '#shared/streaming/replay/row-envelope.ts';
import { sealedTrades } from './sample-envelopes.ts';

const blake3 = await openBlake3();
const HOUR = Date.UTC(2026, 2, 1, 7);
const CONTEXT = { replayId: 'r', region: 'local', seq: 1 };

const name = (ts: number, venue = 'krakenfutures'): ColdRow => ({ ts, symbol: 'BTC-USD', venue });
const prices = { open: 10, high: 12, low: 9, close: 11, volume: 100 };
const NUMBERS = Object.fromEntries(
  MICRO_1S.columns
    .filter(({ required }) => !required)
    .map(({ name: column }, index) => [column, index % 4 === 0 ? null : index + 1]),
);

const trade = (ts: number, id: number, venue = 'kraken'): ColdRow => {
  return { ...name(ts, venue), trade_id: `${id}`, side: 'buy', price: 100.5, qty: 0.1, unit: 'base', available_at: ts + 5 };
};

describe('a row of the cold tier', () => {
  it.each([
    ['print', TRADES, trade(HOUR, 1, 'gate.perp')],
    ['sample of a live book', MICRO_1S, { ...name(HOUR, 'kraken'), ...NUMBERS, book_state: 'live', available_at: HOUR }],
    [
      'bar of our prints',
      OHLCV_1M,
      { ...name(HOUR, 'kraken'), ...prices, quote_volume: 1_050, trades: 7, available_at: HOUR + 2_000 },
    ],
    [
      'bar of a venue',
      OHLCV_1M,
      { ...name(HOUR, 'kraken'), ...prices, quote_volume: null, trades: null, available_at: HOUR + 2_000 },
    ],
    [
      'hourly bar',
      OHLCV_1H,
      { ...name(HOUR, 'kraken'), ...prices, quote_volume: 1_050, trades: null, available_at: HOUR + 2_000 },
    ],
    [
      'funding rate',
      FUNDING,
      {
        ...name(HOUR),
        rate: 0.0001,
        unit: 'fraction',
        interval_ms: 3_600_000,
        predicted_rate: null,
        next_settlement: HOUR + 1,
        quality: 'live',
        available_at: HOUR + 1,
      },
    ],
    [
      'open interest',
      OPEN_INTEREST,
      { ...name(HOUR), amount: 5, unit: 'contracts', sides: 2, mark_price: null, quality: 'live', available_at: HOUR + 1 },
    ],
    [
      'basis',
      BASIS,
      {
        ...name(HOUR),
        mark_price: 100,
        spot_price: null,
        spot_instrument: 'BTC-USD.spot@kraken',
        quality: 'live',
        available_at: HOUR + 1,
      },
    ],
  ] as const)('that is a %s comes back from its envelope as it was', (_what, schema, row) => {
    const envelope = rowEnvelope(blake3, schema, row, CONTEXT);
    const message = envelopeMessage(envelope);
    expect(validateEnvelope(blake3, receivedEnvelope(message))).toMatchObject({ ok: true });
    const payload: unknown = JSON.parse(Buffer.from(envelope.payload).toString('utf8'));
    expect(STREAM_PAYLOADS[envelope.attributes.type as EnvelopeType].safeParse(payload).error).toBeUndefined();
    expect(envelopeRows(envelope)).toEqual([{ schema, row }]);
    expect(message.attributes).toMatchObject({ replay_id: 'r', seq: '1' });
  });

  it('is refused where it is no whole message, or of no instrument', () => {
    expect(() => rowEnvelope(blake3, DERIVS, name(HOUR), CONTEXT)).toThrow(/rows of derivs are not whole messages/);
    expect(() => rowEnvelope(blake3, TRADES, { ...trade(HOUR, 1), venue: 'gate' }, CONTEXT)).toThrow(/names no instrument/);
  });
});

describe('a window of the cold tier', () => {
  async function world() {
    const clock = manualClock(HOUR);
    const objects = memoryObjectStore();
    const cold = coldStore(objects, { root: DEFAULT_LAYOUT.root });
    const sealed = Array.from({ length: 30 }, (_, at) => trade(HOUR + at * 1_000, at, at % 2 === 0 ? 'kraken' : 'gate.perp'));
    await appendRows({ objects, cold }, TRADES, sealed, 'w', DEFAULT_LAYOUT);
    const late = { ...trade(HOUR + 3_000, 3, 'gate.perp'), price: 99, available_at: HOUR + 60_000 };
    const staged = [late, trade(HOUR + 3_600_000, 40)];
    for (const [at, rows] of [
      [0, staged.slice(0, 1)],
      [1, staged.slice(1)],
    ] as const) {
      const dt = `2026-03-01/hour=0${7 + at}`;
      await objects.put(segmentName(TRADES, dt, 'w', HOUR, 1), encodeSegment(TRADES, rows), {
        ifGenerationMatch: ABSENT,
        contentType: 'x',
      });
    }
    return { clock, objects, cold };
  }

  const input = (more: object = {}) => {
    const range = { from: HOUR, to: HOUR + 2 * 3_600_000 };
    return {
      table: 'trades',
      range,
      asOfMs: HOUR + 10 * 3_600_000,
      ratePerS: null,
      region: 'local',
      replayId: replayIdOf('trades', range),
      ...more,
    };
  };

  it('goes to a topic in the order of its keys, each row in its newest version, across partitions, staged ones too', async () => {
    const { clock, objects, cold } = await world();
    const bus = inProcessOrderedBus({ clock });
    bus.createTopic('replay-md-trades');
    bus.createSubscription('replay-md-trades', 'test');
    const progress: number[] = [];
    const send = topicSender(bus, 'replay-md-trades');
    const deps = {
      cold,
      objects,
      blake3,
      clock,
      send,
      onProgress: ({ envelopes }: { envelopes: number }) => void progress.push(envelopes),
    };
    const published = await publishWindow(deps, input(), new AbortController().signal);
    expect([published.envelopes, published.lastTs, progress]).toEqual([31, HOUR + 3_600_000, [31]]);
    const heard = await heardFrom(bus, 'test', 31);
    const rows = heard.map((message) => envelopeRows(envelopeOf(message))[0]!.row);
    for (const venue of ['kraken', 'gate.perp']) {
      const own = rows.filter((row) => row.venue === venue);
      expect(own.map(({ ts }) => ts)).toEqual(own.map(({ ts }) => ts).toSorted((a, b) => Number(a) - Number(b)));
    }
    expect(rows.find(({ trade_id: id }) => id === '3')).toMatchObject({ price: 99 });
    expect(new Set(heard.map(({ attributes }) => attributes.replay_id))).toEqual(new Set([published.replayId]));
    expect(
      heard.filter(({ orderingKey }) => orderingKey === 'gate.perp:BTC-USD').map(({ attributes }) => Number(attributes.seq)),
    ).toEqual(Array.from({ length: 15 }, (_, at) => at + 1));
  });

  it('is as it was known then, of one symbol, and the same bytes again', async () => {
    const { clock, objects, cold } = await world();
    const pages: StreamEnvelope[] = [];
    const deps = {
      cold,
      objects,
      blake3,
      clock,
      send: async (page: readonly StreamEnvelope[]) => void pages.push(...page),
      onProgress: () => undefined,
    };
    const never = new AbortController().signal;
    await publishWindow(deps, input({ asOfMs: HOUR + 59_999 }), never);
    expect(envelopeRows(pages.find(({ tsNs }) => tsNs === BigInt(HOUR + 3_000) * 1_000_000n)!)[0]!.row).toMatchObject({
      price: 100.5,
    });
    const first = pages.splice(0).map(({ checksum }) => checksum);
    await publishWindow(deps, input({ asOfMs: HOUR + 59_999 }), never);
    expect(pages.map(({ checksum }) => checksum)).toEqual(first);
    expect((await publishWindow(deps, input({ symbol: 'ETH-USD' }), never)).envelopes).toBe(0);
  });

  it('keeps to its rate, and stops between pages', async () => {
    const { clock, objects, cold } = await world();
    const times: number[] = [];
    const stop = new AbortController();
    const send = async (page: readonly StreamEnvelope[]): Promise<void> => {
      for (const _ of page) times.push(clock.nowMs() - HOUR);
      if (times.length === 20) stop.abort();
    };
    const running = publishWindow(
      { cold, objects, blake3, clock, send, onProgress: () => undefined },
      input({ ratePerS: 10 }),
      stop.signal,
    );
    let isOver = false;
    void running.finally(() => {
      isOver = true;
    });
    while (!isOver) {
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(50);
    }
    expect((await running).envelopes).toBe(20);
    expect(times.at(-1)! - times[0]!).toBeGreaterThanOrEqual(1_900);
  });
});

describe('dead letters', () => {
  const dead = (message: OrderedMessage, reason: string): OrderedMessage => {
    const added = { reason, reasons: reason, CloudPubSubDeadLetterSourceDeliveryCount: '5' };
    return { ...message, attributes: { ...message.attributes, ...added } };
  };

  async function replayed(letters: readonly OrderedMessage[], most = Number.POSITIVE_INFINITY) {
    const clock = manualClock(HOUR);
    const bus = inProcessOrderedBus({ clock });
    for (const topic of ['md-trades', 'md-trades-dlq']) bus.createTopic(topic);
    bus.createSubscription('md-trades', 'live');
    bus.createSubscription('md-trades-dlq', 'people');
    // Each with a key of its own: the subscription that people read knows no order.
    for (const [at, letter] of letters.entries()) await bus.send('md-trades-dlq', [{ ...letter, orderingKey: `${at}` }]);
    const input = { topic: 'md-trades', subscription: 'people', idleMs: 3_000, most };
    const running = replayDeadLetters({ source: bus, bus, blake3, clock }, input, new AbortController().signal);
    let isOver = false;
    void running.finally(() => {
      isOver = true;
    });
    while (!isOver) {
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(50);
    }
    return {
      replay: await running,
      heard: await heardFrom(bus, 'live', (await running).republished),
      left: bus.waiting('people'),
    };
  }

  const sound = Array.from({ length: 5 }, (_, id) => envelopeMessage(sealedTrades(blake3, HOUR, [id])));

  it('go to their topic again as they were, once each, and are gone then', async () => {
    const letters = [...sound, ...sound.slice(0, 2)].map((message) => dead(message, 'payload_shape'));
    const { replay, heard, left } = await replayed(letters);
    expect([replay, left]).toEqual([{ republished: 5, duplicates: 2, kept: {} }, 0]);
    expect(heard.map(({ data, attributes }) => ({ data: Buffer.from(data), attributes })).toSorted(bySeq)).toEqual(
      sound.map(({ data, attributes }) => ({ data: Buffer.from(data), attributes })).toSorted(bySeq),
    );
  });

  it('stay where they would be refused again', async () => {
    const flipped = { ...sound[0]!, data: Uint8Array.from(sound[0]!.data, (byte, at) => (at === 20 ? byte ^ 1 : byte)) };
    const { replay, left } = await replayed([dead(flipped, 'checksum_mismatch'), dead(sound[1]!, 'payload_shape')]);
    expect([replay.republished, Object.values(replay.kept), left]).toEqual([1, [1], 1]);
  });

  it('of other topics are sent without being judged, and no more than was said', async () => {
    const message = (text: string): OrderedMessage => ({
      data: Buffer.from(text),
      attributes: { schema: 'stage' },
      orderingKey: '',
    });
    const { replay, left } = await replayed([message('{"a":1}'), message('{"a":2}'), message('{"a":3}')], 2);
    expect([replay.republished, left]).toEqual([2, 1]);
  });
});

function bySeq(
  a: { readonly attributes: Readonly<Record<string, string>> },
  b: { readonly attributes: Readonly<Record<string, string>> },
): number {
  return (a.attributes.checksum ?? '') < (b.attributes.checksum ?? '') ? -1 : 1;
}

function envelopeOf(message: OrderedMessage): StreamEnvelope {
  const validated = validateEnvelope(blake3, receivedEnvelope(message));
  if (!validated.ok) throw new Error(JSON.stringify(validated.error));
  return validated.value;
}

async function heardFrom(
  bus: ReturnType<typeof inProcessOrderedBus>,
  subscription: string,
  count: number,
): Promise<readonly OrderedMessage[]> {
  const heard: OrderedMessage[] = [];
  const stop = new AbortController();
  const running = bus.run(subscription, async (message) => void heard.push(message), stop.signal);
  for (let turns = 0; heard.length < count && turns < 10_000; turns++) await new Promise((resolve) => setImmediate(resolve));
  stop.abort();
  await running;
  return heard;
}
