import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { type ManualClock, manualClock } from '#shared/adapters/memory/clock.ts';
import type { Component, ComponentName } from '#shared/supervision/component.ts';
import { Supervisor } from '#shared/supervision/supervisor.ts';
import { WORKER_PARAMS } from './worker-params.ts';

const START_MS = 1_000_000;

/** A component that crashes after each of these times of running, and then runs for good. */
class Scripted implements Component {
  readonly name: ComponentName;
  readonly startsMs: number[] = [];
  endedMs: number | null = null;
  readonly #clock: ManualClock;
  readonly #crashAfterMs: number[];
  readonly #flushMs: number;

  constructor(clock: ManualClock, name: ComponentName, crashAfterMs: readonly number[] = [], flushMs = 0) {
    this.name = name;
    this.#clock = clock;
    this.#crashAfterMs = [...crashAfterMs];
    this.#flushMs = flushMs;
  }

  async run(signal: AbortSignal): Promise<void> {
    this.startsMs.push(this.#clock.nowMs());
    const lifeMs = this.#crashAfterMs.shift();
    await this.#clock.sleep(lifeMs ?? 1e12, signal).catch(() => undefined);
    if (!signal.aborted) throw new Error(`${this.name} crashes`);
    if (this.#flushMs > 0) await this.#clock.sleep(this.#flushMs);
    this.endedMs = this.#clock.nowMs();
  }
}

class World {
  readonly clock = manualClock(START_MS);
  readonly lines: string[] = [];
  readonly #abort = new AbortController();
  #running: Promise<void> = Promise.resolve();

  start(components: readonly Component[], stopStages: readonly (readonly ComponentName[])[] = []): Supervisor {
    const log = (event: string, fields: object = {}) => void this.lines.push(`${event} ${JSON.stringify(fields)}`);
    const logger = { info: log, notice: log, warn: log, error: log };
    const options = { params: WORKER_PARAMS.supervision, components, stopStages };
    const supervisor = new Supervisor({ clock: this.clock, logger }, options);
    this.#running = supervisor.run(this.#abort.signal);
    return supervisor;
  }

  /** Lets time pass in steps, with room for what wakes up. */
  async pass(ms: number, stepMs = 250): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      this.clock.advance(Math.min(left, stepMs));
      await turns();
    }
  }

  async stop(withinMs: number): Promise<boolean> {
    this.#abort.abort();
    await turns();
    let isDone = false;
    const done = this.#running.then(() => {
      isDone = true;
    });
    await this.pass(withinMs, 50);
    if (isDone) await done;
    return isDone;
  }
}

async function turns(): Promise<void> {
  for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve));
}

describe('the supervisor', () => {
  let world = new World();
  afterEach(async () => {
    await world.stop(10_000);
    world = new World();
  });

  it('starts a crashed component again after 1, 2, 4 s and leaves the others alone', async () => {
    const broken = new Scripted(world.clock, 'quant_engine', [500, 500, 500]);
    const sound = new Scripted(world.clock, 'ws_manager');
    const supervisor = world.start([sound, broken]);
    await turns();
    await world.pass(20_000);
    expect(broken.startsMs.map((ms) => ms - START_MS)).toEqual([0, 1_500, 4_000, 8_500]);
    expect(sound.startsMs).toEqual([START_MS]);
    expect(supervisor.facts(0).map(({ name, state }) => [name, state.phase, state.crashesTotal])).toEqual([
      ['ws_manager', 'running', 0],
      ['quant_engine', 'running', 3],
    ]);
  });

  it('gives up after five crashes, tells so, and begins anew when asked', async () => {
    const broken = new Scripted(world.clock, 'rest_collector', [1, 1, 1, 1, 1]);
    const supervisor = world.start([broken]);
    await turns();
    await world.pass(300_000, 1_000);
    expect(broken.startsMs).toHaveLength(5);
    expect(supervisor.facts(0)[0]!.state.phase).toBe('failed');
    expect(world.lines.filter((line) => line.startsWith('component.failed'))).toHaveLength(1);
    await supervisor.halt('rest_collector');
    supervisor.begin('rest_collector');
    await turns();
    expect(supervisor.facts(0)[0]!.state.phase).toBe('running');
    expect(broken.startsMs).toHaveLength(6);
  });

  it('tries what was given up again once its crashes are ten minutes old', async () => {
    const broken = new Scripted(world.clock, 'regime_watch', [1, 1, 1, 1, 1]);
    const supervisor = world.start([broken]);
    await turns();
    await world.pass(600_000, 1_000);
    expect([supervisor.facts(0)[0]!.state.phase, broken.startsMs.length]).toEqual(['failed', 5]);
    await world.pass(30_000, 1_000);
    expect([supervisor.facts(0)[0]!.state.phase, broken.startsMs.length]).toEqual(['running', 6]);
    expect(broken.startsMs[5]! - broken.startsMs[4]!).toBe(600_000 + 1_000);
  });

  it('restarts a running component without counting a crash', async () => {
    const sound = new Scripted(world.clock, 'ws_manager', [], 700);
    const supervisor = world.start([sound]);
    await turns();
    const halted = supervisor.halt('ws_manager').then(() => supervisor.begin('ws_manager'));
    await turns();
    await world.pass(1_000, 100);
    await halted;
    expect(sound.startsMs.map((ms) => ms - START_MS)).toEqual([0, 700]);
    expect(supervisor.facts(0)[0]).toMatchObject({ lastError: null, state: { crashesTotal: 0, phase: 'running' } });
  });

  it('takes an end without being asked for a crash', async () => {
    const quits: Component = { name: 'continuity', run: async () => undefined };
    const supervisor = world.start([quits]);
    await world.pass(500);
    expect(supervisor.facts(0)[0]).toMatchObject({ lastError: 'COMPONENT_ENDED', state: { phase: 'waiting', crashesTotal: 1 } });
  });

  it('stops in stages, each after the one before', async () => {
    const feeds = new Scripted(world.clock, 'ws_manager', [], 300);
    const publisher = new Scripted(world.clock, 'event_publisher', [], 400);
    const store = new Scripted(world.clock, 'db_writer', [], 200);
    world.start([store, publisher, feeds], [['ws_manager'], ['event_publisher'], ['db_writer']]);
    await turns();
    expect(await world.stop(3_000)).toBe(true);
    expect([feeds, publisher, store].map(({ endedMs }) => endedMs! - START_MS)).toEqual([300, 700, 900]);
  });

  it('leaves a component behind that does not end, and still stops the rest in time', async () => {
    const stuck: Component = { name: 'ws_manager', run: () => new Promise(() => undefined) };
    const store = new Scripted(world.clock, 'db_writer');
    world.start([store, stuck], [['ws_manager'], ['db_writer']]);
    await turns();
    expect(await world.stop(6_000)).toBe(true);
    expect(store.endedMs).not.toBeNull();
    expect(world.lines.filter((line) => line.startsWith('component.stop_overdue'))).toHaveLength(1);
  });

  it('stops within six seconds whatever crashes when', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 6 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 0, max: 40_000 }),
        async (scripts, stopAfterMs) => {
          const each = new World();
          const names: readonly ComponentName[] = ['ws_manager', 'rest_collector', 'quant_engine', 'db_writer'];
          const components = scripts.map((script, index) => new Scripted(each.clock, names[index]!, script));
          each.start(components, [['ws_manager', 'rest_collector'], ['quant_engine'], ['db_writer']]);
          await turns();
          await each.pass(stopAfterMs, 1_000);
          const before = components.map(({ startsMs }) => startsMs.length);
          expect(await each.stop(6_000)).toBe(true);
          expect(components.map(({ startsMs }) => startsMs.length)).toEqual(before);
        },
      ),
      { numRuns: 40 },
    );
  });
});
