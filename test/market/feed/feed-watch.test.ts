import { describe, expect, it } from 'vitest';
import type { BookStateEvent } from '#shared/contracts/market-events/book-events.ts';
import { CircuitBreaker } from '#shared/market/feed/circuit-breaker.ts';
import { FeedWatch } from '#shared/market/feed/feed-watch.ts';

const QUIET = { venue: 'kraken', silentMs: 3_000, expectedGapMs: 1_000 };

describe('the watch over the feeds', () => {
  it('names a socket that is silent for more than three of its gaps, once a venue', () => {
    const watch = new FeedWatch();
    expect(watch.triggers(0, [QUIET, { ...QUIET, silentMs: null }], [])).toEqual([]);
    const silent = { ...QUIET, silentMs: 3_001 };
    expect(watch.triggers(0, [silent, silent, { ...QUIET, venue: 'gate', expectedGapMs: 10_000 }], [])).toEqual([
      { component: 'ws_manager', venue: 'kraken', reason: 'silent for 3001 ms' },
    ]);
  });

  it('names a book that broke three times in five minutes, but not one whose socket was lost', () => {
    const watch = new FeedWatch();
    for (const atMs of [0, 10_000, 20_000]) {
      watch.onEvent(lost('BTC-USD.spot@kraken', 'disconnect', atMs));
      watch.onEvent(lost('ETH-USD.spot@kraken', 'checksum', atMs));
      watch.onEvent({ ...lost('ETH-USD.spot@kraken', 'checksum', atMs + 5), live: true, reason: null });
    }
    const [trigger, ...others] = watch.triggers(20_000, [], []);
    expect([trigger, others]).toEqual([
      { component: 'ws_manager', venue: 'kraken', reason: 'book of ETH-USD.spot@kraken lost again and again' },
      [],
    ]);
    expect(watch.triggers(300_000, [], [])).toEqual([]);
  });

  it('names a venue whose REST fails three times after its breaker closed', () => {
    const watch = new FeedWatch();
    expect(watch.triggers(0, [], [{ venue: 'gate', relapses: 2 }])).toEqual([]);
    expect(watch.triggers(0, [], [{ venue: 'gate', relapses: 3 }])).toEqual([
      { component: 'rest_collector', venue: 'gate', reason: '3 failures after the breaker closed' },
    ]);
  });
});

describe('a breaker that closed again', () => {
  it('counts failures in a row until a request succeeds', () => {
    const breaker = new CircuitBreaker();
    for (let i = 0; i < 4; i++) breaker.failed(i);
    expect(breaker.relapses).toBe(0);
    breaker.failed(5);
    expect(breaker.state(10)).toBe('open');
    for (let i = 0; i < 3; i++) expect(breaker.admits(60_010)).toBe(true);
    for (let i = 0; i < 3; i++) breaker.succeeded(60_020 + i);
    expect([breaker.state(60_030), breaker.relapses]).toEqual(['closed', 0]);
    for (let i = 0; i < 3; i++) breaker.failed(60_040 + i);
    expect(breaker.relapses).toBe(3);
    breaker.succeeded(60_050);
    breaker.failed(60_060);
    expect(breaker.relapses).toBe(0);
  });
});

function lost(instrument: string, reason: string, atMs: number): BookStateEvent {
  const venue = instrument.slice(instrument.indexOf('@') + 1);
  const times = { ts_event: atMs, ts_recv: atMs, available_at: atMs };
  return { venue, instrument, ...times, quality: 'live', raw_ref: null, type: 'book_state', unit: 'state', live: false, reason };
}
