import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs } from '#shared/market/book-sync/backoff.ts';
import { LIVENESS_LIMITS } from '#shared/market/book-sync/liveness.ts';
import {
  type ConnectionEvent,
  type ConnectionPlan,
  type ConnectionState,
  isDegraded,
  newConnection,
  stepConnection,
} from '#shared/market/feed/connection.ts';
import type { ConnectionCommand } from '#shared/market/feed/connection-command.ts';
import { HostAttempts } from '#shared/market/feed/host-attempts.ts';

const DAY_MS = 86_400_000;
const PLAN: ConnectionPlan = {
  streams: ['BTC', 'ETH', 'SOL'].flatMap((symbol) => [
    { channel: 'book', symbol } as const,
    { channel: 'trades', symbol } as const,
  ]),
  limits: { mostStreams: 10, mostPerMessage: 2, onePerMessage: ['trades'], messageGapMs: 100, lifeMs: 23 * 3_600_000 },
  liveness: LIVENESS_LIMITS.kraken_spot,
};

describe('a connection', () => {
  it('waits between attempts as the vector of the back-off says', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7].map((attempt) => backoffMs(attempt, 1));
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000]);
    expect([backoffMs(1, 0), backoffMs(4, 0), backoffMs(20, 0)]).toEqual([500, 4_000, 30_000]);
  });

  it('opens at once and asks for everything in messages of one channel, as fast as the venue allows', () => {
    const world = new World();
    world.tick();
    expect(world.take()).toEqual(['promote 1', 'open 1']);
    world.now += 40;
    world.on({ type: 'opened', socket: 1 });
    expect(world.take()).toEqual(['subscribe 0,2', 'subscribe 1', 'subscribe 3', 'subscribe 4', 'subscribe 5']);
  });

  it('asks again for what nobody confirmed, and gives the socket up after the third time', () => {
    const world = new World().open();
    world.take();
    const asked = [1];
    for (let second = 1; second <= 40 && world.state.current !== null; second++) {
      world.pass(1_000, true);
      if (world.take().some((command) => command.startsWith('subscribe'))) asked.push(asked.length + 1);
    }
    expect(asked).toEqual([1, 2, 3]);
    expect([world.state.current, world.state.attempt]).toEqual([null, 1]);
  });

  it('keeps the other subscriptions when the venue refuses one, and tries that one again a minute later', () => {
    const world = new World().open();
    for (const stream of [0, 1, 2, 3, 4]) world.on({ type: 'confirmed', socket: 1, stream });
    world.on({ type: 'refused', socket: 1, stream: 5 });
    world.take();
    world.pass(59_000, true);
    expect(world.take().filter((command) => !command.startsWith('ping'))).toEqual([]);
    world.pass(2_000, true);
    expect(world.take().filter((command) => !command.startsWith('ping'))).toEqual(['subscribe 5']);
  });

  it('calls a silent socket stale, then gives it up; any frame ends the silence', () => {
    const world = new World().live();
    world.pass(4_900, false);
    expect(world.take()).toEqual([]);
    world.pass(200, false);
    expect(world.take()).toEqual(['stale 1']);
    world.on({ type: 'frame', socket: 1, atMs: world.now });
    world.pass(5_100, false);
    expect(world.take()).toEqual(['stale 1']);
    world.pass(5_000, false);
    expect(world.take()).toEqual(['close 1 silent']);
  });

  it('renews one subscription without touching the others', () => {
    const world = new World().live();
    world.pass(1_000, true);
    world.take();
    world.on({ type: 'resubscribe', socket: 1, streams: [2], reason: 'gap' });
    expect(world.take()).toEqual(['unsubscribe 2', 'subscribe 2']);
  });

  it('renews many subscriptions in messages of many, and takes a new socket where those would be too many', () => {
    const world = new World().live();
    world.pass(1_000, true);
    world.take();
    world.on({ type: 'resubscribe', socket: 1, streams: [0, 2, 4, 1], reason: 'parse' });
    expect(world.take()).toEqual([
      'unsubscribe 0,2',
      'unsubscribe 4',
      'unsubscribe 1',
      'subscribe 0,2',
      'subscribe 1',
      'subscribe 4',
    ]);
    world.pass(1_000, true);
    const streams = [...PLAN.streams.keys()];
    const single = { ...PLAN, limits: { ...PLAN.limits, mostPerMessage: 1 } };
    const context = { nowMs: world.now, chance: 0, openAllowedAtMs: 0 };
    const { commands } = stepConnection(
      single,
      world.state,
      { type: 'resubscribe', socket: 1, streams, reason: 'parse' },
      context,
    );
    expect(commands).toEqual([{ type: 'close', socket: 1, reason: 'parse' }]);
  });

  it('replaces a socket that is a day old only when the next one is ready', () => {
    const world = new World().live();
    world.now += PLAN.limits.lifeMs;
    world.pass(100, true);
    expect(world.take().filter((command) => !command.startsWith('ping'))).toEqual(['open 2']);
    world.on({ type: 'opened', socket: 2 });
    for (const stream of PLAN.streams.keys()) world.on({ type: 'confirmed', socket: 2, stream });
    world.take();
    world.on({ type: 'ready', socket: 2 });
    expect(world.take()).toEqual(['promote 2', 'close 1 rollover']);
    expect([world.state.current?.id, world.state.successor, world.state.losses]).toEqual([2, null, []]);
  });

  it('lets the successor take over at once when the old socket dies meanwhile', () => {
    const world = new World().live();
    world.now += PLAN.limits.lifeMs;
    world.pass(100, true);
    world.take();
    world.on({ type: 'closed', socket: 1 });
    expect(world.take()).toEqual(['close 1 closed', 'promote 2']);
  });

  it('is degraded after three losses in ten minutes, and for ten minutes', () => {
    const world = new World();
    for (let loss = 0; loss < 3; loss++) {
      world.open();
      world.on({ type: 'closed', socket: world.state.current!.id });
      world.pass(61_000, false);
    }
    expect(isDegraded(world.state, world.now)).toBe(true);
    world.now += 600_000;
    expect(isDegraded(world.state, world.now)).toBe(false);
  });

  it('respects the limit of a host over all its connections', () => {
    const attempts = new HostAttempts();
    for (let i = 0; i < 100; i++) attempts.note(i);
    expect(attempts.allowedAtMs(100)).toBe(600_000);
    expect(attempts.allowedAtMs(600_001)).toBe(600_001);
  });
});

const event = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 50, max: 20_000 }), alive: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('age' as const) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constantFrom('opened', 'closed', 'confirmed', 'refused', 'resubscribe', 'ready', 'reconnect', 'frame'),
      socket: fc.integer({ min: 0, max: 2 }),
      stream: fc.integer({ min: 0, max: PLAN.streams.length }),
    }),
  },
);

describe('whatever happens to a connection', () => {
  it('never has two sockets whose data counts, and never more than two at all', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 120 }), (events) => {
        const world = new World();
        for (const each of events) world.play(each);
        expect(world.faults).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('ends up subscribed to everything as soon as the venue behaves', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const world = new World();
        for (const each of events) world.play(each);
        world.behave(150_000);
        expect(world.state.current?.streams.map(({ status }) => status)).toEqual(PLAN.streams.map(() => 'confirmed'));
        expect(world.faults).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('neither hurries nor gives up against a venue that always fails', () => {
    fc.assert(
      fc.property(fc.constantFrom('closed', 'silent' as const), fc.integer({ min: 10, max: 500 }), (way, stepMs) => {
        const world = new World();
        const end = world.now + 3_600_000;
        while (world.now < end) {
          world.pass(stepMs, false);
          const { current } = world.state;
          if (current !== null && way === 'closed') world.on({ type: 'closed', socket: current.id });
        }
        const opens = world.opens;
        const gaps = opens.slice(1).map((at, i) => at - opens[i]!);
        expect(opens.length).toBeGreaterThan(40);
        expect(opens.length).toBeLessThan(140);
        expect(Math.min(...gaps)).toBeGreaterThanOrEqual(500);
        expect(Math.max(...gaps)).toBeLessThanOrEqual(60_000 + 10_000 + 2 * stepMs);
      }),
      { numRuns: 10 },
    );
  });
});

type Played = typeof event extends fc.Arbitrary<infer T> ? T : never;

/** A connection with a clock, and a watch over what it commands. */
class World {
  now = 1_000_000;
  state: ConnectionState = newConnection(this.now);
  readonly attempts = new HostAttempts();
  readonly opens: number[] = [];
  readonly faults: string[] = [];
  #commands: string[] = [];
  #alive = new Set<number>();
  #counting = 0;
  #chance = 0;

  on(event: ConnectionEvent): void {
    this.#chance = (this.#chance + 0.37) % 1;
    const context = { nowMs: this.now, chance: this.#chance, openAllowedAtMs: this.attempts.allowedAtMs(this.now) };
    const step = stepConnection(PLAN, this.state, event, context);
    this.state = step.state;
    for (const command of step.commands) this.#watch(command);
    if (step.commands.length > 12) this.faults.push(`${step.commands.length} commands at once`);
  }

  tick(): void {
    this.on({ type: 'tick' });
  }

  /** Ticks through `ms`; an `alive` venue sends a frame before each of them. */
  pass(ms: number, alive: boolean): void {
    for (const end = this.now + ms; this.now < end; ) {
      this.now = Math.min(end, this.now + 100);
      for (const socket of alive ? this.#alive : []) this.on({ type: 'frame', socket, atMs: this.now });
      this.tick();
    }
  }

  open(): this {
    for (let i = 0; i < 1_000 && this.state.current === null; i++) this.pass(100, false);
    this.on({ type: 'opened', socket: this.state.current!.id });
    return this;
  }

  live(): this {
    this.open();
    for (const stream of PLAN.streams.keys()) this.on({ type: 'confirmed', socket: this.state.current!.id, stream });
    this.take();
    return this;
  }

  /** A venue that opens, confirms and talks. */
  behave(ms: number): void {
    for (const end = this.now + ms; this.now < end; ) {
      this.pass(100, true);
      for (const socket of [this.state.current, this.state.successor]) {
        if (socket?.phase === 'opening') this.on({ type: 'opened', socket: socket.id });
        for (const [stream, { status }] of (socket?.streams ?? []).entries()) {
          if (status === 'asked') this.on({ type: 'confirmed', socket: socket!.id, stream });
        }
      }
    }
  }

  play(event: Played): void {
    if (event.kind === 'pass') {
      this.pass(event.ms, event.alive);
      return;
    }
    if (event.kind === 'age') {
      this.now += DAY_MS;
      this.tick();
      return;
    }
    const ids = [this.state.current?.id, this.state.successor?.id, this.state.nextSocket - 1];
    const socket = ids[event.socket] ?? 0;
    const { kind, stream } = event;
    if (kind === 'confirmed' || kind === 'refused') this.on({ type: kind, socket, stream });
    else if (kind === 'resubscribe') this.on({ type: kind, socket, streams: [stream], reason: 'gap' });
    else if (kind === 'frame') this.on({ type: kind, socket, atMs: this.now });
    else if (kind === 'reconnect') this.on({ type: kind, socket, reason: 'gap' });
    else this.on({ type: kind, socket });
  }

  /** What was commanded since the last time. */
  take(): readonly string[] {
    const taken = this.#commands;
    this.#commands = [];
    return taken;
  }

  #watch(command: ConnectionCommand): void {
    const rest =
      'streams' in command ? command.streams.join(',') : `${command.socket}${'reason' in command ? ` ${command.reason}` : ''}`;
    this.#commands.push(`${command.type} ${rest}`);
    if (command.type === 'open') {
      this.attempts.note(this.now);
      this.opens.push(this.now);
      this.#alive.add(command.socket);
      if (this.#alive.size > 2) this.faults.push(`three sockets at ${this.now}`);
    } else if (command.type === 'promote') this.#counting = command.socket;
    else if (command.type === 'close') {
      if (!this.#alive.delete(command.socket)) this.faults.push(`socket ${command.socket} closed twice`);
    } else if (!this.#alive.has(command.socket)) this.faults.push(`${command.type} on socket ${command.socket}, which is closed`);
    const current = this.state.current?.id;
    if (current !== undefined && current !== this.#counting && command.type === 'close') {
      this.faults.push(`socket ${current} is current, ${this.#counting} counts`);
    }
  }
}
