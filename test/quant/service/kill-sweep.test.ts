import { describe, expect, it } from 'vitest';
import { manualClock } from '#shared/adapters/memory/clock.ts';
import { memoryQuantStore } from '#shared/adapters/memory/quant-store.ts';
import type { StreamText } from '#shared/ports/stream-source.ts';
import { PARAMS } from '../support/events.ts';
import { randomSession } from '../support/random-session.ts';
import { type Kill, killedStore } from './faulty-quant-store.ts';
import { START, TICK, TickerWorld } from './ticker-world.ts';
import { expectWholeTicks } from './whole-ticks.ts';

const TICKS = 2;
/** Alerts soon, so that their table is written too. */
const EAGER = { ...PARAMS, alerts: { ...PARAMS.alerts, required_missing_ms: TICK } };
const EVENTS = randomSession('sweep', START, 3);

/** Ticks of `quant_update` messages. */
function toldTicks(world: TickerWorld, told: number[]): void {
  world.service.stream.subscribe({ topics: ['quant_update'], from: {} }, ({ text }: StreamText) => {
    const { kind, data } = JSON.parse(text) as { kind: string; data: { tick_ts: number } };
    if (kind === 'delta') told.push(data.tick_ts);
  });
}

/** Runs until the kill or the end, then a second process to the end; gives the calls of the first. */
async function lives(kill: Kill): Promise<readonly string[]> {
  const store = memoryQuantStore();
  const clock = manualClock(START - 1);
  const told: number[] = [];
  const seen = killedStore(store, kill);
  const first = new TickerWorld(seen, { params: EAGER }, clock).feed(EVENTS);
  toldTicks(first, told);
  await first.pass(TICKS * TICK);
  await first.stop().catch(() => undefined);
  const before = await expectWholeTicks(store);
  for (const tick of told) expect(before).toContain(tick);
  const second = new TickerWorld(store, { params: EAGER }, clock).feed(EVENTS.filter(({ ts_recv: at }) => at > clock.nowMs()));
  toldTicks(second, told);
  await second.pass(2 * TICK);
  await second.stop();
  const ticks = await expectWholeTicks(store);
  expect(ticks.slice(0, before.length)).toEqual(before);
  expect(ticks.length).toBe(before.length + 2);
  expect([...new Set(told)].sort((a, b) => a - b)).toEqual(ticks);
  expect((await store.status()).unsent).toBe(0);
  return seen.calls();
}

describe('a process killed at any call of its store (quant spec §14.6)', () => {
  it('leaves whole ticks, loses no committed one, and tells each at least once', { timeout: 60_000 }, async () => {
    const calls = await lives({ at: Number.POSITIVE_INFINITY, reached: true });
    expect(new Set(calls)).toEqual(
      new Set(['acquire', 'committed', 'commit', 'unsent', 'markSent', 'backlog', 'prune', 'release']),
    );
    for (let at = 1; at <= calls.length; at++) {
      for (const reached of [false, true]) await lives({ at, reached });
    }
  });
});
