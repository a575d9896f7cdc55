import { expect, it } from 'vitest';
import { manualClock } from '#shared/adapters/memory/clock.ts';
import { clockLaws } from '../../laws/clock.ts';

clockLaws('manualClock', () => {
  const clock = manualClock(1_000);
  return { clock, pass: (ms) => clock.advance(ms) };
});

it('manualClock stands still until it is advanced', async () => {
  const clock = manualClock(1_000);
  let woken = false;
  const sleeping = clock.sleep(50).then(() => {
    woken = true;
  });
  clock.advance(49);
  await Promise.resolve();
  expect([clock.nowMs(), woken, clock.pending()]).toEqual([1_049, false, 1]);
  clock.advance(1);
  await sleeping;
  expect([clock.nowMs(), woken, clock.pending()]).toEqual([1_050, true, 0]);
});
