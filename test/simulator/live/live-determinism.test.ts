import { describe, expect, it } from 'vitest';
import { LIVE_SURFACES } from '#shared/simulator/live/live-instrument.ts';
import { LiveSimulator } from '#shared/simulator/live-simulator.ts';
import { SCENARIO_NAMES, type ScenarioName } from '#shared/simulator/scenarios.ts';
import { subscribeAll, TappedStream } from './tapped-stream.ts';

interface Run {
  readonly frames: readonly string[];
  readonly hash: string;
}

/** Every stream of BTC and some REST for 40 seconds, `stepMs` at a time. */
function run(seed: string, scenario: ScenarioName, stepMs: number): Run {
  const sim = new LiveSimulator({ seed, scenario, symbols: ['BTC'], levels: 60 });
  const streams = LIVE_SURFACES.map((surface) => {
    const stream = new TappedStream(sim, surface);
    subscribeAll(stream, surface, 'BTC');
    return stream;
  });
  const endMs = sim.nowMs + 40_000;
  while (sim.nowMs < endMs) sim.advanceTo(Math.min(endMs, sim.nowMs + stepMs));
  const target = '/gate/api/v4/futures/usdt/order_book?contract=BTC_USDT&limit=20&with_id=true';
  const { answer } = sim.handle({ client: 'a', method: 'GET', target, atMs: 0 });
  return { frames: [...streams.flatMap((stream) => stream.texts), answer.body], hash: sim.log.hash() };
}

describe('the live simulator', () => {
  it.each(SCENARIO_NAMES)('sends the same bytes for the same seed in %s, however time is sliced', (scenario) => {
    const [first, second] = [run('5', scenario, 40_000), run('5', scenario, 170)];
    expect(first.frames.length).toBeGreaterThan(300);
    expect(second.frames).toEqual(first.frames);
    expect(second.hash).toBe(first.hash);
  });

  it('sends other bytes for another seed', () => {
    const [first, second] = [run('5', 'calm', 1000), run('6', 'calm', 1000)];
    expect(first.frames).not.toEqual(second.frames);
    expect(run('5', 'storm', 1000).hash).not.toBe(run('6', 'storm', 1000).hash);
  });

  it('shows the same market to a client, whoever else watches', () => {
    const alone = new LiveSimulator({ seed: '5', symbols: ['BTC'], levels: 60 });
    const watched = new LiveSimulator({ seed: '5', symbols: ['BTC'], levels: 60 });
    for (const surface of LIVE_SURFACES) subscribeAll(new TappedStream(watched, surface), surface, 'BTC');
    for (const sim of [alone, watched]) sim.advanceTo(sim.nowMs + 20_000);
    for (const { spec, book } of alone.market.instruments) {
      const other = watched.market.find(spec.surface, spec.symbol)!;
      expect([other.book.sequence, other.book.bids.prices, other.book.asks.sizes]).toEqual([
        book.sequence,
        book.bids.prices,
        book.asks.sizes,
      ]);
    }
  });
});
