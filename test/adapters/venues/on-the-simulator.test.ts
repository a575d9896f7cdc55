import { afterEach, describe, expect, it } from 'vitest';
import type { LiveFault } from '#shared/simulator/faults/live-fault.ts';
import { wrongBooks } from './judge-books.ts';
import { SimulatorWorld } from './simulator-world.ts';

const IDS = [
  'BTC-USD.spot@kraken',
  'ETH-USD.spot@kraken',
  'BTC-USD.perp@krakenfutures',
  'ETH-USD.perp@krakenfutures',
  'BTC-USDT.spot@gate',
  'ETH-USDT.spot@gate',
  'BTC-USDT.perp@gate',
  'ETH-USDT.perp@gate',
];
const OPTIONS = { symbols: ['BTC', 'ETH'], levels: 60 } as const;

let world: SimulatorWorld | undefined;

afterEach(async () => {
  await world?.stop();
  world = undefined;
});

describe('feeds on the simulator', () => {
  it('bring every book to life and tell every input that the venues offer', async () => {
    world = await SimulatorWorld.start([...IDS, 'NOBODY-USD.spot@kraken'], OPTIONS);
    const wrong: string[] = [];
    await world.pass(125_000, () => wrong.push(...wrongBooks(world!, 2_000)), 500);
    expect([wrong, world.notLive(), world.feeds.missing]).toEqual([[], [], ['NOBODY-USD.spot@kraken']]);
    expect([world.feeds.unavailable, world.of('trade_gap')]).toEqual([[], []]);
    const told = [...new Set(world.events.map(({ venue, type }) => `${venue} ${type}`))].sort();
    const everywhere = ['book_depth', 'book_state', 'book_top', 'trade', 'venue_health'];
    const derivatives = ['basis', 'funding', 'funding_settled', 'long_short', 'mark', 'open_interest', 'taker_volume'];
    for (const [venue, types] of [
      ['kraken', [...everywhere, 'kline']],
      ['krakenfutures', [...everywhere, ...derivatives]],
      ['gate', [...everywhere, ...derivatives, 'kline', 'liquidation_stats']],
    ] as const) {
      expect(told.filter((name) => name.startsWith(`${venue} `))).toEqual(
        expect.arrayContaining(types.map((type) => `${venue} ${type}`)),
      );
    }
    expect(world.events.filter(({ quality }) => quality === 'suspect').map(({ type }) => type)).toEqual(
      world
        .of('liquidation', 'gate')
        .filter(({ quality }) => quality === 'suspect')
        .map(() => 'liquidation'),
    );
    expect(world.feeds.polls.flatMap((poll) => poll.status()).filter(({ failures }) => failures > 0)).toEqual([]);
  }, 60_000);

  it.each([
    ['kraken_spot', 'gap', 'checksum'],
    ['kraken_spot', 'corrupt_syntax', 'parse'],
    ['kraken_futures', 'gap', 'gap'],
    ['kraken_futures', 'reorder', 'gap'],
    ['gate_futures', 'gap', 'gap'],
    ['gate_futures', 'ws_disconnect', 'disconnect'],
    ['kraken_futures', 'ws_half_open', 'stale'],
    ['gate_futures', 'http_5xx', null],
  ] as const)(
    'on %s survive %s: %s is told at once, nothing wrong is published, and the book comes back',
    async (surface, kind, reason) => {
      const ids = IDS.filter((id) => surfaceIds(surface).includes(id));
      world = await SimulatorWorld.start(ids, OPTIONS);
      await world.pass(8_000, undefined, 500);
      expect(world.notLive()).toEqual([]);
      const before = world.events.length;
      // Kraken's checksum sees ten levels a side: one lost change may lie below them, ten do not.
      const count = surface === 'kraken_spot' && kind === 'gap' ? 10 : 1;
      const fault: LiveFault = { kind, surface, durationMs: 15_000, count };
      world.simulator.inject(fault);
      const wrong: string[] = [];
      // A half-open socket is seen by its silence: until the limit its books are old, not wrong.
      const ageMs = kind === 'ws_half_open' ? 12_000 : 3_000;
      await world.pass(45_000, () => wrong.push(...wrongBooks(world!, ageMs)), 500);
      const reasons = world.events
        .slice(before)
        .flatMap((event) => (event.type === 'book_state' && !event.live ? [event.reason] : []));
      expect(wrong).toEqual([]);
      if (reason === null) expect(reasons).toEqual([]);
      else expect(reasons).toContain(reason);
      expect(world.notLive()).toEqual([]);
    },
    60_000,
  );

  it('never publish a wrong book in a storm, and come back again and again', async () => {
    world = await SimulatorWorld.start(IDS, { ...OPTIONS, scenario: 'storm', seed: 'feeds-in-a-storm' });
    const wrong: string[] = [];
    await world.pass(150_000, () => wrong.push(...wrongBooks(world!, 30_000)), 500);
    expect(wrong).toEqual([]);
    const hits = new Set(world.simulator.faultLog().map(({ kind }) => kind));
    expect(hits.size).toBeGreaterThan(5);
    const lives = world.of('book_state').filter(({ live }) => live).length;
    expect(lives).toBeGreaterThan(IDS.length);
  }, 120_000);
});

function surfaceIds(surface: string): readonly string[] {
  const venue = {
    kraken_spot: '.spot@kraken',
    kraken_futures: '@krakenfutures',
    gate_spot: '.spot@gate',
    gate_futures: '.perp@gate',
  }[surface]!;
  return IDS.filter((id) => id.endsWith(venue));
}
