import { setTimeout as wait } from 'node:timers/promises';
import { PubSub } from '@google-cloud/pubsub';
import { afterAll, describe } from 'vitest';
import { emulatorAuth } from '#shared/adapters/gcp/emulator-auth.ts';
import { pubSubOrderedBus } from '#shared/adapters/gcp/ordered-bus.ts';
import { repeatableRandom } from '#shared/adapters/memory/random.ts';
import { freshProject, requestEmulator } from '../../emulators/request-emulator.ts';
import { type OrderedBusUnderTest, orderedBusLaws } from '../../laws/ordered-bus.ts';
import { realClock } from './real-clock.ts';

const emulator = await requestEmulator('pubsub');
const closing: (() => Promise<void>)[] = [];

/** A project with the topic and its ordered subscriptions in the emulator, and the bus under test. */
async function makeBus(): Promise<OrderedBusUnderTest> {
  const projectId = freshProject();
  const client = new PubSub({ projectId, apiEndpoint: emulator.host, emulatorMode: true, auth: await emulatorAuth() });
  const bus = pubSubOrderedBus({
    projectId,
    emulatorHost: emulator.host,
    clock: realClock(),
    random: repeatableRandom('jitter'),
  });
  closing.push(() => client.close(), bus.close);
  const [topic] = await client.createTopic('md-trades');
  for (const name of ['one', 'two'])
    await topic.createSubscription(name, { enableMessageOrdering: true, ackDeadlineSeconds: 10 });
  const until = async (isDone: () => boolean): Promise<void> => {
    while (!isDone()) await wait(10);
  };
  return { bus, until };
}

describe.skipIf(emulator.isAbsent)(`Pub/Sub emulator${emulator.note}`, () => {
  afterAll(() => Promise.all(closing.map((close) => close())));
  orderedBusLaws('pubSubOrderedBus', makeBus);
});
