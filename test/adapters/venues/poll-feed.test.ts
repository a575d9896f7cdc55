import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { manualClock } from '#shared/adapters/memory/clock.ts';
import { repeatableRandom } from '#shared/adapters/memory/random.ts';
import { PollFeed } from '#shared/adapters/venues/poll-feed.ts';
import { type VenueAccess, venueAccess } from '#shared/adapters/venues/venue-access.ts';
import type { MarketEvent } from '#shared/contracts/market-events/market-event.ts';
import type { LivepoolError } from '#shared/core/errors.ts';
import type { PollTask } from '#shared/market/feed/poll-task.ts';
import { polled } from '#shared/market/feed/poll-task.ts';
import { parseVenueParams, venuePolicy } from '#shared/market/venue-policy/venue-policy.ts';
import { FrameRefused } from '#shared/market/venues/frame-syntax.ts';
import { until, VenueServer } from './venue-server.ts';

const PARAMS = parseVenueParams(JSON.parse(readFileSync(new URL('../../../shared/params/venues.json', import.meta.url), 'utf8')));
const STRICT = venuePolicy(PARAMS, 'us_strict', []);
const ID = 'BTC-USDT.perp@gate';

let server: VenueServer | undefined;
let stop: (() => Promise<void>) | undefined;

afterEach(async () => {
  await stop?.();
  await server?.close();
  server = stop = undefined;
});

describe('polls of a venue', () => {
  it('ask every task on its own cadence and tell what was answered', async () => {
    const world = await start(() => '{"price":7}', [task('a', 10_000), task('b', 30_000)]);
    await world.pass(65_000);
    expect(world.asked('/a')).toBeGreaterThanOrEqual(6);
    expect(world.asked('/a')).toBeLessThanOrEqual(8);
    expect(world.asked('/b')).toBeGreaterThanOrEqual(2);
    expect(world.asked('/b')).toBeLessThanOrEqual(3);
    expect(world.events[0]).toMatchObject({ type: 'mark', instrument: ID, mark_price: 7, quality: 'live' });
    expect(world.feed.status().every(({ failures }) => failures === 0)).toBe(true);
  });

  it('lose only the values of the endpoint that asks to slow down, and wait as long as it asks', async () => {
    const world = await start((path) => (path === '/a' ? 429 : '{"price":7}'), [task('a', 10_000), task('b', 10_000)]);
    await world.pass(40_000);
    expect(world.events.every((event) => event.raw_ref === 'b')).toBe(true);
    expect(world.events.length).toBeGreaterThanOrEqual(4);
    // One attempt, its pause of five seconds, then ten, twenty, …: fewer questions than the cadence has.
    expect(world.asked('/a')).toBeLessThanOrEqual(4);
    expect(world.feed.status()[0]).toMatchObject({ task: 'a', lastFailure: 'VENUE_RATE_LIMITED', lastSuccessMs: null });
  });

  it('leave a failing endpoint alone for a minute and come back to it', async () => {
    let isUp = false;
    const world = await start(() => (isUp ? '{"price":7}' : 503), [task('a', 5_000)]);
    await world.pass(30_000);
    expect([world.access.rest.breaker('a'), world.access.rest.remaining().get('a')]).toEqual(['open', 0]);
    const asked = world.asked('/a');
    isUp = true;
    await world.pass(20_000);
    expect(world.asked('/a')).toBe(asked);
    await world.pass(60_000);
    expect([world.access.rest.breaker('a'), world.events.length > 0]).toEqual(['closed', true]);
    expect(world.access.rest.remaining().get('a')).toBeGreaterThan(0);
  });

  it.each([
    ['a page', '<html>maintenance</html>'],
    ['a cut body', '{"price":'],
    ['another shape', '{"cost":7}'],
  ])('count %s as a failure and tell nothing', async (_what, body) => {
    const world = await start(() => body, [task('a', 10_000)]);
    await world.pass(12_000);
    expect([world.events, world.feed.status()[0]!.lastFailure]).toEqual([[], 'VENUE_PAYLOAD_SHAPE']);
  });
});

describe('a poll with a fault of ours', () => {
  it('ends the feed with it, and not the process', async () => {
    const broken: PollTask = { ...task('a', 1_000), read: () => polledWrongly() };
    const world = await start(() => '{"price":7}', [broken]);
    const ended = world.done.then(
      () => 'ended',
      (error: unknown) => String(error),
    );
    await world.pass(2_000);
    world.pass(500).catch(() => undefined);
    expect(await ended).toBe('RangeError: ours');
    stop = undefined;
  });
});

function polledWrongly(): never {
  throw new RangeError('ours');
}

describe('access to a venue', () => {
  const deps = { clock: manualClock(0), random: repeatableRandom('x') };
  const code = (work: () => unknown): string => {
    try {
      work();
      return 'none';
    } catch (error) {
      return (error as LivepoolError).code;
    }
  };

  it('is refused for the refused set, whatever the spelling, and allowed under a policy that names it', () => {
    for (const venue of ['binance', ' BinanceUSDM', 'bybit', 'okx', 'nobody']) {
      expect(code(() => venueAccess(deps, STRICT, venue, null))).toBe('VENUE_REFUSED');
    }
    const global = venuePolicy(PARAMS, 'global', ['binance']);
    expect(code(() => venueAccess(deps, global, 'binance', null))).toBe('none');
    expect(code(() => venueAccess(deps, global, 'binanceusdm', null))).toBe('VENUE_REFUSED');
  });

  it('takes a simulated endpoint on loopback only, and no other host for a stream', () => {
    const simulated = (host: string) => ({ rest: { gate: `http://${host}:1` }, sockets: { 'gate.spot': `ws://${host}:1` } });
    expect(code(() => venueAccess(deps, STRICT, 'gate', simulated('127.0.0.1')))).toBe('none');
    expect(code(() => venueAccess(deps, STRICT, 'gate', simulated('api.gateio.ws')))).toBe('VENUE_REFUSED');
    const access = venueAccess(deps, STRICT, 'gate', null);
    expect(access.socketUrl('gate.spot', 'wss://api.gateio.ws/ws/v4/')).toBe('wss://api.gateio.ws/ws/v4/');
    expect(code(() => access.socketUrl('gate.spot', 'wss://stream.binance.com/ws'))).toBe('VENUE_REFUSED');
    expect(code(() => access.socketUrl('gate.spot', 'wss://gateio.ws.example.com/ws'))).toBe('VENUE_REFUSED');
  });
});

interface PollWorld {
  readonly events: MarketEvent[];
  readonly feed: PollFeed;
  readonly access: VenueAccess;
  readonly done: Promise<void>;
  pass(ms: number): Promise<void>;
  asked(path: string): number;
}

async function start(onGet: (path: string) => string | number, tasks: readonly PollTask[]): Promise<PollWorld> {
  server = await VenueServer.start({ onGet });
  const own = server;
  const clock = manualClock(1_700_000_000_000);
  const random = repeatableRandom('poll');
  const access = venueAccess({ clock, random }, STRICT, 'gate', { rest: { gate: own.restUrl }, sockets: {} });
  const quiet = (): void => undefined;
  const logger = { info: quiet, notice: quiet, warn: quiet, error: quiet };
  const feed = new PollFeed(
    { clock, random, logger, recorder: null, rest: () => access.rest },
    { feedId: 'gate.polls', tasks, requestsPerSecond: 8 },
  );
  const events: MarketEvent[] = [];
  const abort = new AbortController();
  const done = feed.run((event) => events.push(event), abort.signal);
  stop = async () => {
    abort.abort();
    await done;
  };
  return {
    events,
    feed,
    access,
    done,
    asked: (path) => own.requests.filter((request) => request === path).length,
    // An answer must have arrived before time goes on, or its wait would be mistaken for the venue's.
    pass: async (ms) => {
      for (let left = ms; left > 0; left -= 500) {
        clock.advance(500);
        await settled(own);
      }
    },
  };
}

/** Loopback has nothing more on its way. */
async function settled(own: VenueServer): Promise<void> {
  let seen = -1;
  await until('quiet', () => {
    const isSame = own.requests.length === seen;
    seen = own.requests.length;
    return isSame;
  });
  for (let i = 0; i < 6; i++) await new Promise((resolve) => setImmediate(resolve));
}

function task(name: string, everyMs: number): PollTask {
  return {
    name,
    everyMs,
    isHistory: false,
    requests: () => [{ venue: 'gate', path: `/${name}` }],
    read: ([reply], { nowMs }) => {
      const { price } = reply as { price?: number };
      if (price === undefined) throw new FrameRefused('shape', 'price');
      const common = polled(ID, { nowMs, rawRef: name }, -1);
      return [{ ...common, type: 'mark', unit: 'quote', mark_price: price, index_price: null }];
    },
  };
}
