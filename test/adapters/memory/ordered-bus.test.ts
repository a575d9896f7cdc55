import { expect, it } from 'vitest';
import { manualClock } from '#shared/adapters/memory/clock.ts';
import { inProcessOrderedBus } from '#shared/adapters/memory/ordered-bus.ts';
import { orderedBusLaws } from '../../laws/ordered-bus.ts';

function makeBus(maxDeliveries = 5) {
  const clock = manualClock(0);
  const bus = inProcessOrderedBus({ clock, maxDeliveries });
  for (const topic of ['md-trades', 'md-trades-dlq']) bus.createTopic(topic);
  for (const name of ['one', 'two']) bus.createSubscription('md-trades', name);
  const until = async (isDone: () => boolean): Promise<void> => {
    while (!isDone()) {
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(100);
    }
  };
  return { bus, until };
}

orderedBusLaws('inProcessOrderedBus', async () => makeBus());

it('gives a message up after its deliveries, and goes on behind it', async () => {
  const { bus, until } = makeBus(3);
  bus.createSubscription('md-trades-dlq', 'dead');
  const stop = new AbortController();
  let tries = 0;
  const running = bus.run(
    'one',
    async ({ attributes }) => {
      if (attributes.seq !== '1') return;
      tries += 1;
      throw new Error('never');
    },
    stop.signal,
  );
  await bus.send(
    'md-trades',
    ['1', '2'].map((seq) => ({ data: new Uint8Array(), attributes: { seq }, orderingKey: 'a' })),
  );
  await until(() => bus.waiting('one') === 0);
  stop.abort();
  await running;
  expect([tries, bus.waiting('dead'), bus.waiting('two')]).toEqual([3, 1, 2]);
});
