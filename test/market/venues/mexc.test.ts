import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LevelList } from '#shared/market/book/level-list.ts';
import { mexcSpotRule } from '#shared/market/book-sync/venue-rules.ts';
import type { TradeNote } from '#shared/market/feed/frame-notes.ts';
import { BookInstruments } from '#shared/market/venues/book-instruments.ts';
import { createFrameReader } from '#shared/market/venues/create-frame-reader.ts';
import type { FrameReader } from '#shared/market/venues/frame-reader.ts';
import { mexcSpotProtocol } from '#shared/market/venues/mexc/spot-protocol.ts';
import { mexcDepthReply, mexcSpot } from '#shared/market/venues/mexc/spot-syntax.ts';
import { FeedRun } from '../../recordings/feed-run.ts';

interface Message {
  encode(value: object): { finish(): Uint8Array };
}

/** The venue's own schema, compiled: an encoder that knows nothing of our reader. */
const { PushDataV3ApiWrapper } = createRequire(import.meta.url)(
  fileURLToPath(new URL('../../../node_modules/ccxt/js/src/protobuf/mexc/compiled.cjs', import.meta.url)),
) as { PushDataV3ApiWrapper: Message };

const BTC = { symbol: 'BTCUSDT', priceDecimals: 2, sizeDecimals: 6 };
type Level = readonly [price: string, quantity: string];

describe('MEXC spot pushes', () => {
  it('reads the depth that the venue writes', () => {
    const reader = readerOf();
    const bytes = depth(
      100,
      103,
      [['92000.10', '0.500000']],
      [
        ['92000.20', '0'],
        ['92000.30', '1.25'],
      ],
    );
    expect(reader.read(bytes, bytes.length)).toBe('books');
    const [book] = reader.books;
    expect(book).toMatchObject({ kind: 'update', instrument: 0, firstId: 100, lastId: 103, tsEventMs: 1_789_000_000_000 });
    expect([...book!.bids.prices.subarray(0, 1), ...book!.bids.sizes.subarray(0, 1)]).toEqual([9_200_010, 500_000]);
    expect([...book!.asks.prices.subarray(0, 2), ...book!.asks.sizes.subarray(0, 2)]).toEqual([
      9_200_020, 9_200_030, 0, 1_250_000,
    ]);
  });

  it('reads prints, each under a name of its own', () => {
    const reader = readerOf();
    const deal = { price: '92000.1', quantity: '0.5', tradeType: 2, time: 1_789_000_000_123 };
    const bytes = wrapped({ publicAggreDeals: { deals: [deal, deal, { ...deal, tradeType: 1 }], eventType: 'x' } });
    expect(reader.read(bytes, bytes.length)).toBe('message');
    const told: TradeNote[] = [];
    const notes = new Proxy({}, { get: () => (trades: TradeNote[]) => told.push(...trades) });
    mexcSpotProtocol().interpret(reader.message, notes as never);
    expect(told.map(({ side, price, qty, tsEventMs }) => [side, price, qty, tsEventMs])).toEqual([
      ['sell', 92_000.1, 0.5, 1_789_000_000_123],
      ['sell', 92_000.1, 0.5, 1_789_000_000_123],
      ['buy', 92_000.1, 0.5, 1_789_000_000_123],
    ]);
    expect(new Set(told.map(({ id }) => id)).size).toBe(3);
  });

  it('passes over what it does not know, and reads answers as JSON', () => {
    const reader = readerOf();
    const ticker = wrapped({ publicAggreBookTicker: { bidPrice: '1', bidQuantity: '1', askPrice: '2', askQuantity: '1' } });
    expect(reader.read(ticker, ticker.length)).toBe('message');
    const answer = Buffer.from('{"id":1,"code":0,"msg":"spot@public.aggre.depth.v3.api.pb@100ms@BTCUSDT"}');
    expect([reader.read(answer, answer.length), reader.message]).toEqual([
      'message',
      { id: 1, code: 0, msg: expect.any(String) as string },
    ]);
  });

  it('agrees with the encoder of the venue on any depth', () => {
    const digits = (decimals: number) =>
      fc.integer({ min: 1, max: 10 ** 9 }).map((units) => (units / 10 ** decimals).toFixed(decimals));
    const levels = fc.array(fc.tuple(digits(2), digits(6)), { maxLength: 8 });
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 1_000 }), levels, levels, (first, span, bids, asks) => {
        const reader = readerOf();
        const bytes = depth(first, first + span, bids, asks);
        expect(reader.read(bytes, bytes.length)).toBe('books');
        const [book] = reader.books;
        expect([book!.firstId, book!.lastId]).toEqual([first, first + span]);
        const texts = (list: LevelList, of: readonly Level[]) =>
          of.map((_, i) => [(list.prices[i]! / 100).toFixed(2), (list.sizes[i]! / 1e6).toFixed(6)]);
        expect([texts(book!.bids, bids), texts(book!.asks, asks)]).toEqual([bids, asks]);
      }),
      { numRuns: 200 },
    );
  });

  it('never throw, whatever becomes of their bytes', () => {
    const reader = readerOf();
    const whole = depth(
      100,
      103,
      [
        ['92000.10', '0.5'],
        ['91999', '2'],
      ],
      [['92000.20', '0']],
    );
    fc.assert(
      fc.property(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 }), fc.nat({ max: whole.length }), (at, byte, cut) => {
        for (const bytes of [Uint8Array.from(whole).fill(byte, at, at + 1), whole.slice(0, cut), whole.slice(at)]) {
          expect(['books', 'message', 'refused']).toContain(reader.read(bytes, bytes.length));
        }
      }),
      { numRuns: 1_000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(['books', 'message', 'refused']).toContain(reader.read(bytes, bytes.length));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('MEXC books', () => {
  const snapshot = (id: number) =>
    `{"lastUpdateId":${id},"bids":[["92000.00","1"],["91999.00","2"]],"asks":[["92001.00","1"],["92002.00","2"]]}`;
  const update = (first: number, last: number) => depth(first, last, [['92000.00', `0.${String(last).padStart(4, '0')}`]], []);
  const run = () => new FeedRun({ instruments: [BTC], syntax: mexcSpot(), rule: mexcSpotRule });

  it('are bridged by their versions and followed without a gap', () => {
    const feed = run();
    for (const [first, last] of [
      [95, 98],
      [99, 101],
      [102, 102],
    ] as const)
      feed.bytes(update(first, last));
    feed.reply(snapshot(100), mexcDepthReply('BTCUSDT'));
    feed.bytes(update(103, 104));
    expect(feed.book('BTCUSDT').read()).toMatchObject({ state: 'live' });
    expect(feed.book('BTCUSDT').read().book!.bids.bestSize).toBe(10_400);
  });

  it('ask for a newer snapshot when updates begin behind it', () => {
    const feed = run();
    feed.bytes(update(110, 111));
    feed.reply(snapshot(100), mexcDepthReply('BTCUSDT'));
    expect(feed.book('BTCUSDT').read().state).toBe('buffering');
    expect(feed.requests.at(-1)).toMatchObject({ remedy: 'fetch_snapshot', reason: 'snapshot' });
    feed.reply(snapshot(110), mexcDepthReply('BTCUSDT'));
    expect(feed.book('BTCUSDT').read().state).toBe('live');
  });

  it.each([
    [
      'lost',
      [
        [101, 101],
        [103, 103],
      ],
      'gap',
      'fetch_snapshot',
    ],
    [
      'repeated',
      [
        [101, 101],
        [101, 101],
        [102, 102],
      ],
      null,
      null,
    ],
    [
      'swapped',
      [
        [102, 102],
        [101, 101],
      ],
      'gap',
      'fetch_snapshot',
    ],
  ] as const)('find a %s update at the next one', (_what, spans, reason, remedy) => {
    const feed = run();
    feed.bytes(update(99, 100));
    feed.reply(snapshot(99), mexcDepthReply('BTCUSDT'));
    const asked = feed.requests.length;
    for (const [first, last] of spans) feed.bytes(update(first, last));
    expect(feed.book('BTCUSDT').read()).toMatchObject({ state: reason === null ? 'live' : 'invalid', reason });
    expect(feed.requests.slice(asked).map((request) => request.remedy)).toEqual(remedy === null ? [] : [remedy]);
  });
});

function readerOf(): FrameReader {
  return createFrameReader(mexcSpot(), new BookInstruments([BTC]));
}

function wrapped(body: object): Uint8Array {
  const about = {
    channel: 'spot@public',
    symbol: 'BTCUSDT',
    symbolId: 'x1',
    createTime: 1_789_000_000_001,
    sendTime: 1_789_000_000_000,
  };
  return PushDataV3ApiWrapper.encode({ ...about, ...body }).finish();
}

function depth(first: number, last: number, bids: readonly Level[], asks: readonly Level[]): Uint8Array {
  const items = (levels: readonly Level[]) => levels.map(([price, quantity]) => ({ price, quantity }));
  const versions = { fromVersion: String(first), toVersion: String(last), eventType: 'spot@public' };
  return wrapped({ publicAggreDepths: { ...versions, bids: items(bids), asks: items(asks) } });
}
