import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { LIVE_SURFACES, type LiveSurface } from '#shared/simulator/live/live-instrument.ts';
import { LiveSimulator } from '#shared/simulator/live-simulator.ts';
import { subscribeAll, TappedStream } from './tapped-stream.ts';

const RECORDED = join(dirname(fileURLToPath(import.meta.url)), '../../../../shared/data/exchange-payloads');
const present = existsSync(RECORDED);
if (!present) process.stderr.write(`recorded stream shapes not run: ${RECORDED} is absent\n`);

type Message = Readonly<Record<string, unknown>>;

const sim = new LiveSimulator({ seed: '21', symbols: ['BTC'], levels: 60 });
const streams = new Map<LiveSurface, TappedStream>();
for (const surface of LIVE_SURFACES) {
  const stream = new TappedStream(sim, surface);
  subscribeAll(stream, surface, 'BTC');
  streams.set(surface, stream);
}
sim.inject({ kind: 'liquidation_cascade', surface: 'gate_futures' });
sim.advanceTo(sim.nowMs + 70_000);

function recordedLines(file: string): readonly Message[] {
  const bytes = readFileSync(join(RECORDED, file));
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text.split('\n').flatMap((line) => {
    const json = line.replace(/^\d+\.\d+: /, '');
    return json.startsWith('{') ? [JSON.parse(json) as Message] : [];
  });
}

function recordedFile(file: string): unknown {
  return JSON.parse(readFileSync(join(RECORDED, file), 'utf8'));
}

function restOf(target: string): unknown {
  return JSON.parse(sim.handle({ client: 'a', method: 'GET', target, atMs: 0 }).answer.body);
}

/** Field names in their order with their JSON types; of a list its first entry. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shape(value[0])];
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return Object.entries(value).map(([key, entry]) => [key, shape(entry)]);
}

const find = (messages: readonly Message[], matches: (message: Message) => boolean): Message => {
  const found = messages.find(matches);
  expect(found).toBeDefined();
  return found!;
};

/** Whether a book message shows levels on both sides, so that its shape is complete. */
const isFull = (value: unknown): boolean => !JSON.stringify(value).includes('[]');

describe.skipIf(!present)('messages against recorded ones', () => {
  const krakenBooks = present ? recordedLines('transcribed/kraken_v2_book_btcusd.first28.jsonl') : [];
  const krakenTrades = present ? recordedLines('transcribed/kraken_v2_trade_btcusd.first16.jsonl') : [];
  const futures = present ? recordedLines('cryptofeed/KRAKEN_FUTURES.ws.1.0.5products.gz') : [];
  const gate = present ? recordedLines('cryptofeed/GATEIO_FUTURES.ws.1.0.ws.first-half') : [];
  const gateSpot = present ? recordedLines('cryptofeed/GATEIO.ws.1.0.first-half') : [];

  it.each<[string, readonly Message[], LiveSurface, (message: Message) => boolean]>([
    ['Kraken status', krakenBooks, 'kraken_spot', ({ channel }) => channel === 'status'],
    ['Kraken book snapshot', krakenBooks, 'kraken_spot', ({ channel, type }) => channel === 'book' && type === 'snapshot'],
    ['Kraken trades', krakenTrades, 'kraken_spot', ({ channel, type }) => channel === 'trade' && type === 'update'],
    ['Kraken heartbeat', krakenBooks, 'kraken_spot', ({ channel }) => channel === 'heartbeat'],
    ['Kraken Futures info', futures, 'kraken_futures', ({ event }) => event === 'info'],
    ['Kraken Futures acknowledgement', futures, 'kraken_futures', ({ event, feed }) => event === 'subscribed' && feed === 'book'],
    ['Kraken Futures snapshot', futures, 'kraken_futures', ({ feed }) => feed === 'book_snapshot'],
    ['Kraken Futures level', futures, 'kraken_futures', ({ feed, event }) => feed === 'book' && event === undefined],
    ['Kraken Futures trade snapshot', futures, 'kraken_futures', ({ feed }) => feed === 'trade_snapshot'],
    ['Kraken Futures lite ticker', futures, 'kraken_futures', ({ feed, event }) => feed === 'ticker_lite' && event === undefined],
    ['Gate acknowledgement', gate, 'gate_futures', ({ event, channel }) => event === 'subscribe' && channel === 'futures.trades'],
    [
      'Gate futures update',
      gate,
      'gate_futures',
      ({ event, channel, result }) => event === 'update' && channel === 'futures.order_book_update' && isFull(result),
    ],
    ['Gate futures best', gate, 'gate_futures', ({ event, channel }) => event === 'update' && channel === 'futures.book_ticker'],
  ])('%s has the recorded fields in the recorded order', (_name, recorded, surface, matches) => {
    const theirs = find(recorded, matches);
    const ours = find(
      streams.get(surface)!.decoded(),
      (message) => matches(message) && (surface !== 'kraken_futures' || isFull(message)),
    );
    expect(shape(ours)).toEqual(shape(theirs));
  });

  it('an acknowledgement of Kraken says what the recorded one says, and the number of the request', () => {
    const theirs = find(krakenBooks, ({ method }) => method === 'subscribe');
    const stream = new TappedStream(sim, 'kraken_spot');
    stream.send({ method: 'subscribe', params: { channel: 'book', symbol: ['BTC/USD'] } });
    expect(shape(find(stream.decoded(), ({ method }) => method === 'subscribe'))).toEqual(shape(theirs));
  });

  it('a Gate spot update has the fields of the recorded one, and the time in ms that came later', () => {
    const matches = ({ event, channel, result }: Message): boolean =>
      event === 'update' && channel === 'spot.order_book_update' && isFull(result);
    const theirs = find(gateSpot, matches);
    const { time_ms: timeMs, ...ours } = find(streams.get('gate_spot')!.decoded(), matches);
    expect([shape(ours), typeof timeMs]).toEqual([shape(theirs), 'number']);
  });

  it.each<[string, string, (recorded: never) => unknown, string, (ours: never) => unknown]>([
    [
      'gate contract',
      'transcribed/gate_futures_contract_BTC_USDT.json',
      (row) => row,
      '/gate/api/v4/futures/usdt/contracts/BTC_USDT',
      (row) => row,
    ],
    [
      'gate ticker',
      'transcribed/gate_futures_tickers_BTC_USDT.json',
      (rows) => rows,
      '/gate/api/v4/futures/usdt/tickers?contract=BTC_USDT',
      (rows) => rows,
    ],
    [
      'gate funding',
      'transcribed/gate_futures_funding_rate_BTC_USDT.json',
      (rows) => rows,
      '/gate/api/v4/futures/usdt/funding_rate?contract=BTC_USDT',
      (rows) => rows,
    ],
    [
      'gate statistics',
      'transcribed/gate_contract_stats_BTC_USDT_1h.first12.json',
      (rows) => rows,
      '/gate/api/v4/futures/usdt/contract_stats?contract=BTC_USDT&interval=1h&limit=12',
      (rows) => rows,
    ],
    [
      'kraken futures ticker',
      'transcribed/kraken_futures_tickers_XBT.json',
      ({ tickers }: { tickers: unknown[] }) => sortedShape(tickers[1]),
      '/krakenfutures/derivatives/api/v3/tickers',
      ({ tickers }: { tickers: { symbol: string }[] }) => sortedShape(tickers.find(({ symbol }) => symbol === 'PF_XBTUSD')),
    ],
  ])('REST %s has every recorded field with its type', (_name, file, ofRecorded, target, ofOurs) => {
    expect(shape(ofOurs(restOf(target) as never))).toEqual(shape(ofRecorded(recordedFile(file) as never)));
  });

  it('numbers of Kraken keep all digits of the pair', () => {
    const levels = streams
      .get('kraken_spot')!
      .texts.filter((text) => text.startsWith('{"channel":"book"'))
      .flatMap((text) => [...text.matchAll(/"price":([\d.]+),"qty":([\d.]+)/g)]);
    expect(levels.length).toBeGreaterThan(200);
    expect(levels.every(([, price, qty]) => /^\d+\.\d$/.test(price!) && /^\d+\.\d{8}$/.test(qty!))).toBe(true);
  });
});

/** Fields by name: the order of the recorded ticker is the transcriber's. */
function sortedShape(value: unknown): unknown {
  return Object.fromEntries(Object.entries(value as object).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
