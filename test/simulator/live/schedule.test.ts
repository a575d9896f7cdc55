import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Schedule } from '#shared/simulator/live/schedule.ts';

it('runs what is due in order of time, then of planning', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 60 }),
      fc.integer({ min: 1, max: 60 }),
      (delays, until) => {
        const schedule = new Schedule(1000);
        const ran: (readonly [number, number])[] = [];
        for (const [index, delay] of delays.entries()) schedule.after(delay, () => ran.push([schedule.nowUs, index]));
        schedule.advanceTo(1000 + until);
        const due = delays.map((delay, index) => [1000 + delay, index] as const).filter(([at]) => at <= 1000 + until);
        expect(ran).toEqual(due.sort((a, b) => a[0] - b[0] || a[1] - b[1]));
        expect(schedule.nowUs).toBe(1000 + until);
      },
    ),
  );
});

it('repeats until cancelled, even by itself, and never goes back', () => {
  const schedule = new Schedule(0);
  const ticks: number[] = [];
  const planned = schedule.every(10, 10, () => {
    ticks.push(schedule.nowUs);
    if (ticks.length === 3) planned.cancel();
  });
  schedule.advanceTo(100);
  schedule.advanceTo(50);
  expect([ticks, schedule.nowUs]).toEqual([[10, 20, 30], 100]);
});
