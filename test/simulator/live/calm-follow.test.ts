import { describe, expect, it } from 'vitest';
import type { LiveSurface } from '#shared/simulator/live/live-instrument.ts';
import { LiveSimulator } from '#shared/simulator/live-simulator.ts';
import { FollowingClient } from './following-client.ts';

const SYMBOLS: readonly (readonly [LiveSurface, readonly string[]])[] = [
  ['kraken_spot', ['BTC/USD', 'DOGE/USD', 'SAND/USD', 'USDT/USD']],
  ['kraken_futures', ['PF_XBTUSD', 'PI_XBTUSD', 'PF_DOGEUSD']],
  ['gate_spot', ['BTC_USDT', 'DOGE_USDT']],
  ['gate_futures', ['BTC_USDT', 'SAND_USDT']],
];

describe('the product’s books on a calm simulator', () => {
  it.each(SYMBOLS)('follow %s to equality with the venue’s own books', (surface, symbols) => {
    const sim = new LiveSimulator({ seed: '3', symbols: ['BTC', 'DOGE', 'SAND'], levels: 120 });
    const client = new FollowingClient(sim, surface, symbols);
    for (let second = 0; second < 50; second++) {
      client.step();
      sim.advanceTo(sim.nowMs + 1000);
    }
    expect(client.tally.wrong).toEqual([]);
    expect(client.tally.judged).toBeGreaterThan(150);
    expect(client.tally.connects).toBe(1);
    for (const [index, symbol] of symbols.entries()) {
      expect([symbol, client.feed.read(index).state]).toEqual([symbol, 'live']);
      client.judge(index);
    }
    expect(client.tally.wrong).toEqual([]);
    expect(Object.keys(client.tally.invalidations).filter((reason) => reason !== 'snapshot')).toEqual([]);
    expect(sim.faultLog).toEqual([]);
  });

  it.each([
    ['gate_spot', 'DOGE_USDT'],
    ['gate_futures', 'DOGE_USDT'],
    ['kraken_spot', 'DOGE/USD'],
  ] as const)('lose nothing on %s when trading stops between two messages', (surface, symbol) => {
    const sim = new LiveSimulator({ seed: '5', symbols: ['DOGE'], levels: 120 });
    const client = new FollowingClient(sim, surface, [symbol]);
    for (let step = 0; step < 700; step++) {
      client.step();
      // Now and then, never at a full pushing interval.
      if (step % 20 === 10) sim.inject({ kind: 'halt', surface, symbol, durationMs: 300 });
      sim.advanceTo(sim.nowMs + 73);
    }
    expect(client.tally.wrong).toEqual([]);
    expect(client.tally.judged).toBeGreaterThan(50);
    expect(client.tally.invalidations.gap ?? 0).toBe(0);
  });
});
