import { describe, expect, it } from 'vitest';
import { seededRandom } from '#shared/core/seeded-random.ts';
import {
  binanceFuturesRule,
  binanceSpotRule,
  connectionNumberedRule,
  gateUpdateRule,
  krakenFuturesRule,
  krakenSpotRule,
} from '#shared/market/book-sync/venue-rules.ts';
import { binanceDepthReply, binanceStream } from '#shared/market/venues/binance/syntax.ts';
import { coinbaseAdvanced } from '#shared/market/venues/coinbase/syntax.ts';
import { gateFutures, gateFuturesBookReply } from '#shared/market/venues/gate/futures-syntax.ts';
import { gateSpot, gateSpotBookReply } from '#shared/market/venues/gate/spot-syntax.ts';
import { krakenFutures } from '#shared/market/venues/kraken-futures/syntax.ts';
import { krakenSpotV1 } from '#shared/market/venues/kraken-spot/v1-syntax.ts';
import { krakenSpotV2 } from '#shared/market/venues/kraken-spot/v2-syntax.ts';
import { levelsOf } from '../market/book/naive-book.ts';
import { FeedRun, type FeedRunOptions } from './feed-run.ts';
import { krakenSession } from './kraken-session.ts';
import { cryptofeed, hasRecordings, received, ticks, transcribed } from './recorded-data.ts';
import { gateContracts, gatePairs, krakenFuturesProducts } from './venue-digits.ts';

type Mutation = 'drop' | 'repeat' | 'swap' | 'flip';

/** Frames as they arrive: which of the true session's frames each one is, and its text. */
type Arrival = readonly [frame: number, text: string];

const BTC_USD = { symbol: 'BTC/USD', priceDecimals: 1, sizeDecimals: 8 };
const V2: FeedRunOptions = { instruments: [BTC_USD], syntax: krakenSpotV2(), rule: krakenSpotRule, depth: 25, checksum: true };

describe('a generated Kraken session', () => {
  const frames = [...krakenSession({ seed: 'mutations', ...BTC_USD, midTicks: 773_628, depth: 25, updates: 150 })];

  it('verifies as it is, by both routes', () => {
    const run = new FeedRun(V2);
    for (const text of frames) run.frame(text);
    expect([run.published, run.requests]).toEqual([151, []]);
    const { form: _form, ...strict } = krakenSpotV2();
    const slow = new FeedRun({ ...V2, syntax: strict });
    for (const text of frames) slow.frame(text);
    expect([slow.published, slow.feed.digitsLost]).toEqual([151, 0]);
  });

  it.each(['drop', 'repeat', 'swap', 'flip'] as const)('never publishes a wrong best ten after a %s', (kind) => {
    expect(wrongBooks(V2, frames, kind, 60)).toEqual([]);
  });
});

describe.skipIf(!hasRecordings('mutated recordings'))('mutated recordings', () => {
  const v2 = (file: string) => received(transcribed(file)).filter((text) => text.startsWith('{"channel":"book"'));

  it.each(['drop', 'repeat', 'swap', 'flip'] as const)('Kraken v2 never publishes a wrong best ten after a %s', (kind) => {
    expect(wrongBooks({ ...V2, depth: 10 }, v2('kraken_v2_book_btcusd.first28.jsonl'), kind, 60)).toEqual([]);
  });

  it.each(['drop', 'repeat', 'swap', 'flip'] as const)('Kraken v1 never publishes a wrong best ten after a %s', (kind) => {
    const instruments = [{ symbol: 'OMG/USD', priceDecimals: 6, sizeDecimals: 8 }];
    const frames = received(cryptofeed('KRAKEN.ws.50.0.book1000.5pairs.gz')).filter((text) => text.endsWith('"OMG/USD"]'));
    const options = { instruments, syntax: krakenSpotV1(), rule: krakenSpotRule, depth: 1000, checksum: true };
    expect(wrongBooks(options, frames.slice(0, 120), kind, 8)).toEqual([]);
  });

  it('Kraken Futures finds every lost and every swapped message at the next one and ignores every repeated one', () => {
    const frames = received(cryptofeed('KRAKEN_FUTURES.ws.1.0.5products.gz')).filter(
      (text) => text.includes('"PI_LTCUSD"') && text.includes('"seq"') && text.startsWith('{"feed":"book'),
    );
    const products = krakenFuturesProducts().filter((product) => product.symbol === 'PI_LTCUSD');
    checkSequence(
      () => new FeedRun({ instruments: products, syntax: krakenFutures(), rule: krakenFuturesRule }),
      frames.slice(0, 80),
    );
  });

  it('Coinbase finds every lost and every swapped frame at the next one and ignores every repeated one', () => {
    const frames = received(cryptofeed('COINBASE.advanced.2026-08-09.first-40pct.jsonl.gz'));
    const instruments = ['BTC-USD', 'ETH-USD'].map((symbol) => ({ symbol, priceDecimals: 2, sizeDecimals: 8 }));
    // From behind the two large snapshots on, numbered anew.
    const small = frames
      .filter((text) => text.length < 20_000)
      .slice(0, 30)
      .map((text, index) => text.replace(/"sequence_num":\d+/, `"sequence_num":${index + 1}`));
    const snapshot = (symbol: string) =>
      `{"type":"snapshot","product_id":"${symbol}","updates":[{"side":"bid","price_level":"1.00","new_quantity":"1"}]}`;
    const head = `{"channel":"l2_data","timestamp":"2026-08-09T21:05:48.2Z","sequence_num":0,"events":[${snapshot('BTC-USD')},${snapshot('ETH-USD')}]}`;
    checkSequence(() => new FeedRun({ instruments, syntax: coinbaseAdvanced(), rule: connectionNumberedRule }), [head, ...small]);
  });

  it.each([
    ['spot', 'GATEIO.ws.1.0.first-half', 'spot.order_book_update', gateSpot, gateSpotBookReply],
    ['futures', 'GATEIO_FUTURES.ws.1.0.ws.first-half', 'futures.order_book_update', gateFutures, gateFuturesBookReply],
  ] as const)('Gate %s finds every lost and every swapped message at the next one', (kind, file, channel, syntax, reply) => {
    const updates = received(cryptofeed(file)).filter((text) => text.includes(`"${channel}"`) && text.includes('"update"'));
    const [symbol, frames] = busiest(updates);
    const instruments = (kind === 'spot' ? gatePairs() : gateContracts()).filter((each) => each.symbol === symbol);
    const firstId = Number(/"U":(\d+)/.exec(frames[0]!)![1]);
    const level = kind === 'spot' ? '["1","1"]' : '{"p":"1","s":1}';
    const snapshot = `{"id":${firstId},"bids":[${level}],"asks":[]}`;
    expect(frames.length).toBeGreaterThan(15);
    const start = () => {
      const run = new FeedRun({ instruments, syntax: syntax(), rule: gateUpdateRule });
      run.reply(snapshot, reply(symbol));
      return run;
    };
    checkSequence(start, frames.slice(0, 40));
    expect(anyThrows(start, frames.slice(0, 40))).toEqual([]);
  });

  it.each([
    ['spot', 'spot-ethusdt_20240808.gz', binanceSpotRule, 4],
    ['USDM', 'usdm-ethusdt_20240808.gz', binanceFuturesRule, 3],
  ] as const)('Binance %s finds every lost and every swapped message at the next one', (_kind, file, rule, sizeDecimals) => {
    const texts = received(ticks(file));
    const at = texts.findIndex((text) => text.startsWith('{"lastUpdateId"'));
    const updates = texts.filter((text) => text.includes('"depthUpdate"'));
    const snapshot = texts[at]!;
    const start = () => {
      const run = new FeedRun({
        instruments: [{ symbol: 'ETHUSDT', priceDecimals: 2, sizeDecimals }],
        syntax: binanceStream(),
        rule,
      });
      for (const text of updates.slice(0, 40)) run.frame(text);
      run.reply(snapshot, binanceDepthReply('ETHUSDT'));
      return run;
    };
    checkSequence(start, updates.slice(40, 70));
  });
});

/** The symbol with the most updates, and them. */
function busiest(updates: readonly string[]): readonly [string, readonly string[]] {
  const groups = Map.groupBy(updates, (text) => /"s":"([A-Z0-9_]+)"/.exec(text)?.[1] ?? '');
  return [...groups].reduce((most, each) => (each[1].length > most[1].length ? each : most));
}

/** Damages of frames after which reading threw: there must be none, whatever the book says. */
function anyThrows(start: () => FeedRun, frames: readonly string[]): readonly string[] {
  const random = seededRandom('damaged gate frames');
  return frames.flatMap((text, at) => {
    const run = start();
    for (const before of frames.slice(0, at)) run.frame(before);
    const place = random.nextInt(text.length);
    const damaged = [
      flipped(text, (bound) => random.nextInt(bound)),
      text.slice(0, place),
      `${text.slice(0, place)}?${text.slice(place + 1)}`,
    ];
    try {
      for (const frame of [...damaged, ...frames.slice(at)]) run.frame(frame);
      return [];
    } catch (thrown) {
      return [`${at}: ${String(thrown)}`];
    }
  });
}

/** Books that were published with another best ten than the true one, over random mutations of a session. */
function wrongBooks(options: FeedRunOptions, frames: readonly string[], kind: Mutation, runs: number): string[] {
  const truth = bestTens(options, frames);
  const random = seededRandom(`mutate ${kind} ${frames.length}`);
  const wrong: string[] = [];
  for (let n = 0; n < runs; n++) {
    const arrivals = mutate(frames, kind, 1 + random.nextInt(frames.length - 2), (bound) => random.nextInt(bound));
    const run = new FeedRun(options);
    for (const [frame, text] of arrivals) {
      run.frame(text);
      const best = bestTen(run);
      if (best !== null && best !== truth[frame]) wrong.push(`${kind} ${n}: frame ${frame}`);
    }
  }
  return wrong;
}

function bestTens(options: FeedRunOptions, frames: readonly string[]): readonly (string | null)[] {
  const run = new FeedRun(options);
  return frames.map((text) => {
    run.frame(text);
    return bestTen(run);
  });
}

function bestTen(run: FeedRun): string | null {
  const { book } = run.feed.read(0);
  return book === null ? null : JSON.stringify([levelsOf(book.bids).slice(0, 10), levelsOf(book.asks).slice(0, 10)]);
}

function mutate(frames: readonly string[], kind: Mutation, at: number, nextInt: (bound: number) => number): readonly Arrival[] {
  const arrivals: Arrival[] = frames.map((text, index) => [index, text]);
  if (kind === 'drop') return arrivals.toSpliced(at, 1);
  if (kind === 'repeat') return arrivals.toSpliced(at, 0, arrivals[at]!);
  if (kind === 'swap') return arrivals.with(at, arrivals[at + 1]!).with(at + 1, arrivals[at]!);
  return arrivals.with(at, [at, flipped(frames[at]!, nextInt)]);
}

/** Another digit at a random place. */
function flipped(text: string, nextInt: (bound: number) => number): string {
  const places = [...text.matchAll(/\d/g)].map((match) => match.index);
  const at = places[nextInt(places.length)]!;
  const digit = (Number(text[at]) + 1 + nextInt(9)) % 10;
  return text.slice(0, at) + digit + text.slice(at + 1);
}

/** Drops, swaps and repeats every message in turn: gone at the next message, gone, unharmed. */
function checkSequence(start: () => FeedRun, frames: readonly string[]): void {
  const isLive = (run: FeedRun) => run.feed.books.every((_, index) => run.feed.read(index).state === 'live');
  const after = (texts: readonly string[]) => {
    const run = start();
    for (const text of texts) run.frame(text);
    return run;
  };
  expect(isLive(after(frames))).toBe(true);
  for (let at = 2; at < frames.length - 1; at++) {
    const before = frames.slice(0, at);
    expect([at, isLive(after([...before, frames[at + 1]!]))]).toEqual([at, false]);
    const repeated = after([...before, frames[at]!, frames[at]!, ...frames.slice(at + 1)]);
    expect([at, isLive(repeated), repeated.requests.filter(({ reason }) => reason !== 'snapshot')]).toEqual([at, true, []]);
  }
}
