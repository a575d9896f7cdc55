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
  const { reads, refresh, pass, end } = refreshWorld([reading([BTC], []), null, reading([], [])], 0, []);
  await pass(24 * 3_600_000);
  await end();
  const pauseMs = REFRESH_EVERY_MS;
  expect(reads.slice(0, 3)).toEqual([pauseMs, 2 * pauseMs, 2 * pauseMs + 900_000]);
  expect(refresh.told).toEqual([{ id: BTC.id, kind: 'gone' }]);
});

it('reads a list every quarter of an hour while something that is asked for is not traded', async () => {
  const { reads, refresh, pass, end } = refreshWorld([reading([BTC], [ETH.id]), reading([BTC, ETH], [])], 2);
  await pass(3 * 900_000);
  await end();
  expect([reads, refresh.told]).toEqual([[900_000, 1_800_000], [{ id: ETH.id, kind: 'back', spec: ETH }]]);
});

it('reads the lists at once when somebody has a reason, and not again within a minute', async () => {
  const { reads, refresh, pass, end } = refreshWorld([reading([BTC], []), reading([BTC], [])], 1);
  await pass(100_000);
  for (let times = 0; times < 3; times++) refresh.readSoon();
  await pass(30_000);
  refresh.readSoon();
  await pass(30_000);
  refresh.readSoon();
  await pass(10_000);
  await end();
  expect(reads).toEqual([100_000, 160_000]);
});

/** A refresh of one list, which trades BTC when it is opened, on a clock that is moved by hand; an answer null is a failed read. */
function refreshWorld(answers: readonly (InstrumentReading | null)[], asked: number, missing: readonly string[] = [ETH.id]) {
  const clock = manualClock(0);
  const reads: number[] = [];
  const told: InstrumentChange[] = [];
  const abort = new AbortController();
  const log = () => undefined;
  const deps = { clock, random: { next: () => 0 }, logger: { info: log, notice: log, warn: log, error: log } };
  const read = async (): Promise<InstrumentReading> => {
    reads.push(clock.nowMs());
    const answer = answers[Math.min(reads.length, answers.length) - 1]!;
    if (answer === null) throw new LivepoolError('VENUE_UNAVAILABLE', 'transient', 'not now');
    return answer;
  };
  const refresh = new InstrumentRefresh(deps, [{ name: 'kraken.spot', asked, reading: reading([BTC], missing), read }]);
  const running = refresh.run((changes) => void told.push(...changes), abort.signal);
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 10_000) {
      await turn();
      clock.advance(10_000);
      await turn();
    }
  };
  const end = async (): Promise<void> => {
    abort.abort();
    await running;
  };
  return { reads, refresh: { told, readSoon: () => refresh.readSoon() }, pass, end };
}

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
