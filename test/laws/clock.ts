import { describe, expect, it } from 'vitest';
import type { Clock } from '#shared/ports/clock.ts';

/** A clock and a way to let time pass on it. */
export interface ClockUnderTest {
  readonly clock: Clock;
  readonly pass: (ms: number) => void | Promise<void>;
}

/** The laws of Clock. They compare readings of the clock with each other, never with another clock. */
export function clockLaws(name: string, makeClock: () => ClockUnderTest): void {
  describe(`${name} keeps the laws of Clock`, () => {
    it('shows whole milliseconds that pass', async () => {
      const { clock, pass } = makeClock();
      const before = clock.nowMs();
      expect(Number.isSafeInteger(before)).toBe(true);
      await pass(5);
      expect(clock.nowMs()).toBeGreaterThan(before);
    });

    it('wakes sleepers in the order of their times', async () => {
      const { clock, pass } = makeClock();
      const woken: number[] = [];
      const sleepers = [30, 10, 20].map((ms) => clock.sleep(ms).then(() => woken.push(ms)));
      await pass(40);
      await Promise.all(sleepers);
      expect(woken).toEqual([10, 20, 30]);
    });

    it('does not sleep for nothing', async () => {
      const { clock } = makeClock();
      await clock.sleep(0);
      await clock.sleep(-5);
    });

    it('ends a sleep with the reason of its signal', async () => {
      const { clock } = makeClock();
      const controller = new AbortController();
      const reason = new Error('stopped');
      const sleeping = clock.sleep(1e9, controller.signal);
      controller.abort(reason);
      await expect(sleeping).rejects.toBe(reason);
      await expect(clock.sleep(1e9, controller.signal)).rejects.toBe(reason);
    });
  });
}
