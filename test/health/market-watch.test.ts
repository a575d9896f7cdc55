import { describe, expect, it } from 'vitest';
import { type MarketReading, MarketWatch } from '#shared/health/market-watch.ts';
import { WORKER_PARAMS } from '../supervision/worker-params.ts';

const PARAMS = WORKER_PARAMS.health;

/** Kraken's books are primary, Gate's is not; both have one connection. */
function reading(live: { readonly btc?: boolean; readonly eth?: boolean; readonly gate?: boolean }, sockets = 1, isOpen = true) {
  const { btc = true, eth = true, gate = true } = live;
  return {
    books: [
      { venue: 'kraken', instrument: 'BTC-USD.spot@kraken', isLive: btc, isPrimary: true },
      { venue: 'kraken', instrument: 'ETH-USD.spot@kraken', isLive: eth, isPrimary: true },
      { venue: 'gate', instrument: 'BTC-USDT.perp@gate', isLive: gate, isPrimary: false },
    ],
    connections: [{ venue: 'kraken', connection: 'kraken.spot.1', isOpen, sockets }],
    polls: [],
  };
}

/** Reasons after looking every second from `fromMs` to `toMs`. */
function reasonsAt(watch: MarketWatch, fromMs: number, toMs: number, seen: MarketReading): readonly string[] {
  for (let ms = fromMs; ms <= toMs; ms += 1_000) watch.look(seen, ms);
  return watch.findings.map(({ level, reason }) => `${level} ${reason}`);
}

describe('the watch over venues', () => {
  it('is patient for ten seconds, then degraded, and after a minute without any primary book it fails', () => {
    const watch = new MarketWatch(PARAMS);
    const dark = reading({ btc: false, eth: false });
    expect(reasonsAt(watch, 0, 10_000, dark)).toEqual([]);
    expect(reasonsAt(watch, 11_000, 60_000, dark)).toEqual(['degraded kraken_reconnecting']);
    expect(reasonsAt(watch, 61_000, 61_000, dark)).toEqual(['degraded kraken_reconnecting', 'fail kraken_no_book']);
    expect(reasonsAt(watch, 62_000, 62_000, reading({}))).toEqual([]);
  });

  it('does not fail while one primary book of the venue lives, nor for a venue that speaks for nobody', () => {
    expect(reasonsAt(new MarketWatch(PARAMS), 0, 120_000, reading({ btc: false }))).toEqual(['degraded kraken_reconnecting']);
    expect(reasonsAt(new MarketWatch(PARAMS), 0, 120_000, reading({ gate: false }))).toEqual(['degraded gate_reconnecting']);
  });

  it('begins anew with every book that came back in between', () => {
    const watch = new MarketWatch(PARAMS);
    reasonsAt(watch, 0, 59_000, reading({ btc: false, eth: false }));
    reasonsAt(watch, 60_000, 60_000, reading({}));
    expect(reasonsAt(watch, 61_000, 71_000, reading({ btc: false, eth: false }))).toEqual([]);
  });

  it('counts the loss of an open connection, not the attempts that fail after it', () => {
    const watch = new MarketWatch(PARAMS);
    watch.look(reading({}), 0);
    for (let ms = 1_000; ms < 9_000; ms += 1_000) watch.look(reading({}, 1 + ms / 1_000, false), ms);
    watch.look(reading({}, 9), 9_000);
    expect([watch.losses('kraken', 600_000, 9_000), watch.findings]).toEqual([1, []]);
    watch.look(reading({}, 10), 20_000);
    watch.look(reading({}, 11), 30_000);
    expect(watch.findings).toEqual([{ area: 'venue', level: 'degraded', reason: 'kraken_reconnecting' }]);
    expect(reasonsAt(watch, 601_000, 611_000, reading({}, 11))).toEqual([]);
  });

  it('is degraded by three failures of a poll, or by an endpoint that is left alone', () => {
    const polls = (failures: number, isBreakerOpen: boolean) => ({
      ...reading({}),
      polls: [{ venue: 'gate', failures, isBreakerOpen }],
    });
    expect(reasonsAt(new MarketWatch(PARAMS), 0, 0, polls(2, false))).toEqual([]);
    expect(reasonsAt(new MarketWatch(PARAMS), 0, 0, polls(3, false))).toEqual(['degraded gate_rest']);
    expect(reasonsAt(new MarketWatch(PARAMS), 0, 0, polls(0, true))).toEqual(['degraded gate_rest']);
  });
});
