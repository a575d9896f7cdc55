import { describe, expect, it } from 'vitest';
import { connectionNumberedRule, krakenFuturesRule, krakenSpotRule } from '#shared/market/book-sync/venue-rules.ts';
import { krakenFutures } from '#shared/market/venues/kraken-futures/syntax.ts';
import { krakenSpotV2 } from '#shared/market/venues/kraken-spot/v2-syntax.ts';
import { FeedRun } from '../../recordings/feed-run.ts';
import { krakenSession } from '../../recordings/kraken-session.ts';

const PRODUCTS = ['PI_XBTUSD', 'PI_ETHUSD'].map((symbol) => ({ symbol, priceDecimals: 1, sizeDecimals: 0 }));
const BTC_USD = { symbol: 'BTC/USD', priceDecimals: 1, sizeDecimals: 8 };

describe('a feed of books', () => {
  it('distrusts every book after a frame that nobody can read', () => {
    const run = liveProducts();
    expect(run.frame('{"feed":"book","product_id":"PI_XB', 5)).toBe('refused');
    expect(PRODUCTS.map((_, index) => run.feed.read(index))).toEqual(
      [0, 1].map(() => ({ state: 'invalid', reason: 'parse', sinceMs: 5, book: null })),
    );
    // The socket is well: its books begin anew on it.
    expect(run.requests).toEqual([{ remedy: 'resubscribe', instruments: [0, 1], reason: 'parse' }]);
  });

  it('gives the connection up at the third frame in five minutes that nobody can read', () => {
    const run = liveProducts();
    for (const nowMs of [5, 10, 15]) {
      run.frame('{"feed":"bo', nowMs);
      for (const index of PRODUCTS.keys()) run.feed.resubscribed(index, nowMs);
    }
    expect(run.requests.map(({ remedy }) => remedy)).toEqual(['resubscribe', 'resubscribe', 'reconnect']);
  });

  it('gives the connection up at once where its messages are numbered together', () => {
    const run = new FeedRun({ instruments: PRODUCTS, syntax: krakenFutures(), rule: connectionNumberedRule });
    run.frame('{"feed":"bo', 5);
    expect(run.requests).toEqual([{ remedy: 'reconnect', instruments: [], reason: 'parse' }]);
  });

  it('distrusts only the book that a senseless frame is about', () => {
    const run = liveProducts();
    run.frame('{"feed":"book","product_id":"PI_ETHUSD","side":"buy","seq":2,"price":0.0,"qty":1.0,"timestamp":1}', 5);
    expect([run.feed.read(0).state, run.feed.read(1).reason]).toEqual(['live', 'parse']);
    expect(run.requests).toEqual([{ remedy: 'resubscribe', instruments: [1], reason: 'parse' }]);
  });

  it('resubscribes a broken book, and reconnects at its third break in five minutes', () => {
    const run = liveProducts();
    for (const nowMs of [1_000, 2_000, 3_000]) {
      run.frame(delta('PI_XBTUSD', 9), nowMs);
      run.feed.resubscribed(0, nowMs);
      run.frame(snapshot('PI_XBTUSD'), nowMs);
    }
    expect(run.requests.map(({ remedy, instruments }) => [remedy, ...instruments])).toEqual([
      ['resubscribe', 0],
      ['resubscribe', 0],
      ['reconnect'],
    ]);
  });

  it('drops all books with their socket and starts anew with the next', () => {
    const run = liveProducts();
    run.feed.closed(10);
    expect(run.feed.read(0)).toMatchObject({ state: 'backoff', reason: 'disconnect', book: null });
    run.feed.opened(20);
    expect(run.feed.read(0)).toMatchObject({ state: 'buffering', book: null });
    run.frame(snapshot('PI_XBTUSD'), 21);
    expect(run.feed.read(0)).toMatchObject({ state: 'live', reason: null });
  });

  it('lets silence make every book stale', () => {
    const run = liveProducts();
    run.feed.wentSilent(9);
    expect([run.feed.read(0).reason, run.feed.read(1).reason]).toEqual(['stale', 'stale']);
  });

  it('waits for a snapshot in the new digits when the venue changes them', () => {
    const run = new FeedRun({ instruments: [BTC_USD], syntax: krakenSpotV2(), rule: krakenSpotRule, depth: 10, checksum: true });
    for (const text of krakenSession({ seed: 'a', ...BTC_USD, midTicks: 1_000_000, depth: 10, updates: 5 })) run.frame(text);
    run.feed.digitsChanged(0, { priceDecimals: 1, sizeDecimals: 8 }, 5);
    expect(run.feed.read(0).state).toBe('live');
    const finer = { ...BTC_USD, priceDecimals: 2 };
    run.feed.digitsChanged(0, finer, 6);
    expect(run.feed.read(0)).toMatchObject({ state: 'invalid', reason: 'spec_changed' });
    run.feed.resubscribed(0, 7);
    for (const text of krakenSession({ seed: 'b', ...finer, midTicks: 10_000_000, depth: 10, updates: 5 })) run.frame(text, 8);
    expect(run.feed.read(0)).toMatchObject({ state: 'live', book: { digits: { priceDecimals: 2 } } });
  });

  it('waits on for its first snapshot when the digits are told before it', () => {
    const run = new FeedRun({ instruments: [BTC_USD], syntax: krakenSpotV2(), rule: krakenSpotRule, depth: 10, checksum: true });
    const finer = { ...BTC_USD, priceDecimals: 2 };
    run.feed.digitsChanged(0, finer, 1);
    expect([run.feed.read(0).state, run.requests]).toEqual(['buffering', []]);
    for (const text of krakenSession({ seed: 'b', ...finer, midTicks: 10_000_000, depth: 10, updates: 5 })) run.frame(text, 2);
    expect(run.feed.read(0)).toMatchObject({ state: 'live', book: { digits: { priceDecimals: 2 } } });
  });
});

function liveProducts(): FeedRun {
  const run = new FeedRun({ instruments: PRODUCTS, syntax: krakenFutures(), rule: krakenFuturesRule });
  for (const { symbol } of PRODUCTS) run.frame(snapshot(symbol));
  expect(PRODUCTS.map((_, index) => run.feed.read(index).state)).toEqual(['live', 'live']);
  return run;
}

function snapshot(product: string): string {
  const side = (price: number) => `[{"price":${price}.0,"qty":5.0}]`;
  return `{"feed":"book_snapshot","product_id":"${product}","timestamp":1,"seq":1,"tickSize":null,"bids":${side(100)},"asks":${side(101)}}`;
}

function delta(product: string, seq: number): string {
  return `{"feed":"book","product_id":"${product}","side":"buy","seq":${seq},"price":99.0,"qty":1.0,"timestamp":1}`;
}
