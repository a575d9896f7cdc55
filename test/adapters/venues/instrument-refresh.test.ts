import { afterEach, expect, it } from 'vitest';
import { manualClock } from '#shared/adapters/memory/clock.ts';
import { InstrumentRefresh, REFRESH_EVERY_MS } from '#shared/adapters/venues/instrument-refresh.ts';
import { LivepoolError } from '#shared/core/errors.ts';
import { type InstrumentChange, type InstrumentReading, instrumentChanges } from '#shared/market/instrument-changes.ts';
import { SimulatorWorld } from './simulator-world.ts';
import { spotSpec } from './stream-world.ts';

const BTC = spotSpec('BTC-USD.spot@kraken', 'BTC/USD', 1, 8);
const ETH = spotSpec('ETH-USD.spot@kraken', 'ETH/USD', 2, 8);

let world: SimulatorWorld | undefined;

afterEach(async () => {
  await world?.stop();
  world = undefined;
});

it('tells what changed, what is gone and back, and what nobody asked for', () => {
  const before = reading([BTC, ETH], ['SOL-USD.spot@kraken']);
  const finer = { ...BTC, tick: 0.01, price_decimals: 2 };
  expect(instrumentChanges(before, reading([finer], ['NEW-USD.spot@kraken']))).toEqual([
    { id: BTC.id, kind: 'changed', spec: finer, fields: ['tick', 'price_decimals'] },
    { id: ETH.id, kind: 'gone' },
    { id: 'NEW-USD.spot@kraken', kind: 'new' },
  ]);
  expect(instrumentChanges(reading([BTC], [ETH.id]), reading([BTC, ETH], []))).toEqual([{ id: ETH.id, kind: 'back', spec: ETH }]);
  expect(instrumentChanges(before, before)).toEqual([]);
});

it('reads the lists every six hours, and a failed one again sooner', async () => {
  const clock = manualClock(0);
  const reads: number[] = [];
  const told: InstrumentChange[] = [];
  const abort = new AbortController();
  const log = () => undefined;
  const deps = { clock, random: { next: () => 0 }, logger: { info: log, notice: log, warn: log, error: log } };
  const answers = [reading([BTC], []), null, reading([], [])];
  const read = async (): Promise<InstrumentReading> => {
    reads.push(clock.nowMs());
    const answer = answers.length > 0 ? answers.shift() : reading([], []);
    if (answer == null) throw new LivepoolError('VENUE_UNAVAILABLE', 'transient', 'not now');
    return answer;
  };
  const refresh = new InstrumentRefresh(deps, [{ name: 'kraken.spot', reading: reading([BTC], []), read }]);
  const running = refresh.run((changes) => void told.push(...changes), abort.signal);
  for (let hour = 0; hour < 24 * 12; hour++) {
    clock.advance(300_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  abort.abort();
  await running;
  const pauseMs = REFRESH_EVERY_MS;
  expect(reads.slice(0, 3)).toEqual([pauseMs, 2 * pauseMs, 2 * pauseMs + 900_000]);
  expect(told).toEqual([{ id: BTC.id, kind: 'gone' }]);
});

it('sees on the simulator that a pair was delisted, and digits that a venue added', async () => {
  world = await SimulatorWorld.start(['DOGE-USDT.spot@gate', 'ETH-USD.spot@kraken'], { symbols: ['DOGE', 'ETH'], levels: 60 });
  const told: InstrumentChange[] = [];
  const abort = new AbortController();
  const running = world.feeds.refresh.run((changes) => void told.push(...changes), abort.signal);
  world.simulator.inject({ kind: 'delist', surface: 'gate_spot', symbol: 'DOGE_USDT' });
  world.simulator.inject({ kind: 'precision_change', surface: 'kraken_spot', symbol: 'ETH/USD' });
  // Only the lists matter here: the clients' clock runs ahead of the market's.
  world.clock.advance(REFRESH_EVERY_MS);
  for (let wait = 0; wait < 400 && told.length < 2; wait++) await world.pass(100);
  abort.abort();
  await running;
  const changed = told.find(({ kind }) => kind === 'changed');
  expect(told.filter(({ kind }) => kind === 'gone').map(({ id }) => id)).toEqual(['DOGE-USDT.spot@gate']);
  expect(changed).toMatchObject({ id: 'ETH-USD.spot@kraken', fields: ['tick', 'price_decimals'] });
}, 60_000);

function reading(chosen: InstrumentReading['chosen'], others: readonly string[]): InstrumentReading {
  return { chosen, listed: new Set([...chosen.map(({ id }) => id), ...others]) };
}
