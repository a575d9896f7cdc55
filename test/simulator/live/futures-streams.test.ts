import { describe, expect, it } from 'vitest';
import { LiveSimulator } from '#shared/simulator/live-simulator.ts';
import { TappedStream } from './tapped-stream.ts';

const open = (surface: 'kraken_futures' | 'gate_futures' | 'gate_spot') => {
  const sim = new LiveSimulator({ seed: '2', symbols: ['BTC', 'ETH'], levels: 60 });
  return { sim, stream: new TappedStream(sim, surface) };
};

describe('the simulated Kraken Futures WebSocket v1', () => {
  it('acknowledges each product, sends snapshots, and takes lower case', () => {
    const { stream } = open('kraken_futures');
    expect(stream.decoded()).toEqual([{ event: 'info', version: 1 }]);
    stream.send({ event: 'subscribe', feed: 'book', product_ids: ['pf_xbtusd', 'PI_ETHUSD'] });
    expect(stream.decoded().map((message) => message.event ?? message.feed)).toEqual([
      'info',
      'subscribed',
      'book_snapshot',
      'subscribed',
      'book_snapshot',
    ]);
    expect(stream.decoded()[1]).toEqual({ event: 'subscribed', feed: 'book', product_ids: ['PF_XBTUSD'] });
  });

  it('numbers every level of a product by one, from the snapshot on', () => {
    const { sim, stream } = open('kraken_futures');
    stream.send({ event: 'subscribe', feed: 'book', product_ids: ['PF_XBTUSD', 'PF_ETHUSD'] });
    sim.advanceTo(sim.nowMs + 20_000);
    for (const product of ['PF_XBTUSD', 'PF_ETHUSD']) {
      const sequence = stream.decoded().flatMap((message) => (message.product_id === product ? [Number(message.seq)] : []));
      expect(sequence.length).toBeGreaterThan(100);
      expect(sequence).toEqual(sequence.map((_, index) => sequence[0]! + index));
    }
  });

  it('beats once a second on request, and sends tickers as often', () => {
    const { sim, stream } = open('kraken_futures');
    stream.send({ event: 'subscribe', feed: 'heartbeat' });
    stream.send({ event: 'subscribe', feed: 'ticker', product_ids: ['PF_XBTUSD'] });
    sim.advanceTo(sim.nowMs + 5_000);
    const feeds = stream.decoded().map((message) => message.feed);
    expect(feeds.filter((feed) => feed === 'heartbeat')).toHaveLength(6);
    expect(stream.decoded().filter((message) => message.feed === 'ticker' && message.event === undefined)).toHaveLength(6);
  });

  it.each([
    ['{', { event: 'error', message: 'Json Error' }],
    [
      { event: 'subscribe', feed: 'nothing', product_ids: ['PF_XBTUSD'] },
      { event: 'error', message: 'Invalid feed' },
    ],
    [
      { event: 'subscribe', feed: 'book', product_ids: ['PF_NOPEUSD'] },
      { event: 'error', message: 'Invalid product id' },
    ],
    [
      { event: 'subscribe', feed: 'book' },
      { event: 'error', message: 'Invalid product id' },
    ],
    [{ event: 'dance' }, { event: 'alert', message: 'Bad request' }],
  ])('refuses %j', (message, refusal) => {
    const { stream } = open('kraken_futures');
    stream.send(message);
    expect(stream.decoded().at(-1)).toEqual(refusal);
  });

  it('starts a feed anew when it is asked for again, and ends it on request', () => {
    const { sim, stream } = open('kraken_futures');
    const book = { feed: 'book', product_ids: ['PF_XBTUSD'] };
    stream.send({ event: 'subscribe', ...book });
    sim.advanceTo(sim.nowMs + 2_000);
    stream.send({ event: 'subscribe', ...book });
    expect(stream.decoded().at(-1)).toMatchObject({ feed: 'book_snapshot' });
    stream.send({ event: 'unsubscribe', ...book });
    expect(stream.decoded().at(-1)).toEqual({ event: 'unsubscribed', ...book });
    const before = stream.frames.length;
    sim.advanceTo(sim.nowMs + 2_000);
    expect(stream.frames).toHaveLength(before);
  });
});

describe('the simulated Gate WebSocket v4', () => {
  it.each([
    ['futures', 'gate_futures'],
    ['spot', 'gate_spot'],
  ] as const)('answers pings and subscriptions of %s, and refuses nonsense', (product, surface) => {
    const { stream } = open(surface);
    stream.send({ time: 1, channel: `${product}.ping` });
    expect(stream.decoded().at(-1)).toMatchObject({ channel: `${product}.pong`, event: '', result: null });
    stream.send({ time: 1, id: 12, channel: `${product}.trades`, event: 'subscribe', payload: ['BTC_USDT'] });
    const channel = `${product}.trades`;
    expect(stream.decoded().at(-1)).toMatchObject({ id: 12, channel, event: 'subscribe', result: { status: 'success' } });
    stream.send({ time: 1, channel, event: 'subscribe', payload: ['BTC_USDT'] });
    expect(stream.decoded().at(-1)).toMatchObject({ channel, event: 'subscribe', error: { code: 2 }, result: null });
    for (const bad of [
      { channel, event: 'subscribe', payload: ['NOPE_USDT'] },
      { channel: `${product}.order_book_update`, event: 'subscribe', payload: ['BTC_USDT', '7ms'] },
      { channel: `${product}.nothing`, event: 'subscribe', payload: ['BTC_USDT'] },
      { channel, event: 'dance', payload: [] },
      '{',
    ]) {
      stream.send(bad);
      expect(stream.decoded().at(-1)).toMatchObject({ error: { code: expect.any(Number) as number }, result: null });
    }
    stream.send({ time: 1, channel, event: 'unsubscribe', payload: ['BTC_USDT'] });
    expect(stream.decoded().at(-1)).toMatchObject({ channel, event: 'unsubscribe', result: { status: 'success' } });
  });

  it.each([
    ['futures.order_book_update', 'gate_futures', ['BTC_USDT', '100ms', '20']],
    ['futures.order_book_update', 'gate_futures', ['BTC_USDT', '20ms']],
    ['spot.order_book_update', 'gate_spot', ['BTC_USDT', '100ms']],
  ] as const)('spans all numbers of %s (%s %j), one message after the other', (channel, surface, payload) => {
    const { sim, stream } = open(surface);
    stream.send({ time: 1, channel, event: 'subscribe', payload });
    sim.advanceTo(sim.nowMs + 20_000);
    const spans = stream
      .decoded()
      .flatMap(({ event, result }) => (event === 'update' ? [result as { U: number; u: number }] : []));
    expect(spans.length).toBeGreaterThan(80);
    for (const [index, { U, u }] of spans.entries()) {
      expect(U).toBeLessThanOrEqual(u);
      if (index > 0) expect(U).toBe(spans[index - 1]!.u + 1);
    }
    expect(spans.at(-1)!.u).toBeLessThanOrEqual(sim.market.find(surface, 'BTC_USDT')!.book.sequence);
  });

  it('gathers liquidations, pushes statistics by the minute, and takes `!all`', () => {
    const { sim, stream } = open('gate_futures');
    stream.send({ time: 1, channel: 'futures.public_liquidates', event: 'subscribe', payload: ['!all'] });
    stream.send({ time: 1, channel: 'futures.contract_stats', event: 'subscribe', payload: ['BTC_USDT', '1m'] });
    sim.inject({ kind: 'liquidation_cascade', surface: 'gate_futures' });
    sim.advanceTo(sim.nowMs + 180_000);
    const results = (channel: string) =>
      stream
        .decoded()
        .flatMap((message) =>
          message.channel === channel && message.event === 'update' ? (message.result as Record<string, number>[]) : [],
        );
    const liquidations = results('futures.public_liquidates');
    expect(new Set(liquidations.map(({ contract }) => contract))).toEqual(new Set(['BTC_USDT', 'ETH_USDT']));
    // A falling market closes longs, by selling.
    expect(liquidations.filter(({ size }) => size! < 0).length).toBeGreaterThan(0.9 * liquidations.length);
    expect(results('futures.contract_stats')).toHaveLength(3);
  });
});
