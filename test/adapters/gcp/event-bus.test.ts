import { setTimeout as wait } from 'node:timers/promises';
import { type Message, PubSub } from '@google-cloud/pubsub';
import { afterAll, describe, expect, it } from 'vitest';
import { decodePayload } from '#shared/adapters/gcp/bus-payload.ts';
import { emulatorAuth } from '#shared/adapters/gcp/emulator-auth.ts';
import { pubSubEventBus } from '#shared/adapters/gcp/event-bus.ts';
import { repeatableRandom } from '#shared/adapters/memory/random.ts';
import type { BusMessage } from '#shared/ports/event-bus.ts';
import { freshProject, requestEmulator } from '../../emulators/request-emulator.ts';
import { type EventBusUnderTest, eventBusLaws } from '../../laws/event-bus.ts';
import { realClock } from './real-clock.ts';

const emulator = await requestEmulator('pubsub');
const TOPICS = ['pool.scored', 'pool.built', 'pool.published'];
const closing: (() => Promise<void>)[] = [];

/** A project with its topics in the emulator, the bus under test, and the real client's subscriptions behind it. */
async function makeBus(): Promise<EventBusUnderTest> {
  const projectId = freshProject();
  const client = new PubSub({ projectId, apiEndpoint: emulator.host, emulatorMode: true, auth: await emulatorAuth() });
  const bus = pubSubEventBus({ projectId, emulatorHost: emulator.host, clock: realClock(), random: repeatableRandom('jitter') });
  closing.push(() => client.close(), bus.close);
  await Promise.all(TOPICS.map((topic) => client.createTopic(topic)));
  const subscribed = new Map<string, number>();
  let outstanding = 0;
  return {
    bus: {
      publish: (message) => {
        outstanding += subscribed.get(message.topic) ?? 0;
        return bus.publish(message);
      },
    },
    subscribe: async (topic, handler) => {
      const count = (subscribed.get(topic) ?? 0) + 1;
      const [subscription] = await client.createSubscription(topic, `${topic}-${count}`);
      subscribed.set(topic, count);
      const handled = new Set<string>();
      const handle = async (received: Message): Promise<void> => {
        await handler(messageOf(topic, received));
        received.ack();
        if (!handled.has(received.id)) outstanding -= 1;
        handled.add(received.id);
      };
      subscription.on('message', (received: Message) => {
        handle(received).catch(() => received.nack());
      });
      subscription.on('error', (error: unknown) => process.stderr.write(`subscription ${topic}: ${String(error)}\n`));
    },
    settle: async () => {
      while (outstanding > 0) await wait(10);
      // Whoever was not meant to get a message has had time to get it.
      await wait(100);
    },
  };
}

function messageOf(topic: string, received: Message): BusMessage {
  const data = decodePayload(received.data);
  if (!data.ok) throw new Error(data.error.message);
  return { topic, data: data.value };
}

describe.skipIf(emulator.isAbsent)(`Pub/Sub emulator${emulator.note}`, () => {
  afterAll(() => Promise.all(closing.map((close) => close())));
  eventBusLaws('pubSubEventBus', makeBus);

  it('refuses a topic that the deployment did not make', async () => {
    const { bus } = await makeBus();
    await expect(bus.publish({ topic: 'pool.unknown', data: {} })).rejects.toMatchObject({
      code: 'STORE_REFUSED',
      kind: 'terminal',
    });
  });

  it('refuses to carry the data itself', async () => {
    const { bus } = await makeBus();
    const publish = bus.publish({ topic: 'pool.built', data: { text: 'x'.repeat(5000) } });
    await expect(publish).rejects.toMatchObject({ code: 'INVARIANT', kind: 'bug' });
  });
});

describe('decodePayload', () => {
  it.each([
    ['{"a":"1","a":"2"}', 'json_duplicate_key'],
    ['{"a":1}', 'schema'],
    ['["a"]', 'schema'],
    ['null', 'schema'],
    ['{"a":{"b":{"c":"d"}}}', 'json_too_deep'],
    [`{"a":"${'x'.repeat(5000)}"}`, 'input_too_large'],
    ['', 'json_syntax'],
  ])('refuses %.40s', (text, code) => {
    expect(decodePayload(Buffer.from(text))).toMatchObject({ ok: false, error: { code } });
  });
});
