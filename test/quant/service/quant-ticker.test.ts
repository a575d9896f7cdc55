import { describe, expect, it } from 'vitest';
import { manualClock } from '#shared/adapters/memory/clock.ts';
import { memoryQuantStore } from '#shared/adapters/memory/quant-store.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import type { QuantStore } from '#shared/ports/quant-store.ts';
import { QuantEngine } from '#shared/quant/engine.ts';
import { QuantRows } from '#shared/quant/rows/quant-rows.ts';
import { rollingHash } from '#shared/quant/service/tick-commit.ts';
import { PARAMS } from '../support/events.ts';
import { randomSession } from '../support/random-session.ts';
import { runSession } from '../support/session-run.ts';
import { START, TICK, TickerWorld, turn, UNIVERSE } from './ticker-world.ts';

const MIN = 60_000;

/** Rolling hash of the same events in an engine that is driven directly. */
function directHash(seed: string, minutes: number, untilTs = START + minutes * MIN): string {
  const rows = new QuantRows();
  const ticks = runSession(new QuantEngine(UNIVERSE, PARAMS), randomSession(seed, START, minutes), START, untilTs);
  return ticks.reduce((hash, tick) => rollingHash(hash, rows.summary(tick)), '');
}

async function ticksOf(store: QuantStore): Promise<number[]> {
  const { blocks } = await store.features({ symbol: 'BTC-USD', fromMs: 0, toMs: START * 2, offset: 0, limit: 1000 });
  return blocks.map(({ tickTs }) => (tickTs - START) / TICK);
}

describe('the ticker (quant spec §6)', () => {
  it('commits at multiples of the tick exactly what the engine says of the same events', async () => {
    const world = new TickerWorld().feedSession('direct', 10);
    await world.pass(10 * MIN + 1);
    expect(await ticksOf(world.store)).toEqual(Array.from({ length: 41 }, (_, n) => n));
    expect((await world.store.committed())!.commitId).toBe(directHash('direct', 10));
    expect(world.service.tick()!.tickTs).toBe(START + 10 * MIN);
    await world.stop();
    expect((await world.store.status()).lease!.expiresAtMs).toBe(0);
  });

  it('skips ticks while a commit takes too long, counts them, and makes none up', async () => {
    const slow = memoryQuantStore();
    const gate: { open: boolean; wake: () => void } = { open: true, wake: () => undefined };
    const store: QuantStore = {
      ...slow,
      commit: async (token, commit) => {
        while (!gate.open) await new Promise<void>((resolve) => (gate.wake = resolve));
        return slow.commit(token, commit);
      },
    };
    const world = new TickerWorld(store).feedSession('slow', 5);
    await world.pass(2 * TICK + 1);
    gate.open = false;
    await world.pass(3 * TICK + 1_000);
    expect(world.service.ticker.health(world.clock.nowMs()).measured).toMatchObject({ ticks_total: 3, overruns_total: 0 });
    gate.open = true;
    gate.wake();
    await world.pass(2 * TICK);
    expect(await ticksOf(store)).toEqual([0, 1, 2, 3, 6, 7]);
    expect(world.service.tick()!.skipped).toBe(0);
    const { measured, findings } = world.service.ticker.health(world.clock.nowMs());
    expect([measured.overruns_total, measured.overruns_10m]).toEqual([2, 2]);
    expect(findings.filter(({ reason }) => reason === 'overruns')).toEqual([]);
    await world.stop();
  });

  it('computes only the newest tick after the whole process stood still', async () => {
    const world = new TickerWorld().feedSession('still', 5);
    await world.pass(TICK + 1);
    await world.pass(5 * TICK + 2_000, 5 * TICK + 2_000);
    expect(await ticksOf(world.store)).toEqual([0, 1, 6]);
    expect(world.service.tick()).toMatchObject({ tickTs: START + 6 * TICK, skipped: 4 });
    expect(world.service.ticker.health(world.clock.nowMs()).measured.overruns_total).toBe(4);
    await world.stop();
  });

  it('commits the same tick again when the store fails in passing or its answer is lost', async () => {
    const inner = memoryQuantStore();
    const calls: string[] = [];
    const store: QuantStore = {
      ...inner,
      commit: async (token, commit) => {
        calls.push(commit.commitId);
        if (calls.length === 2) throw new LivepoolError('STORE_UNAVAILABLE', 'transient', 'busy');
        await inner.commit(token, commit);
        if (calls.length === 4) throw new LivepoolError('COMMIT_UNKNOWN', 'transient', 'lost');
      },
    };
    const world = new TickerWorld(store).feedSession('again', 5);
    await world.pass(3 * TICK + 1, 500);
    expect(await ticksOf(store)).toEqual([0, 1, 2, 3]);
    expect(calls.map((id) => calls.indexOf(id))).toEqual([0, 1, 1, 3, 3, 5]);
    expect((await store.committed())!.commitId).toBe(directHash('again', 5, START + 3 * TICK));
    await world.stop();
  });

  it('goes on from the last committed tick, bias counters and averages included', async () => {
    const store = memoryQuantStore();
    const clock = manualClock(START - 1);
    const first = new TickerWorld(store, {}, clock).feedSession('restart', 10);
    await first.pass(5 * MIN + 1);
    await first.stop();
    const before = await store.committed();
    const second = new TickerWorld(store, { holder: 'w-2' }, clock).feed(
      randomSession('restart', START, 10).filter(({ ts_recv: at }) => at > clock.nowMs()),
    );
    await second.pass(TICK);
    expect(second.logs[0]).toBe(`quant.started {"lease_epoch":2,"state":"restored","last_tick_ts":${before!.tickTs}}`);
    expect((await ticksOf(store)).slice(-2)).toEqual([20, 21]);
    const row = second.service.tick()!;
    expect([row.skipped, row.warming]).toEqual([0, true]);
    expect((await store.committed())!.commitId).not.toBe(before!.commitId);
    await second.stop();
  });

  it('starts counting anew when the state is older than ten ticks', async () => {
    const store = memoryQuantStore();
    const clock = manualClock(START - 1);
    const first = new TickerWorld(store, { params: { ...PARAMS, warming_ticks: 3 } }, clock).feedSession('old', 30);
    await first.pass(2 * MIN + 1);
    expect(first.service.tick()!.warming).toBe(false);
    await first.stop();
    clock.advance(11 * TICK);
    const second = new TickerWorld(store, { params: { ...PARAMS, warming_ticks: 3 } }, clock);
    await second.pass(1);
    expect(second.logs[0]).toContain('"state":"warming"');
    expect(second.service.tick()).toMatchObject({ warming: true, skipped: 10 });
    await second.stop();
  });

  it('fills the windows from stored features under other parameters, and warms up', { timeout: 30_000 }, async () => {
    const store = memoryQuantStore();
    const clock = manualClock(START - 1);
    const first = new TickerWorld(store, {}, clock).feedSession('seeded', 50);
    await first.pass(45 * MIN + 1);
    await first.stop();
    const [before] = await store.summary();
    const params = { ...PARAMS, bias: { ...PARAMS.bias, enter: 0.4 } };
    const later = randomSession('seeded', START, 50).filter(({ ts_recv: at }) => at > clock.nowMs());
    const second = new TickerWorld(store, { params }, clock).feed(later);
    while (second.logs.length === 0) await turn();
    await second.pass(MIN);
    expect(second.logs[0]).toContain('"state":"seeded"');
    const row = (await store.summary())[0]!;
    expect(row.warming).toBe(true);
    expect(row.params_hash).not.toBe(before!.params_hash);
    // Without the stored minutes they would not be there for half an hour; they are what an engine finds that never stopped.
    const direct = runSession(new QuantEngine(UNIVERSE, params), randomSession('seeded', START, 50), START, row.tick_ts);
    const expected = new QuantRows().summary(direct.at(-1)!)[0]!;
    for (const value of [expected.oi_z, expected.oi_z_24h]) expect(value).not.toBeNull();
    expect(row.oi_z).toBeCloseTo(expected.oi_z!, 9);
    expect(row.oi_z_24h).toBeCloseTo(expected.oi_z_24h!, 9);
    await second.stop();
  });

  it('begins anew with a store of another engine that is too old', async () => {
    const store = memoryQuantStore();
    const clock = manualClock(START - 1);
    const first = new TickerWorld(store, {}, clock).feedSession('foreign', 5);
    await first.pass(MIN);
    await first.stop();
    // Nothing that was stored is young enough, and the tick of this very moment is there already.
    clock.advance(2 * 24 * 60 * MIN);
    const params = { ...PARAMS, bias: { ...PARAMS.bias, enter: 0.4 } };
    const second = new TickerWorld(store, { params }, clock);
    await second.pass(TICK + 1);
    expect(second.logs[0]).toContain('"state":"fresh"');
    expect((await store.committed())!.tickTs).toBe(START + 2 * 24 * 60 * MIN + 5 * TICK);
    await second.stop();
  });
});

describe('two workers (quant spec §14.7)', () => {
  it('commit only through the holder; the other one stands by, and takes over when the lease ran out', async () => {
    const store = memoryQuantStore();
    const clock = manualClock(START - 1);
    const first = new TickerWorld(store, { holder: 'w-1' }, clock).feedSession('two', 5);
    await turn();
    const second = new TickerWorld(store, { holder: 'w-2' }, clock).feedSession('two', 5);
    await first.pass(4 * TICK);
    expect(second.service.ticker.facts.role).toBe('standby');
    expect(second.service.ticker.health(clock.nowMs()).findings).toEqual([]);
    expect(second.service.tick()).toBeNull();
    expect((await store.status()).lease!.holder).toBe('w-1');
    await first.stop();
    await second.pass(3 * TICK);
    expect(second.service.ticker.facts.role).toBe('active');
    expect(await ticksOf(store)).toEqual([0, 1, 2, 3, 5, 6]);
    await second.stop();
  });

  it('refuse the writes of a holder that was stopped for ninety seconds', async () => {
    const store = memoryQuantStore();
    const sleeper = new TickerWorld(store, { holder: 'w-1' }).feedSession('stopped', 10);
    await sleeper.pass(2 * TICK + 1);
    // Stopped: its clock does not move while the other one's does.
    const other = new TickerWorld(store, { holder: 'w-2' }, manualClock(sleeper.clock.nowMs()));
    await other.pass(90_000);
    expect(other.service.ticker.facts.role).toBe('active');
    const committed = await store.committed();
    sleeper.clock.advance(90_000);
    await expect(sleeper.running).rejects.toMatchObject({ code: 'QUANT_LEASE_LOST' });
    expect(await store.committed()).toEqual(committed);
    const { findings } = sleeper.service.ticker.health(sleeper.clock.nowMs());
    expect(findings).toEqual([{ area: 'worker', level: 'fail', reason: 'lease_lost' }]);
    await other.pass(TICK);
    expect((await store.committed())!.tickTs).toBeGreaterThan(committed!.tickTs);
    await other.stop();
  });
});
