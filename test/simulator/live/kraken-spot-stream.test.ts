import { describe, expect, it } from 'vitest';
import { LiveSimulator } from '#shared/simulator/live-simulator.ts';
import { TappedStream } from './tapped-stream.ts';

const open = (scenario: 'calm' | 'volatile' = 'calm') => {
  const sim = new LiveSimulator({ seed: '2', symbols: ['BTC', 'ETH'], levels: 60, scenario });
  return { sim, stream: new TappedStream(sim, 'kraken_spot') };
};

const answerTo = (message: unknown): Record<string, unknown> => {
  const { stream } = open();
  stream.send(message);
  const { time_in: timeIn, time_out: timeOut, ...answer } = stream.decoded().at(-1)!;
  expect([timeIn, timeOut]).toEqual([timeOut, expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)]);
  return answer;
};

const subscribe = (params: Record<string, unknown>, req_id?: number) => ({
  method: 'subscribe',
  params,
  ...(req_id === undefined ? {} : { req_id }),
});

describe('the simulated Kraken WebSocket v2', () => {
  it('tells its status first, and beats once something is subscribed', () => {
    const { sim, stream } = open();
    expect(stream.decoded()).toMatchObject([
      { channel: 'status', type: 'update', data: [{ system: 'online', api_version: 'v2' }] },
    ]);
    sim.advanceTo(sim.nowMs + 3_000);
    expect(stream.frames).toHaveLength(1);
    stream.send(subscribe({ channel: 'trade', symbol: ['BTC/USD'], snapshot: false }));
    sim.advanceTo(sim.nowMs + 5_000);
    expect(stream.texts.filter((text) => text === '{"channel":"heartbeat"}')).toHaveLength(5);
  });

  it('acknowledges each symbol with what was agreed, and the number of the request', () => {
    const { stream } = open();
    stream.send(subscribe({ channel: 'book', symbol: ['BTC/USD', 'ETH/USD'], depth: 25 }, 4));
    const acks = stream.decoded().filter((message) => message.method === 'subscribe');
    expect(acks).toMatchObject(
      ['BTC/USD', 'ETH/USD'].map((symbol) => ({
        result: { channel: 'book', depth: 25, snapshot: true, symbol },
        success: true,
        req_id: 4,
      })),
    );
    expect(stream.frames.filter(({ about }) => about?.kind === 'snapshot')).toHaveLength(2);
  });

  it.each([
    [
      subscribe({ channel: 'book', symbol: ['NOPE/USD'] }, 1),
      { error: 'Currency pair not supported NOPE/USD', symbol: 'NOPE/USD', req_id: 1 },
    ],
    [subscribe({ channel: 'book', symbol: ['XBT/USD'] }), { error: 'Currency pair not supported XBT/USD', symbol: 'XBT/USD' }],
    [
      subscribe({ channel: 'book', symbol: ['BTC/USD'], depth: 42 }),
      { error: 'Subscription depth not supported', symbol: 'BTC/USD' },
    ],
    [
      subscribe({ channel: 'ohlc', symbol: ['BTC/USD'], interval: 7 }),
      { error: 'Subscription ohlc interval not supported', symbol: 'BTC/USD' },
    ],
    [subscribe({ channel: 'nonsense', symbol: ['BTC/USD'] }), { error: 'Subscription name invalid', symbol: 'BTC/USD' }],
    [subscribe({ channel: 'book' }), { error: 'Symbol(s) not found' }],
    [
      { method: 'unsubscribe', params: { channel: 'book', symbol: ['BTC/USD'] } },
      { error: 'Subscription Not Found', method: 'unsubscribe', symbol: 'BTC/USD' },
    ],
  ])('refuses %j', (message, refusal) => {
    expect(answerTo(message)).toEqual({ method: message.method, success: false, ...refusal });
  });

  it('answers pings with their number, and nonsense with words', () => {
    expect(answerTo({ method: 'ping', req_id: 101 })).toEqual({ method: 'pong', req_id: 101 });
    expect(answerTo('{"method":')).toEqual({ error: 'Malformed request', success: false });
    expect(answerTo({ method: 'dance' })).toEqual({ error: 'Unsupported event', success: false });
  });

  it('refuses a second subscription, ends one on request and starts it anew', () => {
    const { sim, stream } = open();
    const book = { channel: 'book', symbol: ['BTC/USD'] };
    stream.send(subscribe(book));
    stream.send(subscribe(book));
    expect(stream.decoded().at(-1)).toMatchObject({ error: 'Already subscribed', success: false });
    stream.send({ method: 'unsubscribe', params: book });
    expect(stream.decoded().at(-1)).toMatchObject({
      method: 'unsubscribe',
      result: { channel: 'book', symbol: 'BTC/USD' },
      success: true,
    });
    const before = stream.frames.length;
    sim.advanceTo(sim.nowMs + 5_000);
    expect(stream.frames).toHaveLength(before);
    stream.send(subscribe(book));
    expect(stream.frames.at(-1)?.about).toMatchObject({ channel: 'book', kind: 'snapshot' });
  });

  it('shows levels of the book at most as deep as agreed, prices falling on bids and rising on asks', () => {
    const { stream } = open();
    stream.send(subscribe({ channel: 'book', symbol: ['BTC/USD'], depth: 10 }));
    const [entry] = stream.decoded().at(-1)!.data as { bids: { price: number }[]; asks: { price: number }[] }[];
    const prices = (levels: { price: number }[]) => levels.map(({ price }) => price);
    expect([entry!.bids.length, entry!.asks.length]).toEqual([10, 10]);
    expect(prices(entry!.bids)).toEqual(prices(entry!.bids).toSorted((a, b) => b - a));
    expect(prices(entry!.asks)).toEqual(prices(entry!.asks).toSorted((a, b) => a - b));
    expect(prices(entry!.bids)[0]).toBeLessThan(prices(entry!.asks)[0]!);
  });

  it('numbers trades without holes, and its REST knows the same ones', () => {
    const { sim, stream } = open('volatile');
    stream.send(subscribe({ channel: 'trade', symbol: ['BTC/USD'] }));
    sim.advanceTo(sim.nowMs + 30_000);
    const trades = stream
      .decoded()
      .filter((message) => message.channel === 'trade')
      .flatMap((message) => message.data as { trade_id: number; price: number; qty: number; side: string }[]);
    expect(trades.length).toBeGreaterThan(40);
    expect(trades.map(({ trade_id: id }) => id)).toEqual(trades.map((_, index) => trades[0]!.trade_id + index));
    const { answer } = sim.handle({ client: 'a', method: 'GET', target: '/kraken/0/public/Trades?pair=XBTUSD', atMs: 0 });
    const { result } = JSON.parse(answer.body) as {
      result: { XXBTZUSD: [string, string, number, string, string, string, number][] };
    };
    expect(
      result.XXBTZUSD.slice(-trades.length).map(([price, qty, , side, , , id]) => [id, Number(price), Number(qty), side]),
    ).toEqual(trades.map(({ trade_id: id, price, qty, side }) => [id, price, qty, side[0]]));
  });

  it('announces other digits before it uses them', () => {
    const { sim, stream } = open();
    stream.send(subscribe({ channel: 'instrument' }));
    stream.send(subscribe({ channel: 'book', symbol: ['BTC/USD'] }));
    const digits = (): number[] =>
      stream.texts.flatMap((text) => {
        const precision = /"symbol":"BTC\/USD".*?"price_precision":(\d+)/.exec(text)?.[1];
        return precision === undefined ? [] : [Number(precision)];
      });
    expect(digits()).toEqual([1]);
    sim.advanceTo(sim.nowMs + 1_000);
    sim.inject({ kind: 'precision_change', surface: 'kraken_spot', symbol: 'BTC/USD' });
    const changed = stream.frames.length;
    sim.advanceTo(sim.nowMs + 5_000);
    expect(digits()).toEqual([1, 2]);
    const places = stream.texts
      .slice(changed)
      .flatMap((text) => [...text.matchAll(/"price":\d+\.(\d+)/g)].map((match) => match[1]!.length));
    expect(new Set(places)).toEqual(new Set([2]));
  });
});
