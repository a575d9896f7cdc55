import { afterEach, expect, it } from 'vitest';
import { REFRESH_EVERY_MS } from '#shared/adapters/venues/instrument-refresh.ts';
import type { MarketEvent } from '#shared/contracts/market-events/market-event.ts';
import { MarketFeeds } from '../../../functions/worker/market-feeds.ts';
import { SimulatorWorld } from '../../adapters/venues/simulator-world.ts';

const ETH = 'ETH-USD.spot@kraken';
const DOGE = 'DOGE-USDT.spot@gate';

let world: SimulatorWorld | undefined;
const stop = { current: new AbortController() };
let running: Promise<unknown> = Promise.resolve();

afterEach(async () => {
  stop.current.abort();
  await running;
  await world?.stop();
  world = undefined;
});

/** The worker's feeds on a simulator, running. */
async function feedsWorld() {
  world = await SimulatorWorld.start([], { symbols: ['DOGE', 'ETH'], levels: 60 });
  const simulated = world;
  stop.current = new AbortController();
  const events: MarketEvent[] = [];
  const polled: MarketEvent[] = [];
  const newTerms: string[] = [];
  const log = (): void => undefined;
  const feeds = new MarketFeeds({
    clock: simulated.clock,
    logger: { info: log, notice: log, warn: log, error: log },
    lifetime: stop.current.signal,
    sink: (event) => void events.push(event),
    onPolled: (event) => void polled.push(event),
    onNewTerms: (ids) => void newTerms.push(...ids),
    open: (signal) => simulated.openFeeds([ETH, DOGE], signal),
  });
  running = Promise.all([feeds.streams().run(stop.current.signal), feeds.polls().run(stop.current.signal)]);
  const until = async (isDone: () => boolean): Promise<void> => {
    for (let wait = 0; wait < 600 && !isDone(); wait++) await simulated.pass(100);
    expect(isDone()).toBe(true);
  };
  const isLive = (id: string): boolean =>
    (feeds.current?.streams ?? [])
      .flatMap((stream) => stream.status().books)
      .some((b) => b.instrument === id && b.state === 'live');
  return { simulated, feeds, events, polled, newTerms, until, isLive };
}

it('reads the list at once when a venue sends other digits, and follows the book in them', async () => {
  const { simulated, feeds, newTerms, until, isLive } = await feedsWorld();
  await until(() => isLive(ETH) && isLive(DOGE));
  const before = feeds.current?.instruments.find(({ id }) => id === ETH);
  simulated.simulator.inject({ kind: 'precision_change', surface: 'kraken_spot', symbol: 'ETH/USD' });
  await until(() => newTerms.length > 0);
  expect(newTerms).toEqual([ETH]);
  const after = feeds.current?.instruments.find(({ id }) => id === ETH);
  expect(after?.price_decimals).toBe(before!.price_decimals + 1);
  await until(() => isLive(ETH) && isLive(DOGE));
}, 60_000);

it('tells what came by REST apart, and among everything else', async () => {
  const { events, polled, until, isLive } = await feedsWorld();
  await until(() => isLive(ETH) && isLive(DOGE) && polled.some(({ type }) => type === 'kline'));
  const types = new Set(polled.map(({ type }) => type));
  expect([types.has('book_top'), types.has('trade')]).toEqual([false, false]);
  expect(polled.every((event) => events.includes(event))).toBe(true);
  expect(events.length).toBeGreaterThan(polled.length);
}, 60_000);

it('goes on without an instrument that its venue delisted, and says that it is missing', async () => {
  const { simulated, feeds, newTerms, until, isLive } = await feedsWorld();
  await until(() => isLive(ETH) && isLive(DOGE));
  simulated.simulator.inject({ kind: 'delist', surface: 'gate_spot', symbol: 'DOGE_USDT' });
  simulated.clock.advance(REFRESH_EVERY_MS);
  await until(() => feeds.current?.missing.includes(DOGE) === true);
  await until(() => isLive(ETH));
  expect([feeds.current?.instruments.map(({ id }) => id), newTerms]).toEqual([[ETH], []]);
}, 60_000);
