import { expect, it } from 'vitest';
import { openBlake3 } from '#shared/adapters/hash/blake3.ts';
import type { MarkEvent } from '#shared/contracts/market-events/derivative-events.ts';
import type { MarketEvent } from '#shared/contracts/market-events/market-event.ts';
import { type MinuteBar, minuteBarSchema } from '#shared/contracts/market-samples.ts';
import { EnvelopeComposer } from '#shared/streaming/compose/envelope-composer.ts';
import { MinuteBars } from '#shared/streaming/compose/minute-bars.ts';
import { bookState, common, depth, gap, print, top } from './sample-events.ts';

const blake3 = await openBlake3();
const MINUTE = 60_000;

/** Bars of the minutes until `nowMs`, out of events as the worker's composer sees them, asked for every second. */
function barsOf(events: readonly MarketEvent[], nowMs: number): readonly MinuteBar[] {
  const minutes = new MinuteBars();
  const found: MinuteBar[] = [];
  const listener = {
    onSample: minutes.onSample.bind(minutes),
    onBar: minutes.onBar.bind(minutes),
    onMark: minutes.onMark.bind(minutes),
    onDue: (dueMs: number) => void found.push(...minutes.due(dueMs)),
  };
  const composer = new EnvelopeComposer({ blake3, contractOf: () => undefined, region: 'local', leaseEpoch: 0, listener });
  const waiting = [...events];
  for (let atMs = 1_000; atMs <= nowMs; atMs += 1_000) {
    while (waiting.length > 0 && waiting[0]!.ts_recv < atMs) composer.push(waiting.shift()!);
    composer.due(atMs);
  }
  for (const bar of found) minuteBarSchema.parse(bar);
  return found;
}

function mark(base: string, at: number, price: number | null, own: Partial<MarkEvent> = {}): MarkEvent {
  return { ...common(base, at), type: 'mark', unit: 'quote', mark_price: price, index_price: null, ...own };
}

/** A top and a depth every second of a minute, at `bid` and a spread of 0.1. */
function live(base: string, fromMs: number, toMs: number, bid = 100): readonly MarketEvent[] {
  const seconds = Array.from({ length: (toMs - fromMs) / 1_000 }, (_, n) => fromMs + n * 1_000 + 500);
  return seconds.flatMap((at) => [top(base, at, { bid, ask: bid + 0.1 }), depth(base, at + 1)]);
}

it('joins prints, mid, mark and the means of the book of one minute', () => {
  const prints = [
    print('BTC', 30_000),
    print('BTC', MINUTE + 10_000, { price: 101, qty: 2, side: 'buy' }),
    print('BTC', MINUTE + 20_000, { price: 99, qty: 3, side: 'sell' }),
    print('BTC', MINUTE + 30_000, { price: 100, qty: 1, side: 'buy' }),
  ];
  const marks = [
    mark('BTC', MINUTE, 7),
    mark('BTC', MINUTE + 5_000, 9),
    mark('BTC', 2 * MINUTE - 1, 8),
    mark('BTC', 2 * MINUTE, 99),
  ];
  const books = [...live('BTC', 0, MINUTE + 30_000), ...live('BTC', MINUTE + 30_000, 3 * MINUTE, 102)];
  const events = [...prints, ...marks, ...books].toSorted((a, b) => a.ts_recv - b.ts_recv);
  const [first, second, ...others] = barsOf(events, 2 * MINUTE + 3_000);
  expect(others).toEqual([]);
  // The first print came in the first minute: nobody knows what was before it.
  expect(first).toMatchObject({
    minute: 0,
    open: null,
    volume: null,
    trades: null,
    taker_buy: null,
    mid_open: 100.05,
    mark_open: null,
  });
  expect(second).toEqual({
    instrument: 'BTC-USD.spot@kraken',
    minute: MINUTE,
    open: 101,
    high: 101,
    low: 99,
    close: 100,
    volume: 6,
    quote_volume: 599,
    trades: 3,
    taker_buy: 3,
    taker_sell: 3,
    mid_open: 100.05,
    mid_high: 102.05,
    mid_low: 100.05,
    mid_close: 102.05,
    mark_open: 7,
    mark_high: 9,
    mark_low: 7,
    mark_close: 8,
    spread_bps: expect.closeTo((1e3 / 100.05 + 1e3 / 102.05) / 2, 9),
    imbalance: expect.closeTo(-1 / 11, 12),
    depth_10bps_bid: 100,
    depth_10bps_ask: 110,
    depth_25bps_bid: 250,
    depth_25bps_ask: 275,
    depth_100bps_bid: 1_000,
    depth_100bps_ask: 1_100,
    book_live_ms: 60_000,
    available_at: 2 * MINUTE + 2_000,
  });
});

it('takes nothing from a book that is not live: a broken span has no share in the means, a broken minute none at all', () => {
  const books = [
    ...live('BTC', 0, MINUTE),
    bookState('BTC', MINUTE + 10_100, 'checksum'),
    ...live('BTC', MINUTE, MINUTE + 10_000),
    bookState('BTC', MINUTE + 40_100, null),
    ...live('BTC', MINUTE + 40_000, 2 * MINUTE, 200),
    bookState('BTC', 2 * MINUTE + 1, 'gap'),
    print('BTC', MINUTE + 1, { price: 5 }),
    print('BTC', 2 * MINUTE + 5_000, { price: 6 }),
  ].toSorted((a, b) => a.ts_recv - b.ts_recv);
  const [, second, third] = barsOf(books, 3 * MINUTE + 3_000);
  expect(second).toMatchObject({ book_live_ms: 30_000, mid_open: 100.05, mid_close: 200.05 });
  expect(second!.spread_bps).toBeCloseTo((10 * (1e3 / 100.05) + 20 * (1e3 / 200.05)) / 30, 9);
  const nothing = {
    spread_bps: null,
    imbalance: null,
    depth_10bps_bid: null,
    depth_100bps_ask: null,
    mid_open: null,
    mid_close: null,
  };
  expect(third).toMatchObject({ minute: 2 * MINUTE, book_live_ms: 0, ...nothing, open: 6, close: 6 });
});

it('leaves the prints out of a minute in which some were lost, and keeps the rest', () => {
  const events = [print('BTC', 1_000), print('BTC', MINUTE + 1_000), gap('BTC', MINUTE + 2_000), mark('BTC', MINUTE + 3_000, 4)];
  const [only, ...others] = barsOf([...events, print('BTC', MINUTE + 4_000)], 2 * MINUTE + 3_000);
  expect(others).toEqual([]);
  expect(only).toMatchObject({ minute: MINUTE, open: null, taker_sell: null, trades: null, mark_open: 4, mark_close: 4 });
});

it('counts no suspect mark, no crossed book and no one-sided imbalance, and has no row without anything', () => {
  const oneSided = { ...depth('ETH', 1_600), best_ask: 0 };
  const crossed = top('ETH', 1_500, { bid: 101, ask: 100 });
  const [only, ...others] = barsOf([mark('BTC', 1_000, 3, { quality: 'suspect' }), crossed, oneSided], MINUTE + 3_000);
  expect(others).toEqual([]);
  expect(only).toMatchObject({
    instrument: 'ETH-USD.spot@kraken',
    mid_open: null,
    spread_bps: null,
    imbalance: null,
    depth_10bps_ask: 110,
  });
});

it('counts what comes for a minute that was told', () => {
  const minutes = new MinuteBars();
  minutes.onMark(mark('BTC', 1_000, 3));
  expect(minutes.due(MINUTE + 1_999)).toEqual([]);
  expect(minutes.due(MINUTE + 2_000)).toMatchObject([{ minute: 0, mark_open: 3 }]);
  minutes.onMark(mark('BTC', 2_000, 4));
  expect([minutes.late, minutes.due(2 * MINUTE + 2_000)]).toEqual([1, []]);
});

it('makes no minute of a mark that is older than its minute, be it the first of all', () => {
  const minutes = new MinuteBars();
  const old = { ...mark('BTC', 0, 3), ts_recv: MINUTE + 2_000 };
  minutes.onMark(old);
  minutes.onMark({ ...old, ts_recv: MINUTE + 1_999 });
  expect([minutes.late, minutes.due(10 * MINUTE)]).toMatchObject([1, [{ minute: 0, mark_open: 3 }]]);
});
