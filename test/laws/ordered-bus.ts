import { describe, expect, it } from 'vitest';
import { utf8 } from '#shared/core/text-bytes.ts';
import type { OrderedBus, OrderedHandler, OrderedMessage, OrderedSource } from '#shared/ports/ordered-bus.ts';

/** A bus whose topic `md-trades` has the subscriptions `one` and `two`. */
export interface OrderedBusUnderTest {
  readonly bus: OrderedBus & OrderedSource;
  /** Lets time pass until `isDone`. */
  readonly until: (isDone: () => boolean) => Promise<void>;
}

const TOPIC = 'md-trades';

/** The laws of OrderedBus and OrderedSource; `makeBus` gives a bus that nothing was sent to. */
export function orderedBusLaws(name: string, makeBus: () => Promise<OrderedBusUnderTest>): void {
  describe(`${name} keeps the laws of OrderedBus`, () => {
    it('brings every message to every subscription with its bytes, attributes and key', async () => {
      const { bus, until } = await makeBus();
      const sent = [message('a', 1, Uint8Array.of(0, 255, 128)), message('b', 1)];
      const stop = new AbortController();
      const seen = { one: collector(), two: collector() };
      const running = [bus.run('one', seen.one.handler, stop.signal), bus.run('two', seen.two.handler, stop.signal)];
      for (const each of sent) await bus.send(TOPIC, [each]);
      await until(() => seen.one.messages.length >= 2 && seen.two.messages.length >= 2);
      stop.abort();
      await Promise.all(running);
      for (const { messages } of [seen.one, seen.two]) expect(sorted(messages)).toEqual(sorted(sent));
    });

    it('keeps the order of a key over batches', async () => {
      const { bus, until } = await makeBus();
      const stop = new AbortController();
      const began: string[] = [];
      const running = bus.run(
        'one',
        async ({ orderingKey, attributes }) => {
          began.push(`${orderingKey}${attributes.seq}`);
        },
        stop.signal,
      );
      for (let batch = 0; batch < 5; batch++) {
        await bus.send(
          TOPIC,
          numbers(4).map((i) => message('a', batch * 4 + i)),
        );
        await bus.send(TOPIC, [message('b', batch + 1)]);
      }
      await until(() => began.length >= 25);
      stop.abort();
      await running;
      expect(began.filter((each) => each.startsWith('a'))).toEqual(numbers(20).map((i) => `a${i}`));
      expect(began.filter((each) => each.startsWith('b'))).toEqual(numbers(5).map((i) => `b${i}`));
    });

    it('delivers a refused message again, and loses none behind it', async () => {
      const { bus, until } = await makeBus();
      const stop = new AbortController();
      const done: number[] = [];
      let failures = 0;
      const running = bus.run(
        'one',
        async ({ attributes }) => {
          const seq = Number(attributes.seq);
          if (seq === 2 && failures < 2) {
            failures += 1;
            throw new Error('not yet');
          }
          done.push(seq);
        },
        stop.signal,
      );
      await bus.send(
        TOPIC,
        numbers(4).map((i) => message('a', i)),
      );
      await until(() => [1, 2, 3, 4].every((seq) => done.includes(seq)));
      stop.abort();
      await running;
      expect(failures).toBe(2);
    });

    it('keeps what nobody has acknowledged for the next reader', async () => {
      const { bus, until } = await makeBus();
      const first = new AbortController();
      let began = 0;
      const dying = bus.run(
        'one',
        async () => {
          began += 1;
          await until(() => first.signal.aborted);
          throw new Error('killed');
        },
        first.signal,
      );
      await bus.send(
        TOPIC,
        numbers(3).map((i) => message('a', i)),
      );
      await until(() => began >= 3);
      first.abort();
      await dying;
      const second = new AbortController();
      const seen = collector();
      const running = bus.run('one', seen.handler, second.signal);
      await until(() => new Set(seen.messages.map(({ attributes }) => attributes.seq)).size === 3);
      second.abort();
      await running;
    });

    it('acknowledges what was begun before the end and kept after it', async () => {
      const { bus, until } = await makeBus();
      const first = new AbortController();
      const began: string[] = [];
      const ending = bus.run(
        'one',
        async ({ attributes }) => {
          began.push(attributes.seq!);
          await until(() => first.signal.aborted);
        },
        first.signal,
      );
      await bus.send(TOPIC, [message('a', 1), message('b', 2)]);
      await until(() => began.length >= 2);
      first.abort();
      await ending;
      await bus.send(TOPIC, [message('a', 3), message('b', 4)]);
      const second = new AbortController();
      const seen = collector();
      const running = bus.run('one', seen.handler, second.signal);
      await until(() => seen.messages.length >= 2);
      second.abort();
      await running;
      expect(new Set(seen.messages.map(({ attributes }) => attributes.seq))).toEqual(new Set(['3', '4']));
    });

    it('refuses a topic that does not exist', async () => {
      const { bus } = await makeBus();
      await expect(bus.send('md-unknown', [message('a', 1)])).rejects.toMatchObject({ code: 'STORE_REFUSED', kind: 'terminal' });
    });
  });
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

function message(orderingKey: string, seq: number, data: Uint8Array = utf8(`{"n":${seq}}`)): OrderedMessage {
  return { data, attributes: { seq: String(seq), type: 'trades' }, orderingKey };
}

function collector(): { readonly messages: OrderedMessage[]; readonly handler: OrderedHandler } {
  const messages: OrderedMessage[] = [];
  return { messages, handler: async (received) => void messages.push(received) };
}

/** By key and number, each once: delivery is at least once. */
function sorted(messages: readonly OrderedMessage[]): readonly unknown[] {
  const texts = messages.map(({ data, attributes, orderingKey }) =>
    JSON.stringify([orderingKey, attributes.seq, attributes, [...data]]),
  );
  return [...new Set(texts)].sort();
}
