import { describe, expect, it } from 'vitest';
import { manualClock } from '#shared/adapters/memory/clock.ts';
import { inProcessEventBus } from '#shared/adapters/memory/event-bus.ts';
import { type EventBusUnderTest, eventBusLaws } from '../../laws/event-bus.ts';

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function makeBus(maxDeliveries = 20) {
  const clock = manualClock(0);
  const bus = inProcessEventBus({ clock, redeliverAfterMs: 100, maxDeliveries });
  const settle = async (): Promise<void> => {
    let isIdle = false;
    const idle = bus.idle().then(() => {
      isIdle = true;
    });
    while (!isIdle) {
      await nextTurn();
      clock.advance(100);
    }
    await idle;
  };
  return { clock, bus, settle };
}

eventBusLaws('inProcessEventBus', (): EventBusUnderTest => {
  const { bus, settle } = makeBus();
  return { bus, settle, subscribe: (topic, handler) => bus.subscribe(topic, handler) };
});

describe('inProcessEventBus', () => {
  it('waits between deliveries and gives up after the last one', async () => {
    const { bus, settle, clock } = makeBus(3);
    const times: number[] = [];
    bus.subscribe('t', () => {
      times.push(clock.nowMs());
      throw new Error('never');
    });
    await bus.publish({ topic: 't', data: { id: 'x' } });
    await settle();
    expect(times).toHaveLength(3);
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(100);
    expect(bus.deadLetters()).toEqual([{ topic: 't', data: { id: 'x' } }]);
  });

  it('never runs a subscriber inside publish, and forgets an ended subscription', async () => {
    const { bus, settle } = makeBus();
    let runs = 0;
    const end = bus.subscribe('t', () => {
      runs += 1;
    });
    await bus.publish({ topic: 't', data: {} });
    expect(runs).toBe(0);
    await settle();
    expect(runs).toBe(1);
    end();
    await bus.publish({ topic: 't', data: {} });
    await settle();
    expect(runs).toBe(1);
  });
});
