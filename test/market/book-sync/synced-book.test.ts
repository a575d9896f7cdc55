import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { KrakenChecksum } from '#shared/market/book/kraken-checksum.ts';
import { LevelList } from '#shared/market/book/level-list.ts';
import type { SequenceRule } from '#shared/market/book-sync/sequence-rule.ts';
import { SyncedBook } from '#shared/market/book-sync/synced-book.ts';
import { gateUpdateRule, krakenFuturesRule, krakenSpotRule } from '#shared/market/book-sync/venue-rules.ts';
import { type BookFrame, emptyBookFrame } from '#shared/market/venues/book-frame.ts';

const DIGITS = { priceDecimals: 0, sizeDecimals: 0 };

describe('a book that is synchronised', () => {
  it('goes live with a REST snapshot only once a delta bridges it, buffered or new', () => {
    const book = opened(gateUpdateRule);
    expect([book.onFrame(update(99, 100, 1), 0), book.onFrame(update(101, 103, 2), 0)]).toEqual(['buffered', 'buffered']);
    expect(book.onFrame(snapshot(100), 0)).toBe('published');
    expect(book.read()).toMatchObject({ state: 'live', reason: null });
    expect(book.read().book?.bids.bestPrice).toBe(2);

    const quiet = opened(gateUpdateRule);
    expect(quiet.onFrame(snapshot(100), 0)).toBe('buffered');
    expect(quiet.read()).toMatchObject({ state: 'snapshot', book: null });
    expect(quiet.onTimer(60_000).phase).toBe('snapshot');
    expect(quiet.onFrame(update(101, 101, 3), 60_000)).toBe('published');
  });

  it('asks for three newer snapshots before it gives up', () => {
    const book = opened(gateUpdateRule);
    book.onFrame(update(105, 106, 1), 0);
    const phases = [100, 101, 102].map((id) => {
      book.onFrame(snapshot(id), 0);
      return [book.state.phase, book.state.failedSnapshots];
    });
    expect(phases).toEqual([
      ['buffering', 1],
      ['buffering', 2],
      ['invalid', 3],
    ]);
    book.on({ type: 'resubscribed' }, 0);
    expect(book.state).toMatchObject({ phase: 'buffering', failedSnapshots: 0 });
  });

  it('keeps what it buffered while it waits for a newer snapshot', () => {
    const book = opened(gateUpdateRule);
    book.onFrame(update(105, 106, 1), 0);
    book.onFrame(update(107, 107, 2), 0);
    book.onFrame(snapshot(100), 0);
    expect(book.onFrame(snapshot(104), 0)).toBe('published');
    expect([book.published, book.read().book?.bids.bestPrice]).toEqual([2, 2]);
  });

  it('keeps what lies behind the depth until a snapshot is bridged: a message does not repeat what comes back', () => {
    const book = opened(gateUpdateRule, 2);
    const deep = snapshot(100);
    for (const price of [9, 8, 7]) deep.bids.push(price, 1);
    book.onFrame(deep, 0);
    const removal = update(101, 101, 9);
    removal.bids.sizes[0] = 0;
    expect(book.onFrame(removal, 0)).toBe('published');
    const { bids } = book.read().book!;
    expect([bids.bestPrice, bids.worstPrice, bids.length]).toEqual([8, 7, 2]);
  });

  it('overflows after ten thousand deltas', () => {
    const book = opened(gateUpdateRule);
    for (let i = 0; i < 10_000; i++) expect(book.onFrame(update(i, i, 1), 0)).toBe('buffered');
    expect(book.onFrame(update(10_000, 10_000, 1), 0)).toBe('invalid');
    expect(book.read()).toMatchObject({ state: 'invalid', reason: 'overflow', book: null });
  });

  it('gives up a subscription without snapshot after ten seconds', () => {
    const book = opened(krakenFuturesRule);
    expect(book.onTimer(9_999).phase).toBe('buffering');
    expect(book.onTimer(10_000).phase).toBe('backoff');
    book.on({ type: 'backoff_over' }, 11_000);
    book.on({ type: 'opened' }, 11_100);
    expect(book.state).toMatchObject({ phase: 'buffering', sinceMs: 11_100 });
  });

  it('sees two messages that undo each other in the wrong order by their times, which no checksum shows', () => {
    const book = opened(krakenSpotRule, 10, new KrakenChecksum());
    const addition = { ...update(-1, -1, 2), checksum: crc32('5012111'), tsEventMs: 20 };
    const removal = { ...update(-1, -1, 2), checksum: crc32('50111'), tsEventMs: 30 };
    removal.bids.sizes[0] = 0;
    expect(book.onFrame({ ...snapshot(-1), checksum: crc32('50111'), tsEventMs: 10 }, 0)).toBe('published');
    expect(book.onFrame(removal, 1)).toBe('published');
    expect(book.onFrame(addition, 2)).toBe('invalid');
    expect(book.read()).toMatchObject({ reason: 'gap', book: null });
  });

  it('believes a crossed book for one second', () => {
    const book = opened(krakenFuturesRule);
    book.onFrame(snapshot(1), 0);
    expect(book.onFrame(update(2, 2, 60), 1_000)).toBe('published');
    expect(book.onTimer(2_000).phase).toBe('live');
    expect(book.onTimer(2_001)).toMatchObject({ phase: 'invalid', reason: 'crossed' });
  });

  it('lets a book that uncrosses in time live', () => {
    const book = opened(krakenFuturesRule);
    book.onFrame(snapshot(1), 0);
    book.onFrame(update(2, 2, 60), 1_000);
    const uncross = update(3, 3, 60);
    uncross.bids.sizes[0] = 0;
    book.onFrame(uncross, 1_900);
    expect(book.onTimer(5_000).phase).toBe('live');
  });

  it('lets nobody read levels after a gap, not even through a kept reference', () => {
    const book = opened(krakenFuturesRule);
    book.onFrame(snapshot(1), 0);
    const kept = book.read().book!;
    expect(kept.bids.length).toBe(1);
    expect(book.onFrame(update(3, 3, 5), 7)).toBe('invalid');
    expect(book.read()).toEqual({ state: 'invalid', reason: 'gap', sinceMs: 7, book: null });
    expect([kept.bids.length, kept.asks.length]).toEqual([0, 0]);
    expect(book.onFrame(update(2, 2, 5), 8)).toBe('ignored');
  });

  it('ignores events that mean nothing where it is', () => {
    const book = opened(krakenFuturesRule);
    const before = book.state;
    for (const type of ['demanded', 'opened', 'bridged', 'not_bridged', 'resubscribed', 'backoff_over'] as const) {
      expect(book.on({ type }, 5)).toBe(before);
    }
  });
});

function opened(rule: SequenceRule, depth = 100, checksum?: KrakenChecksum): SyncedBook {
  const verify = checksum === undefined ? {} : { checksum };
  const book = new SyncedBook({ digits: DIGITS, depth, rule, ...verify, nowMs: 0 });
  book.on({ type: 'demanded' }, 0);
  book.on({ type: 'opened' }, 0);
  return book;
}

/** One bid at 1, one ask at 50. */
function snapshot(id: number): BookFrame {
  return { ...emptyBookFrame(), kind: 'snapshot', instrument: 0, firstId: id, lastId: id, bids: levels(1), asks: levels(50) };
}

/** Sets the bid at a price to size 1. */
function update(firstId: number, lastId: number, bid: number): BookFrame {
  return { ...emptyBookFrame(), instrument: 0, firstId, lastId, bids: levels(bid) };
}

function levels(price: number): LevelList {
  const list = new LevelList();
  list.push(price, 1);
  return list;
}
