import { describe, expect, it } from 'vitest';
import { KrakenChecksum } from '#shared/market/book/kraken-checksum.ts';
import { krakenSpotRule } from '#shared/market/book-sync/venue-rules.ts';
import type { BookInstrument } from '#shared/market/venues/book-instruments.ts';
import { parseTrades } from '#shared/market/venues/kraken-spot/parse-trades.ts';
import { krakenSpotV1 } from '#shared/market/venues/kraken-spot/v1-syntax.ts';
import { krakenSpotV2 } from '#shared/market/venues/kraken-spot/v2-syntax.ts';
import { naiveDigitsChecksum } from '../market/book/naive-book.ts';
import { FeedRun } from './feed-run.ts';
import { cryptofeed, hasRecordings, received, transcribed } from './recorded-data.ts';
import { krakenPairs } from './venue-digits.ts';

const BTC_USD: BookInstrument = { symbol: 'BTC/USD', priceDecimals: 1, sizeDecimals: 8 };
const FIRST_28 = 'kraken_v2_book_btcusd.first28.jsonl';
const SHORT = 'kraken_v2_book_btcusd_short.jsonl';

describe.skipIf(!hasRecordings('kraken spot recordings'))('kraken spot recordings', () => {
  it.each([
    [FIRST_28, 21, 28],
    [SHORT, 4, 8],
  ])('verifies every v2 book frame of %s', (file, books, lines) => {
    const run = v2Run();
    const frames = received(transcribed(file));
    for (const text of frames) run.frame(text);
    expect(frames.length).toBe(lines);
    expect(run.kinds).toEqual({ books, message: lines - books, refused: 0 });
    expect([run.published, run.requests, run.feed.digitsLost]).toEqual([books, [], 0]);
    expect(run.book('BTC/USD').read().state).toBe('live');
  });

  it('verifies no frame with the digits that JSON.parse leaves', () => {
    const verified = [FIRST_28, SHORT].flatMap((file) => naiveVerdicts(received(transcribed(file))));
    expect(verified).toHaveLength(25);
    expect(verified.filter(Boolean)).toEqual([]);
  });

  it('still verifies a stream that was re-encoded, and says that digits were lost', () => {
    const run = v2Run();
    for (const text of received(transcribed(FIRST_28))) run.frame(JSON.stringify(JSON.parse(text)));
    expect([run.published, run.requests]).toEqual([21, []]);
    expect(run.feed.digitsLost).toBeGreaterThan(0);
  });

  it('verifies every v1 message', () => {
    const names = ['OMG/USD', 'ETH/CHF', 'SC/EUR', 'GRT/ETH', 'XMR/USD'];
    const pairs = krakenPairs();
    const instruments = names.map((name) => pairs.find((pair) => pair.symbol === name)!);
    const run = new FeedRun({ instruments, syntax: krakenSpotV1(), rule: krakenSpotRule, depth: 1000, checksum: true });
    const events = cryptofeed('KRAKEN.ws.50.0.book1000.5pairs.gz');
    for (const text of received(events)) run.frame(text);
    // One of the published messages of each pair is its snapshot, which carries no checksum.
    const updates = run.feed.books.map((book) => book.published - 1);
    expect(run.refusals).toEqual([]);
    expect(updates).toEqual([573, 317, 818, 20, 846]);
    expect(updates.reduce((sum, count) => sum + count, 0)).toBe(2574);
    expect([run.requests, run.kinds.refused, events.filter((event) => event.kind === 'unreadable')]).toEqual([[], 0, []]);
    expect(received(events).filter((text) => text === '{"event":"heartbeat"}')).toHaveLength(31);
    expect(received(events).filter((text) => text.includes('},{'))).toHaveLength(1);
  });

  it('reads twelve trades with consecutive ids', () => {
    const frames = received(transcribed('kraken_v2_trade_btcusd.first16.jsonl')).map(
      (text) => JSON.parse(text, keepText) as unknown,
    );
    const lists = frames.map((frame) => parseTrades(frame, (symbol) => (symbol === 'BTC/USD' ? BTC_USD : undefined)));
    const trades = lists.flatMap((list) => (list.ok ? list.value : []));
    expect(lists.every((list) => list.ok)).toBe(true);
    expect(lists.filter((list) => list.ok && list.value.length > 0)).toHaveLength(6);
    expect(trades.map((trade) => trade.tradeId)).toEqual(Array.from({ length: 12 }, (_, i) => 107725589 + i));
    expect(trades[0]).toMatchObject({
      side: 'buy',
      price: 791929,
      size: 5319,
      tsEventMs: Date.parse('2026-09-14T18:32:27.420Z'),
    });
  });
});

function v2Run(): FeedRun {
  return new FeedRun({ instruments: [BTC_USD], syntax: krakenSpotV2(), rule: krakenSpotRule, depth: 10, checksum: true });
}

/** Whether each book frame would verify if the numbers were rendered as JavaScript prints them, on the true book. */
function naiveVerdicts(frames: readonly string[]): boolean[] {
  const run = v2Run();
  const exact = new KrakenChecksum();
  return frames
    .filter((text) => text.startsWith('{"channel":"book"'))
    .map((text) => {
      run.frame(text);
      const book = run.book('BTC/USD').read().book!;
      const sent = Number(/"checksum":(\d+)/.exec(text)![1]);
      expect(exact.of(book)).toBe(sent);
      return naiveDigitsChecksum(book) === sent;
    });
}

function keepText(_key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' ? context?.source : value;
}
