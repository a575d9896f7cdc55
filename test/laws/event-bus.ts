import { describe, expect, it } from 'vitest';
import type { BusMessage, EventBus } from '#shared/ports/event-bus.ts';

/** A bus, a way to listen on it, and a way to wait until everything published has been delivered or given up. */
export interface EventBusUnderTest {
  readonly bus: EventBus;
  readonly subscribe: (topic: string, handler: (message: BusMessage) => void | Promise<void>) => unknown;
  readonly settle: () => Promise<void>;
}

/** The laws of EventBus; `makeBus` gives a bus without subscribers. */
export function eventBusLaws(name: string, makeBus: () => EventBusUnderTest | Promise<EventBusUnderTest>): void {
  const message = (id: string): BusMessage => ({ topic: 'pool.built', data: { id } });

  describe(`${name} keeps the laws of EventBus`, () => {
    it('gives every message to every subscriber of its topic at least once', async () => {
      const { bus, subscribe, settle } = await makeBus();
      const [first, second, other] = [new Set<string>(), new Set<string>(), new Set<string>()];
      await subscribe('pool.built', ({ data }) => void first.add(data.id!));
      await subscribe('pool.built', ({ data }) => void second.add(data.id!));
      await subscribe('pool.scored', ({ data }) => void other.add(data.id!));
      for (const id of ['a', 'b', 'c']) await bus.publish(message(id));
      await settle();
      expect([[...first].sort(), [...second].sort(), [...other]]).toEqual([['a', 'b', 'c'], ['a', 'b', 'c'], []]);
    });

    it('delivers again after a handler failed, and lets the others go on', async () => {
      const { bus, subscribe, settle } = await makeBus();
      const attempts: string[] = [];
      const handled: string[] = [];
      await subscribe('pool.built', async ({ data }) => {
        attempts.push(data.id!);
        await Promise.resolve();
        if (attempts.filter((id) => id === data.id).length < 3) throw new Error('not yet');
        handled.push(data.id!);
      });
      await bus.publish(message('a'));
      await bus.publish(message('b'));
      await settle();
      expect([...new Set(handled)].sort()).toEqual(['a', 'b']);
      expect(attempts.length).toBeGreaterThanOrEqual(6);
    });

    it('delivers what a handler publishes', async () => {
      const { bus, subscribe, settle } = await makeBus();
      const seen = new Set<string>();
      await subscribe('pool.built', () => bus.publish({ topic: 'pool.published', data: { id: 'next' } }));
      await subscribe('pool.published', ({ data }) => void seen.add(data.id!));
      await bus.publish(message('a'));
      await settle();
      expect([...seen]).toEqual(['next']);
    });

    it('shares no memory between publisher and subscribers', async () => {
      const { bus, subscribe, settle } = await makeBus();
      const seen: BusMessage[] = [];
      await subscribe('pool.built', (received) => void seen.push(received));
      const data = { id: 'sent' };
      await bus.publish({ topic: 'pool.built', data });
      data.id = 'changed';
      await settle();
      expect(seen[0]).toEqual(message('sent'));
    });
  });
}
