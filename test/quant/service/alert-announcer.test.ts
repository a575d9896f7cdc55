import { expect, it } from 'vitest';
import { manualClock } from '#shared/adapters/memory/clock.ts';
import { inProcessEventBus } from '#shared/adapters/memory/event-bus.ts';
import { memoryQuantStore } from '#shared/adapters/memory/quant-store.ts';
import { type AlertMessage, alertMessageSchema } from '#shared/contracts/alert-message.ts';
import { SIGNAL_TOPICS } from '#shared/contracts/names.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import type { EventBus } from '#shared/ports/event-bus.ts';
import type { QuantStore } from '#shared/ports/quant-store.ts';
import { PARAMS } from '../support/events.ts';
import { START, TICK, TickerWorld, turn } from './ticker-world.ts';

const MIN = 60_000;
/** What is missing is an alert at once, and clears after two ticks. */
const EAGER = { ...PARAMS, alerts: { ...PARAMS.alerts, required_missing_ms: TICK, rearm_ms: TICK } };

/** A bus that takes nothing while it is away, and what it took. */
function switchedBus(isAway = false) {
  const taken: AlertMessage[] = [];
  const state = { isAway, refused: 0 };
  const bus: EventBus = {
    publish: async ({ topic, data }) => {
      await Promise.resolve();
      if (state.isAway) {
        state.refused += 1;
        throw new LivepoolError('STORE_UNAVAILABLE', 'transient', 'away');
      }
      expect(topic).toBe(SIGNAL_TOPICS.alerts);
      taken.push(alertMessageSchema.parse(data));
    },
  };
  return { bus, taken, state };
}

/** State and id of every change that the store's alerts tell of. */
async function changesOf(store: QuantStore): Promise<readonly string[]> {
  const { alerts } = await store.alerts(10_000, 0);
  return alerts
    .flatMap(({ alert: { id, cleared_at, rule } }) => {
      const isOver = cleared_at !== null && !rule.startsWith('bias_');
      return [`raised ${id}`, ...(isOver ? [`cleared ${id}`] : [])];
    })
    .sort();
}

const namesOf = (messages: readonly AlertMessage[]) => [...new Set(messages.map((one) => `${one.state} ${one.alert_id}`))].sort();

it('announces every alert that was raised and cleared, to whoever listens', async () => {
  const heard: AlertMessage[] = [];
  const clock = manualClock(START - 1);
  const bus = inProcessEventBus({ clock });
  bus.subscribe(SIGNAL_TOPICS.alerts, ({ data }) => void heard.push(alertMessageSchema.parse(data)));
  const told = new TickerWorld(undefined, { params: EAGER, alertBus: bus }, clock).feedSession('announced', 6);
  await told.pass(8 * MIN);
  await told.stop();
  await bus.idle();
  const names = namesOf(heard);
  expect(names).toEqual(await changesOf(told.store));
  expect(names.some((name) => name.startsWith('cleared'))).toBe(true);
  const { alerts } = await told.store.alerts(1, 0);
  const { id, severity, evidence, raised_at } = alerts[0]!.alert;
  expect(heard.find((one) => one.alert_id === id && one.state === 'raised')).toMatchObject({
    severity,
    evidence,
    raised_at: String(raised_at),
  });
  expect(await told.store.backlog()).toMatchObject({ unsent: 0 });
});

it('keeps alerts in the outbox while the bus is away, tells the stream all the same, and says that they wait', async () => {
  const { bus, taken, state } = switchedBus(true);
  const world = new TickerWorld(undefined, { params: EAGER, alertBus: bus }).feedSession('away', 6);
  await world.pass(5 * MIN);
  const { measured, findings } = world.service.publisher.health(world.clock.nowMs());
  expect(measured.told_rows_total).toBe(20);
  expect(measured.alerts_waiting).toBeGreaterThan(0);
  expect(measured.queue_rows).toBe(measured.alerts_waiting);
  expect(findings).toEqual([{ area: 'queue', level: 'degraded', reason: 'alerts_not_announced' }]);
  // A pause that doubles: not once a second.
  expect(state.refused).toBeLessThan(12);
  expect(taken).toEqual([]);
  state.isAway = false;
  await world.pass(2 * MIN);
  expect(namesOf(taken)).toEqual(await changesOf(world.store));
  expect(await world.store.backlog()).toMatchObject({ unsent: 0 });
  expect(world.service.publisher.health(world.clock.nowMs()).findings).toEqual([]);
  await world.stop();
});

it('begins again with what an earlier process did not announce', async () => {
  const store = memoryQuantStore();
  const away = switchedBus(true);
  const first = new TickerWorld(store, { params: EAGER, alertBus: away.bus }).feedSession('earlier', 3);
  await first.pass(3 * MIN);
  await first.stop();
  expect((await store.backlog()).unsent).toBeGreaterThan(0);
  const here = switchedBus();
  const second = new TickerWorld(store, { params: EAGER, alertBus: here.bus, holder: 'w-2' }, first.clock);
  await second.pass(MIN);
  expect(namesOf(here.taken)).toEqual(await changesOf(store));
  await second.stop();
});

it('announces an alert again when nobody could write down that it was, and crashes for what is no fault of the bus', async () => {
  const inner = memoryQuantStore();
  let fails = 0;
  const markSent: QuantStore['markSent'] = async (seqs, nowMs) => {
    if (seqs.length === 1 && fails > 0) {
      fails -= 1;
      throw new LivepoolError('STORE_UNAVAILABLE', 'transient', 'away');
    }
    return inner.markSent(seqs, nowMs);
  };
  const { bus, taken } = switchedBus();
  const world = new TickerWorld({ ...inner, markSent }, { params: EAGER, alertBus: bus }).feedSession('again', 2);
  await world.pass(TICK);
  fails = 1;
  await world.pass(2 * TICK);
  await expect(world.publishing).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  const before = taken.length;
  const end = new AbortController();
  const again = world.service.publisher.run(end.signal);
  await turn();
  end.abort();
  await again;
  expect(taken.length).toBeGreaterThan(before);
  expect(taken.filter((one) => one.alert_id === taken[before]!.alert_id).length).toBe(2);
});
