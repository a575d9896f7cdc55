import { describe, expect, it } from 'vitest';
import type { InstrumentSpec } from '#shared/contracts/instrument-spec.ts';
import { type MarketEvent, marketEventSchema } from '#shared/contracts/market-events/market-event.ts';
import { DEFAULT_PACE } from '#shared/market/feed/book-publisher.ts';
import { LiquidationSides } from '#shared/market/feed/liquidation-sides.ts';
import type { SessionRequest } from '#shared/market/feed/session-request.ts';
import { TradeFilter } from '#shared/market/feed/trade-filter.ts';
import type { VenueProtocol } from '#shared/market/feed/venue-protocol.ts';
import { VenueSession } from '#shared/market/feed/venue-session.ts';
import type { RecordedEvent } from '#shared/market/recording/recorded-event.ts';
import { parseBinanceSymbols } from '#shared/market/venues/binance/parse-instruments.ts';
import { binanceUsdmProtocol } from '#shared/market/venues/binance/protocol.ts';
import { parseCoinbaseProducts } from '#shared/market/venues/coinbase/parse-instruments.ts';
import { coinbaseProtocol } from '#shared/market/venues/coinbase/protocol.ts';
import { FrameBytes } from '#shared/market/venues/create-frame-reader.ts';
import { gateFuturesProtocol } from '#shared/market/venues/gate/futures-protocol.ts';
import { parseGateContracts, parseGatePairs } from '#shared/market/venues/gate/parse-instruments.ts';
import { gateSpotProtocol } from '#shared/market/venues/gate/spot-protocol.ts';
import { parseGeminiDetails } from '#shared/market/venues/gemini/parse-instruments.ts';
import { geminiProtocol } from '#shared/market/venues/gemini/protocol.ts';
import { chooseInstruments, type InstrumentListing } from '#shared/market/venues/instrument-list.ts';
import { parseKrakenFuturesProducts } from '#shared/market/venues/kraken-futures/parse-instruments.ts';
import { krakenFuturesProtocol } from '#shared/market/venues/kraken-futures/protocol.ts';
import { parseKrakenPairs } from '#shared/market/venues/kraken-spot/parse-instruments.ts';
import { krakenSpotProtocol } from '#shared/market/venues/kraken-spot/protocol.ts';
import { cryptofeed, hasRecordings, payloadText, transcribed } from '../../recordings/recorded-data.ts';

const HOUR_MS = 3_600_000;

describe.skipIf(!hasRecordings('recorded sessions as market events'))('recorded sessions as market events', () => {
  it('tell Kraken spot', () => {
    const { chosen } = choose(parseKrakenPairs(httpBody('KRAKEN.0.assetpairs')), ['BTC-USD.spot@kraken']);
    const run = new SessionRun(krakenSpotProtocol(10), chosen);
    run.take(
      transcribed('kraken_v2_book_btcusd.first28.jsonl').map((event, i) => ({ ...event, tsRecvMs: 1_789_000_000_000 + 100 * i })),
    );
    expect(run.states()).toEqual([null, 'live']);
    expect(run.of('book_top').length).toBeGreaterThan(5);
    run.take(transcribed('kraken_v2_trade_btcusd.first16.jsonl').map((event) => ({ ...event, tsRecvMs: 1_789_500_000_000 })));
    // The first of the six frames repeats what was before the subscription.
    expect(run.of('trade').at(-1)).toMatchObject({ unit: 'base', venue: 'kraken', trade_id: '107725600' });
    expect(run.of('trade_gap')).toEqual([]);
  });

  it('tell Kraken Futures', () => {
    const listing = parseKrakenFuturesProducts(httpBody('KRAKEN_FUTURES.0.instruments'));
    const { chosen } = choose(listing, [
      'XRP-USD.perp@krakenfutures',
      'LTC-USD.perp@krakenfutures',
      'BTC-USD.fut-20210730@krakenfutures',
    ]);
    expect(chosen.map(({ venue_symbol, settle }) => [venue_symbol, settle])).toEqual([
      ['PI_XRPUSD', 'inverse'],
      ['PI_LTCUSD', 'inverse'],
      ['FI_XBTUSD_210730', 'inverse'],
    ]);
    const frames = cryptofeed('KRAKEN_FUTURES.ws.1.0.5products.gz');
    const followed = frames.filter(({ text }) => !/FI_(ETH|BCH)USD/.test(text));
    const run = new SessionRun(krakenFuturesProtocol(), chosen);
    run.take(followed);
    expect([run.states().filter((state) => state === 'live').length, run.reconnects]).toEqual([3, []]);
    expect(run.of('trade_gap')).toEqual([]);
    expect(run.of('trade').every(({ unit, quality }) => unit === 'contracts' && quality === 'live')).toBe(true);
    const [top] = run.of('book_top').filter(({ instrument }) => instrument === 'BTC-USD.fut-20210730@krakenfutures');
    // One inverse contract is one dollar: its size in base units is what a dollar buys.
    expect(top!.bid_size * top!.bid).toBeCloseTo(Math.round(top!.bid_size * top!.bid), 6);
  });

  it('tell the Kraken Futures ticker with its relative funding rate', () => {
    const { chosen } = choose(parseKrakenFuturesProducts(httpBody('KRAKEN_FUTURES.0.instruments')), [
      'BTC-USD.perp@krakenfutures',
    ]);
    const run = new SessionRun(krakenFuturesProtocol(), chosen);
    run.frame(payloadText('nautilus_trader/kraken/ws_futures_ticker.json'), 1_676_393_235_500);
    expect(run.of('funding')[0]).toMatchObject({
      rate: -1.380384722222e-6,
      interval_ms: HOUR_MS,
      next_settlement: 1_676_394_000_000,
      unit: 'fraction',
    });
    expect(run.of('open_interest')[0]).toMatchObject({ amount: 30_072_580, sides: 1, mark_price: 21_979.68641534714 });
    expect(run.of('mark')[0]).toMatchObject({ index_price: 21_984.54, ts_event: 1_676_393_235_406 });
  });

  it('tell Coinbase, where a print names the maker: its taker is the other side', () => {
    const events = cryptofeed('COINBASE.advanced.2026-08-09.first-40pct.jsonl.gz');
    const listing = parseCoinbaseProducts(JSON.parse(events.find(({ kind }) => kind === 'http')!.text));
    const { chosen } = choose(listing, ['BTC-USD.spot@coinbase', 'ETH-USD.spot@coinbase']);
    const run = new SessionRun(coinbaseProtocol(), chosen);
    const sides = { buy: [0, 0], sell: [0, 0] };
    run.onEvent = (event) => {
      if (event.type !== 'trade') return;
      const { book } = run.session.feed.read(chosen.findIndex(({ id }) => id === event.instrument));
      if (book === null) return;
      const mid = (book.bids.bestPrice + book.asks.bestPrice) / 2;
      sides[event.side][event.price * 10 ** book.digits.priceDecimals > mid ? 1 : 0]! += 1;
    };
    run.take(events);
    expect([run.states(), run.reconnects]).toEqual([[null, null, 'live', 'live'], []]);
    // Buyers pay the ask: nearly all of them lie above the middle of the book that the same connection shows.
    expect(sides.buy[1]! / (sides.buy[0]! + sides.buy[1]!)).toBeGreaterThan(0.9);
    expect(sides.sell[0]! / (sides.sell[0]! + sides.sell[1]!)).toBeGreaterThan(0.7);
  });

  it('tell Gemini', () => {
    const details = cryptofeed('GEMINI.0.symbols').filter(({ kind, text }) => kind === 'http' && text.startsWith('{'));
    const listing = parseGeminiDetails(details.map(({ text }) => JSON.parse(text) as unknown));
    const events = cryptofeed('GEMINI.ws.1.0.2021-06-24.gz');
    const symbols = ['BTCGBP', 'LINKETH', 'FILUSD', 'ZECLTC', 'BATBTC', 'ETHEUR', 'LTCETH', 'GRTUSD', 'ANKRUSD', 'ALCXUSD'];
    const chosen = symbols.map((symbol) => listing.instruments.find(({ venue_symbol }) => venue_symbol === symbol)!);
    const run = new SessionRun(geminiProtocol(), chosen);
    run.take(events);
    expect(run.states().filter((state) => state === 'live')).toHaveLength(10);
    expect([run.of('trade').length, run.reconnects]).toEqual([16, []]);
  });

  it('tell Gate futures, and ask for a snapshot once updates flow', () => {
    const events = cryptofeed('GATEIO_FUTURES.ws.1.0.ws.first-half');
    const body = cryptofeed('GATEIO_FUTURES.0.contracts.gz').find(({ kind }) => kind === 'http')!.text;
    const { chosen } = choose(parseGateContracts(JSON.parse(body)), [
      'LIT-USDT.perp@gate',
      'WOO-USDT.perp@gate',
      'OMG-USDT.perp@gate',
    ]);
    expect(chosen.every(({ funding_interval_ms, contract_size }) => funding_interval_ms !== null && contract_size > 0)).toBe(
      true,
    );
    const run = new SessionRun(gateFuturesProtocol(chosen), chosen);
    run.take(events.filter(({ text }) => chosen.some(({ venue_symbol }) => text.includes(venue_symbol))));
    const fetched = run.requests.flatMap((request) => (request.type === 'fetch' ? request.request.path : []));
    expect(new Set(fetched).size).toBe(fetched.length);
    expect(fetched.every((path) => path.includes('with_id=true'))).toBe(true);
    expect(fetched.length).toBeGreaterThan(0);
  });

  it('list what every venue listed', () => {
    const kraken = parseKrakenPairs(httpBody('KRAKEN.0.assetpairs'));
    expect(kraken.skipped.filter(({ reason }) => reason === 'dark pool')).toHaveLength(11);
    expect(kraken.instruments.find(({ id }) => id === 'DOGE-USD.spot@kraken')).toMatchObject({ venue_symbol: 'DOGE/USD' });
    const pairs = parseGatePairs(JSON.parse(cryptofeed('GATEIO.0.gz').find(({ kind }) => kind === 'http')!.text));
    expect(pairs.instruments.find(({ id }) => id === 'BTC-USDT.spot@gate')).toMatchObject({
      venue_symbol: 'BTC_USDT',
      kind: 'spot',
    });
    const usdm = parseBinanceSymbols(
      JSON.parse(cryptofeed('BINANCE_FUTURES.0.exchangeInfo.gz').find(({ kind }) => kind === 'http')!.text),
      'binanceusdm',
    );
    expect(usdm.instruments.find(({ id }) => id === 'SUSHI-USDT.perp@binanceusdm')).toMatchObject({ venue_symbol: 'SUSHIUSDT' });
    const futures = parseCoinbaseProducts(JSON.parse(payloadText('nautilus_trader/coinbase/http_products_future.json')));
    expect(futures.instruments).toMatchObject([
      {
        id: 'BTC-USD.perp@coinbase',
        venue_symbol: 'BIP-20DEC30-CDE',
        contract_size: 0.01,
        funding_interval_ms: HOUR_MS,
        tick: 5,
      },
    ]);
  });

  it('learn from the statistics of Gate whose orders were forced', () => {
    const btc = spec('BTC-USDT.perp@gate', 'BTC_USDT', {
      kind: 'perp',
      price_decimals: 1,
      qty_decimals: 0,
      contract_size: 0.0001,
    });
    const run = new SessionRun(gateFuturesProtocol([btc]), [btc]);
    const frame = (channel: string, result: object) => JSON.stringify({ time: 1, channel, event: 'update', result: [result] });
    for (let minute = 0; minute < 4; minute++) {
      const startMs = 1_800_000_000_000 + minute * 60_000;
      const forced = { price: 80_000, size: 500, time: startMs / 1000 + 5, time_ms: startMs + 5_000, contract: 'BTC_USDT' };
      run.frame(frame('futures.public_liquidates', forced), startMs + 6_000);
      const sums = { time: startMs / 1000, contract: 'BTC_USDT', long_liq_usd: 4_000, short_liq_usd: 0 };
      run.frame(frame('futures.contract_stats', sums), startMs + 59_000);
      run.session.advance(startMs + 60_500);
    }
    const told = run.of('liquidation').map(({ liquidated, quality }) => [liquidated, quality]);
    expect(told).toEqual([
      ['short', 'suspect'],
      ['short', 'suspect'],
      ['short', 'suspect'],
      ['long', 'live'],
    ]);
  });

  it('tell the forced orders of Binance', () => {
    const sushi = spec('ILV-USDT.perp@binanceusdm', 'ILVUSDT', { price_decimals: 3, qty_decimals: 1 });
    const run = new SessionRun(binanceUsdmProtocol([sushi]), [sushi]);
    const frame = payloadText('transcribed/binance_usdm_live_aggTrade_forceOrder.jsonl')
      .split('\n')
      .find((text) => text.includes('forceOrder'))!;
    run.frame(frame, 1_791_391_083_200);
    expect(run.of('liquidation')).toMatchObject([
      { liquidated: 'long', price: 3.85642, qty: 116.5, unit: 'base', ts_event: 1_791_391_082_119 },
    ]);
  });
});

describe('sessions', () => {
  const BTC = spec('BTC-USDT.spot@gate', 'BTC_USDT', { price_decimals: 1, qty_decimals: 4 });
  const obu = (body: string, event = 'update') => `{"channel":"spot.obu","event":"${event}","time_ms":1,"result":${body}}`;
  const full = (u: number, bid = '"100.0","1"') =>
    obu(`{"t":1,"full":true,"s":"ob.BTC_USDT.400","u":${u},"b":[[${bid}]],"a":[["101.0","2"]]}`);
  const delta = (first: number, last: number, bid: string) =>
    obu(`{"t":2,"s":"ob.BTC_USDT.400","U":${first},"u":${last},"b":[[${bid}]]}`);

  it('confirm what an answer with their id confirms, and refuse what it refuses', () => {
    const run = new SessionRun(gateSpotProtocol(), [BTC]);
    run.begin(4_900);
    const sent = JSON.parse(run.session.subscribeText([0], 5_000)) as Record<string, unknown>;
    expect(sent).toEqual({ time: 5, id: 1, channel: 'spot.obu', event: 'subscribe', payload: ['ob.BTC_USDT.400'] });
    run.frame('{"time":5,"id":1,"channel":"spot.obu","event":"subscribe","result":{"status":"success"}}', 5_100);
    run.session.subscribeText([1], 5_200);
    run.frame(
      '{"time":5,"id":2,"channel":"spot.trades","event":"subscribe","error":{"code":2,"message":"unknown currency pair"}}',
      5_300,
    );
    expect(run.requests.map((request) => [request.type, 'stream' in request ? request.stream : null])).toEqual([
      ['confirmed', 0],
      ['refused', 1],
    ]);
  });

  it('confirm a renewed subscription by what comes after it was asked for, not by what was left over', () => {
    const run = new SessionRun(gateSpotProtocol(), [BTC]);
    run.begin(4_900);
    const confirmed = (): number => run.requests.filter(({ type }) => type === 'confirmed').length;
    run.session.subscribeText([0], 5_000);
    run.frame(full(10), 5_100);
    expect(confirmed()).toBe(1);
    run.session.unsubscribeText([0], 6_000);
    run.frame(delta(11, 11, '"100.1","1"'), 6_020);
    expect(confirmed()).toBe(1);
    run.session.subscribeText([0], 6_250);
    run.frame(full(20), 6_300);
    expect(confirmed()).toBe(2);
    // Asked once more without an end, as after an answer that was lost.
    run.session.subscribeText([0], 7_000);
    run.frame('{"time":7,"id":4,"channel":"spot.obu","event":"subscribe","result":{"status":"success"}}', 7_100);
    expect(confirmed()).toBe(3);
  });

  it('tell a top at most once per pace and the newest then', () => {
    const run = new SessionRun(gateSpotProtocol(), [BTC]);
    run.frame(full(10), 1_000_010);
    for (const [n, at] of [
      [11, 20],
      [12, 30],
      [13, 40],
    ] as const)
      run.frame(delta(n, n, `"100.${n - 10}","1"`), 1_000_000 + at);
    run.session.advance(1_000_250);
    expect(run.of('book_top').map(({ bid, ts_recv }) => [bid, ts_recv])).toEqual([[100.3, 1_000_100]]);
    expect(run.session.conflatedTops).toBeGreaterThan(0);
  });

  it('tell no top and no depth between the end of a book and its next beginning', () => {
    const run = new SessionRun(gateSpotProtocol(), [BTC]);
    run.frame(full(10), 1_000_010);
    run.session.advance(1_001_500);
    const before = run.events.length;
    run.frame(delta(13, 13, '"100.3","1"'), 1_001_600);
    run.session.advance(1_004_500);
    expect(run.events.slice(before).map(({ type }) => type)).toEqual(['book_state']);
    expect(run.requests.at(-1)).toMatchObject({ type: 'resubscribe', streams: [0], reason: 'gap' });
    run.session.subscribeText([0], 1_004_600);
    run.frame(full(20), 1_004_700);
    run.session.advance(1_005_000);
    expect(run.events.slice(before + 1).map(({ type }) => type)).toEqual(['book_state', 'book_top', 'book_depth']);
  });

  it('ask for all books anew after a frame that nobody can read, and tell of a gap with the next print', () => {
    const run = new SessionRun(gateSpotProtocol(), [BTC]);
    const trade = (id: number) =>
      `{"channel":"spot.trades","event":"update","result":{"id":${id},"create_time_ms":"1000000.5","side":"buy","currency_pair":"BTC_USDT","amount":"1","price":"100"}}`;
    run.frame(full(10), 1_000_010);
    run.frame(trade(1), 1_000_020);
    run.frame(trade(2).slice(0, 70), 1_000_030);
    const [book, ...others] = run.requests.filter(({ type }) => type === 'resubscribe' || type === 'reconnect');
    expect([book, others]).toEqual([{ type: 'resubscribe', streams: [0], reason: 'parse' }, []]);
    expect(run.states().at(-1)).toBe('parse');
    run.frame(trade(3), 1_000_040);
    run.frame(trade(4), 1_000_050);
    expect(run.events.filter(({ type }) => type === 'trade' || type === 'trade_gap').map(({ type }) => type)).toEqual([
      'trade',
      'trade_gap',
      'trade',
      'trade',
    ]);
  });

  it('stamp an event whose time is ahead of ours as suspect', () => {
    const run = new SessionRun(gateSpotProtocol(), [BTC]);
    const trade = (ms: number, id: number) =>
      `{"channel":"spot.trades","event":"update","result":{"id":${id},"create_time_ms":"${ms}.5","side":"buy","currency_pair":"BTC_USDT","amount":"1","price":"100"}}`;
    run.frame(trade(1_002_000, 1), 1_000_500);
    run.frame(trade(1_003_000, 2), 1_000_600);
    expect(run.of('trade').map(({ quality, ts_event, available_at }) => [quality, ts_event, available_at])).toEqual([
      ['live', 1_002_000, 1_000_500],
      ['suspect', 1_003_000, 1_000_600],
    ]);
  });

  it('find with the REST book what the stream cannot show, at the second look', () => {
    const run = new SessionRun(gateSpotProtocol(), [BTC]);
    run.frame(full(10, '"100.0","7"'), 1_000_010);
    const reply = '{"id":10,"bids":[["100.0","1"]],"asks":[["101.0","2"]]}';
    const looks: number[] = [];
    for (let at = 1_001_000; at < 1_700_000 && run.session.feed.read(0).state === 'live'; at += 1_000) {
      run.session.advance(at);
      const asked = run.requests.splice(0).find((request) => request.type === 'fetch');
      if (asked?.type !== 'fetch') continue;
      looks.push(at);
      run.session.onReply('audit', asked.instrument, asked.request, Buffer.from(reply), at);
    }
    expect(looks.length).toBeGreaterThanOrEqual(2);
    expect(looks.at(-1)! - looks.at(-2)!).toBeLessThanOrEqual(20_000);
    expect(run.states().at(-1)).toBe('gap');
  });

  it('believe the stream about levels that changed around the question', () => {
    const run = new SessionRun(gateSpotProtocol(), [BTC]);
    run.frame(full(10), 1_000_010);
    for (let at = 1_001_000, id = 11; at < 1_900_000; at += 1_000, id++) {
      run.frame(delta(id, id, `"100.0","${id}"`), at);
      for (const asked of run.requests.splice(0)) {
        if (asked.type !== 'fetch') continue;
        const stale = `{"id":${id - 3},"bids":[["100.0","${id - 3}"]],"asks":[["101.0","2"]]}`;
        run.session.onReply('audit', asked.instrument, asked.request, Buffer.from(stale), at);
      }
    }
    expect(run.session.feed.read(0).state).toBe('live');
  });
});

/** A session that is listened to, with everything it told and asked. */
class SessionRun {
  readonly events: MarketEvent[] = [];
  readonly requests: SessionRequest[] = [];
  readonly session: VenueSession;
  onEvent: (event: MarketEvent) => void = () => undefined;
  readonly #bytes = new FrameBytes();
  #hasBegun = false;

  constructor(protocol: VenueProtocol, instruments: readonly InstrumentSpec[]) {
    const emit = (event: MarketEvent): void => {
      this.events.push(marketEventSchema.parse(event));
      this.onEvent(event);
    };
    const ask = (request: SessionRequest): void => void this.requests.push(request);
    this.session = new VenueSession({
      protocol,
      instruments,
      pace: DEFAULT_PACE,
      trades: new TradeFilter(),
      sides: new LiquidationSides(),
      emit,
      ask,
      nowMs: 0,
    });
  }

  /** The socket opens: with the first frame, unless said otherwise. */
  begin(nowMs: number): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.session.listen(nowMs);
    this.session.opened(nowMs);
  }

  frame(text: string, nowMs: number): void {
    this.begin(nowMs);
    const length = this.#bytes.fill(text);
    this.session.onFrame(this.#bytes.bytes, length, nowMs);
  }

  take(events: readonly RecordedEvent[]): void {
    for (const { kind, text, tsRecvMs } of events) if (kind === 'recv') this.frame(text, tsRecvMs!);
  }

  of<T extends MarketEvent['type']>(type: T): Extract<MarketEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<MarketEvent, { type: T }> => event.type === type);
  }

  /** `live`, or why not: null before there was a reason. */
  states(): readonly (string | null)[] {
    return this.of('book_state').map(({ live, reason }) => (live ? 'live' : reason === 'connecting' ? null : reason));
  }

  get reconnects(): readonly SessionRequest[] {
    return this.requests.filter(({ type }) => type === 'reconnect');
  }
}

function choose(listing: InstrumentListing, ids: readonly string[]) {
  const found = chooseInstruments(listing, ids);
  expect(found.missing).toEqual([]);
  return found;
}

function httpBody(name: string): unknown {
  return JSON.parse(cryptofeed(name).find(({ kind }) => kind === 'http')!.text);
}

function spec(id: string, symbol: string, terms: Partial<InstrumentSpec>): InstrumentSpec {
  const kind = id.includes('.perp@') ? 'perp' : 'spot';
  const none = { min_qty: null, min_notional: null, funding_interval_ms: null, listed_at: null, expiry: null };
  const digits = { tick: 0.1, lot: 0.0001, price_decimals: 1, qty_decimals: 4, contract_size: 1 };
  return { id, venue_symbol: symbol, kind, settle: 'linear', status: 'trading', ...digits, ...none, ...terms };
}
