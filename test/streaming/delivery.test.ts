import { setTimeout as wait } from 'node:timers/promises';
import { PubSub } from '@google-cloud/pubsub';
import { describe, expect, it } from 'vitest';
import { emulatorAuth } from '#shared/adapters/gcp/emulator-auth.ts';
import { pubSubOrderedBus } from '#shared/adapters/gcp/ordered-bus.ts';
import { openBlake3 } from '#shared/adapters/hash/blake3.ts';
import { manualClock } from '#shared/adapters/memory/clock.ts';
import { inProcessOrderedBus } from '#shared/adapters/memory/ordered-bus.ts';
import { repeatableRandom } from '#shared/adapters/memory/random.ts';
import { deadLetterTopic } from '#shared/contracts/names.ts';
import { realClock } from '../adapters/gcp/real-clock.ts';
import { freshProject, requestEmulator } from '../emulators/request-emulator.ts';
import { deliverySmoke, SMOKE_SUBSCRIPTIONS, SMOKE_TOPIC } from './delivery-smoke.ts';

const blake3 = await openBlake3();
const emulator = await requestEmulator('pubsub');
const DEAD_TOPIC = deadLetterTopic(SMOKE_TOPIC);

describe('a thousand envelopes, ten of them damaged', () => {
  it('over the bus of one process', async () => {
    const clock = manualClock(0);
    const bus = inProcessOrderedBus({ clock });
    for (const topic of [SMOKE_TOPIC, DEAD_TOPIC]) bus.createTopic(topic);
    bus.createSubscription(SMOKE_TOPIC, SMOKE_SUBSCRIPTIONS.writer);
    bus.createSubscription(DEAD_TOPIC, SMOKE_SUBSCRIPTIONS.dead);
    const until = async (isDone: () => boolean): Promise<void> => {
      while (!isDone()) {
        await new Promise((resolve) => setImmediate(resolve));
        clock.advance(100);
      }
    };
    await deliverySmoke({ blake3, bus, clock, until });
  });

  it.skipIf(emulator.isAbsent)(`over Pub/Sub${emulator.note}`, async () => {
    const projectId = freshProject();
    const client = new PubSub({ projectId, apiEndpoint: emulator.host, emulatorMode: true, auth: await emulatorAuth() });
    const clock = realClock();
    const bus = pubSubOrderedBus({ projectId, emulatorHost: emulator.host, clock, random: repeatableRandom('jitter') });
    const [topic] = await client.createTopic(SMOKE_TOPIC);
    const [dead] = await client.createTopic(DEAD_TOPIC);
    await topic.createSubscription(SMOKE_SUBSCRIPTIONS.writer, { enableMessageOrdering: true, ackDeadlineSeconds: 60 });
    await dead.createSubscription(SMOKE_SUBSCRIPTIONS.dead);
    const until = async (isDone: () => boolean): Promise<void> => {
      while (!isDone()) await wait(20);
    };
    await deliverySmoke({ blake3, bus, clock, until });
    await Promise.all([bus.close(), client.close()]);
    expect(emulator.isAbsent).toBe(false);
  });
});
