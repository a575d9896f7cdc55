import { describe, expect, it } from 'vitest';
import type { SequenceRule } from '#shared/market/book-sync/sequence-rule.ts';
import {
  binanceFuturesRule,
  binanceSpotRule,
  connectionNumberedRule,
  gateUpdateRule,
  krakenFuturesRule,
} from '#shared/market/book-sync/venue-rules.ts';
import type { RecordedEvent } from '#shared/market/recording/recorded-event.ts';
import { binanceDepthReply, binanceStream } from '#shared/market/venues/binance/syntax.ts';
import type { BookInstrument } from '#shared/market/venues/book-instruments.ts';
import { coinbaseAdvanced } from '#shared/market/venues/coinbase/syntax.ts';
import type { FrameSyntax } from '#shared/market/venues/frame-syntax.ts';
import { gateFutures, gateFuturesBookReply } from '#shared/market/venues/gate/futures-syntax.ts';
import { gateSpot, gateSpotBookReply } from '#shared/market/venues/gate/spot-syntax.ts';
import { geminiV2 } from '#shared/market/venues/gemini/syntax.ts';
import { krakenFutures } from '#shared/market/venues/kraken-futures/syntax.ts';
import { FeedRun } from './feed-run.ts';
import { cryptofeed, hasRecordings, received, ticks } from './recorded-data.ts';
import { gateContracts, gatePairs, geminiSymbols, krakenFuturesProducts } from './venue-digits.ts';

describe.skipIf(!hasRecordings('recordings of sequence venues'))('recordings of sequence venues', () => {
  it('follows Kraken Futures without a gap', () => {
    const run = new FeedRun({ instruments: krakenFuturesProducts(), syntax: krakenFutures(), rule: krakenFuturesRule });
    const frames = received(cryptofeed('KRAKEN_FUTURES.ws.1.0.5products.gz'));
    const crossed = frames.filter((text) => run.frame(text) === 'books' && anyCrossed(run));
    const updates = (symbol: string) => run.book(symbol).published - 1;
    expect(['PI_LTCUSD', 'FI_XBTUSD_210730', 'FI_ETHUSD_210730', 'PI_XRPUSD', 'FI_BCHUSD_210730'].map(updates)).toEqual([
      449, 406, 346, 235, 18,
    ]);
    expect(run.published - 5).toBe(1454);
    expect([run.requests, run.refusals, crossed]).toEqual([[], [], []]);
    expect(frames.filter((text) => /"feed":"book",.*"qty":0\.0,/.test(text))).toHaveLength(452);
    expect(run.feed.books.reduce((sum, book) => sum + book.absentDeletes, 0)).toBe(0);
  });

  it('follows Coinbase over all channels without a gap', () => {
    const instruments: BookInstrument[] = [
      { symbol: 'BTC-USD', priceDecimals: 2, sizeDecimals: 8 },
      { symbol: 'ETH-USD', priceDecimals: 2, sizeDecimals: 8 },
    ];
    const run = new FeedRun({ instruments, syntax: coinbaseAdvanced(), rule: connectionNumberedRule });
    const frames = received(cryptofeed('COINBASE.advanced.2026-08-09.first-40pct.jsonl.gz'));
    const crossed = frames.filter((text) => run.frame(text) === 'books' && anyCrossed(run));
    expect([frames.length, run.requests, run.refusals, crossed]).toEqual([407, [], [], []]);
    expect(run.feed.books.map((book) => book.published - 1)).toEqual([150, 143]);
    const beats = frames.flatMap((text) => /"heartbeat_counter":"?(\d+)/.exec(text)?.[1] ?? []);
    expect(beats.map(Number)).toEqual(Array.from({ length: 10 }, (_, i) => 41691 + i));
  });

  it('follows Gemini, whose books are never crossed', () => {
    const run = new FeedRun({ instruments: geminiSymbols(), syntax: geminiV2(), rule: connectionNumberedRule });
    const events = cryptofeed('GEMINI.ws.1.0.2021-06-24.gz').filter((event) => event.kind === 'recv');
    const crossed = events.filter((event) => run.frame(event.text) === 'books' && anyCrossed(run));
    expect(run.refusals).toEqual([]);
    expect([events.length, run.kinds, run.published]).toEqual([678, { books: 655, message: 23, refused: 0 }, 655]);
    expect([run.requests, crossed]).toEqual([[], []]);
    const beats = events.filter((event) => event.text.startsWith('{"type":"heartbeat"')).map((event) => event.tsRecvMs!);
    expect(beats).toHaveLength(7);
    for (let i = 1; i < beats.length; i++) expect(Math.abs(beats[i]! - beats[i - 1]! - 5000)).toBeLessThan(500);
  });

  it('bridges Gate spot snapshots', () => {
    const { run, states } = bridged('GATEIO.ws.1.0.first-half', 'GATEIO.http.0.0.orderbook', {
      instruments: gatePairs(),
      syntax: gateSpot(),
      rule: gateUpdateRule,
      symbolOf: (url) => /currency_pair=([A-Z0-9_]+)/.exec(url)![1]!,
      reply: gateSpotBookReply,
    });
    expect(run.refusals).toEqual([]);
    expect(run.kinds.books).toBe(66);
    expect(count(states, 'live')).toBe(7);
    expect(count(states, 'snapshot')).toBe(3);
  });

  it('bridges Gate futures snapshots', () => {
    const { run, states } = bridged('GATEIO_FUTURES.ws.1.0.ws.first-half', 'GATEIO_FUTURES.http.0.0.orderbook', {
      instruments: gateContracts(),
      syntax: gateFutures(),
      rule: gateUpdateRule,
      symbolOf: (url) => /contract=([A-Z0-9_]+)/.exec(url)![1]!,
      reply: gateFuturesBookReply,
    });
    expect(run.refusals).toEqual([]);
    expect(run.kinds.books).toBe(146);
    expect(count(states, 'live')).toBe(7);
    expect(count(states, 'snapshot')).toBe(3);
  });

  it.each([
    ['spot', 'BINANCE.ws.1.0.gz', 'BINANCE.http.0.0.gz', binanceSpotRule, 177, 4, 8],
    ['USDM', 'BINANCE_FUTURES.ws.1.0.2symbols.gz', 'BINANCE_FUTURES.http.0.0.2symbols.gz', binanceFuturesRule, 440, 2, 0],
  ] as const)('bridges Binance %s snapshots', (_kind, stream, http, rule, updates, books, sizeDecimals) => {
    const instruments = ['NKNUSDT', 'BLZETH', 'LRCBTC', 'RUNEEUR', 'SUSHIUSDT', 'CTKUSDT'].map((symbol) => {
      return { symbol, priceDecimals: 8, sizeDecimals };
    });
    const symbolOf = (url: string) => /symbol=([A-Z0-9]+)/.exec(url)![1]!;
    const { run, states } = bridged(stream, http, {
      instruments,
      syntax: binanceStream(),
      rule,
      symbolOf,
      reply: binanceDepthReply,
    });
    expect([run.kinds.books, run.refusals, states.length]).toEqual([updates, [], books]);
    expect(count(states, 'live')).toBe(books);
  });

  it.each([
    ['spot-ethusdt_20240808.gz', binanceSpotRule, 3434, 'ETHUSDT', 2, 4],
    ['usdm-ethusdt_20240808.gz', binanceFuturesRule, 6586, 'ETHUSDT', 2, 3],
    ['cm-ethusd_perp_20240808.gz', binanceFuturesRule, 22909, 'ETHUSD_PERP', 2, 0],
  ] as const)('follows the tick recording %s', (file, rule, updates, symbol, priceDecimals, sizeDecimals) => {
    const run = new FeedRun({ instruments: [{ symbol, priceDecimals, sizeDecimals }], syntax: binanceStream(), rule });
    const events = ticks(file);
    for (const event of events) {
      if (event.text.startsWith('{"lastUpdateId"')) run.reply(event.text, binanceDepthReply(symbol), event.tsRecvMs!);
      else run.frame(event.text, event.tsRecvMs!);
    }
    expect([run.kinds.books, run.refusals]).toEqual([updates, []]);
    expect(run.book(symbol).read().state).toBe('live');
    expect(run.requests.filter((request) => request.reason !== 'snapshot')).toEqual([]);
  });
});

interface BridgeOptions {
  readonly instruments: readonly BookInstrument[];
  readonly syntax: FrameSyntax;
  readonly rule: SequenceRule;
  readonly symbolOf: (url: string) => string;
  readonly reply: (symbol: string) => FrameSyntax;
}

/** Replays a stream with its REST replies at the recorded times; returns the state of every book that got a reply. */
function bridged(stream: string, http: string, options: BridgeOptions): { run: FeedRun; states: string[] } {
  const run = new FeedRun(options);
  const replies = cryptofeed(http).filter((event) => event.kind === 'http' && /depth|order_book/.test(event.url));
  const frames = cryptofeed(stream).filter((event) => event.kind === 'recv');
  for (const event of inOrder([...frames, ...replies])) {
    if (event.kind === 'recv') run.frame(event.text, event.tsRecvMs!);
    else run.reply(event.text, options.reply(options.symbolOf(event.url)), event.tsRecvMs!);
  }
  expect(run.requests.filter((request) => request.reason !== 'snapshot')).toEqual([]);
  return { run, states: replies.map((event) => run.book(options.symbolOf(event.url)).read().state) };
}

function inOrder(events: readonly RecordedEvent[]): readonly RecordedEvent[] {
  return events.toSorted((a, b) => a.tsRecvMs! - b.tsRecvMs!);
}

function anyCrossed(run: FeedRun): boolean {
  return run.feed.books.some((book) => {
    const readable = book.read().book;
    return readable !== null && readable.bids.bestPrice >= readable.asks.bestPrice;
  });
}

function count(states: readonly string[], state: string): number {
  return states.filter((each) => each === state).length;
}
