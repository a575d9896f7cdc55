import { describe, expect, it } from 'vitest';
import { LiquidationSides, type ReadLiquidation } from '#shared/market/feed/liquidation-sides.ts';

const MIN = 60_000;

/** An order read as that of a long or a short, at a time of the minute `at`. */
function order(at: number, liquidated: ReadLiquidation['liquidated'], usd: number, afterMs = 1_000): ReadLiquidation {
  return { liquidated, usd, tsEventMs: at * MIN + afterMs };
}

function sums(at: number, longUsd: number, shortUsd: number) {
  return { tsEventMs: at * MIN, windowMs: MIN, longUsd, shortUsd };
}

describe('the sides of forced orders', () => {
  it('are known once three windows speak for one reading', () => {
    const sides = new LiquidationSides();
    for (const at of [0, 1, 2]) {
      expect(sides.reading).toBe('unknown');
      sides.note('BTC_USDT', order(at, 'long', 900));
      sides.match('BTC_USDT', sums(at, 1_000, 10));
    }
    expect(sides.reading).toBe('as_read');
  });

  it('are reversed where the sums say so, whichever contract says it', () => {
    const sides = new LiquidationSides();
    for (const [at, symbol] of [
      [0, 'BTC_USDT'],
      [1, 'ETH_USDT'],
      [1, 'BTC_USDT'],
    ] as const) {
      sides.note(symbol, order(at, 'long', 900));
      sides.match(symbol, sums(at, 10, 1_000));
    }
    expect(sides.reading).toBe('reversed');
  });

  it('are told by no window that both readings explain, nor by one that none does', () => {
    const sides = new LiquidationSides();
    for (const at of [0, 1, 2, 3]) {
      sides.note('A', order(at, 'long', 500));
      sides.match('A', sums(at, 1_000, 900));
      sides.note('B', order(at, 'long', 5_000));
      sides.match('B', sums(at, 1_000, 900));
      sides.match('C', sums(at, 1_000, 0));
    }
    expect(sides.reading).toBe('unknown');
  });

  it('count an order in its own window alone, and forgive a rounded sum', () => {
    const sides = new LiquidationSides();
    for (const at of [0, 1, 2]) {
      sides.note('A', order(at, 'long', 1_040, MIN - 1));
      sides.note('A', order(at + 1, 'short', 700, 0));
      sides.match('A', sums(at, 1_000, at === 0 ? 0 : 700));
    }
    expect(sides.reading).toBe('as_read');
  });

  it('are learned anew when a window contradicts what is known', () => {
    const sides = new LiquidationSides();
    const speak = (at: number, liquidated: 'long' | 'short') => {
      sides.note('A', order(at, liquidated, 900));
      sides.match('A', sums(at, 1_000, 0));
    };
    for (const at of [0, 1, 2]) speak(at, 'long');
    expect(sides.reading).toBe('as_read');
    speak(3, 'short');
    expect(sides.reading).toBe('unknown');
    for (const at of [4, 5]) speak(at, 'short');
    expect(sides.reading).toBe('reversed');
  });
});
