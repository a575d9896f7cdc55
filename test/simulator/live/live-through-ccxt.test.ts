import { gate, kraken, krakenfutures } from 'ccxt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSimulator, startSimulator } from '#shared/adapters/simulator/start-simulator.ts';

let simulator: RunningSimulator;

beforeAll(async () => {
  simulator = await startSimulator({ seed: '2', clock: 'virtual', symbols: ['BTC', 'ETH'], levels: 60 });
  simulator.advance(120_000);
});

afterAll(() => simulator.close());

const unlimited = { enableRateLimit: false } as const;

describe('ccxt’s krakenfutures client', () => {
  const open = async (): Promise<krakenfutures> => {
    const client = new krakenfutures({ ...unlimited, urls: simulator.krakenFuturesUrls });
    await client.loadMarkets();
    return client;
  };

  it('lists linear and inverse perpetuals with their steps', async () => {
    const client = await open();
    expect(Object.keys(client.markets ?? {}).toSorted()).toEqual(['BTC/USD:BTC', 'BTC/USD:USD', 'ETH/USD:ETH', 'ETH/USD:USD']);
    expect(client.market('BTC/USD:USD')).toMatchObject({
      id: 'PF_XBTUSD',
      linear: true,
      swap: true,
      active: true,
      precision: { price: 0.5, amount: 0.0001 },
    });
  });

  it('reads book, ticker, trades, bars and funding', async () => {
    const client = await open();
    const symbol = 'BTC/USD:USD';
    const truth = simulator.judge.book('kraken_futures', 'PF_XBTUSD')!;
    const book = await client.fetchOrderBook(symbol);
    expect(book.bids.map(([price, size]) => [price, size])).toEqual(
      truth.bids.map(({ price, size }) => [price / 10, size / 10_000]),
    );
    expect((await client.fetchTicker(symbol)).bid).toBe(truth.bids[0]!.price / 10);
    expect(Object.keys(await client.fetchTickers())).toHaveLength(4);
    const trades = await client.fetchTrades(symbol, undefined, 20);
    expect(trades).toHaveLength(20);
    expect(trades.at(-1)?.timestamp).toBeLessThanOrEqual(simulator.nowMs());
    const bars = await client.fetchOHLCV(symbol, '1h', simulator.nowMs() - 5 * 3_600_000);
    expect(bars.length).toBeGreaterThanOrEqual(5);
    const rates = await client.fetchFundingRateHistory(symbol);
    expect(rates).toHaveLength(720);
    expect(Math.abs((await client.fetchFundingRates([symbol]))[symbol]!.fundingRate!)).toBeLessThan(0.0025);
  });
});

describe('ccxt’s gate client on futures', () => {
  const open = async (): Promise<gate> => {
    const client = new gate({ ...unlimited, urls: simulator.gateUrls, options: { defaultType: 'swap' } });
    await client.loadMarkets();
    return client;
  };

  it('lists the contracts and reads book, ticker, trades and bars', async () => {
    const client = await open();
    const symbol = 'BTC/USDT:USDT';
    expect(client.market(symbol)).toMatchObject({ id: 'BTC_USDT', swap: true, linear: true, active: true, contractSize: 0.0001 });
    const truth = simulator.judge.book('gate_futures', 'BTC_USDT', 20)!;
    const book = await client.fetchOrderBook(symbol, 20);
    expect([book.nonce, book.asks.map(([price, size]) => [price, size])]).toEqual([
      truth.sequence,
      truth.asks.map(({ price, size }) => [price / 10, size]),
    ]);
    expect((await client.fetchTicker(symbol)).bid).toBe(truth.bids[0]!.price / 10);
    expect(await client.fetchTrades(symbol, undefined, 10)).toHaveLength(10);
    const to = Math.floor(simulator.nowMs() / 1000);
    expect(await client.fetchOHLCV(symbol, '1m', undefined, 30, { to })).toHaveLength(30);
    expect(await client.fetchOHLCV(symbol, '1h', undefined, 3, { to, price: 'mark' })).toHaveLength(3);
  });

  it('reads funding, open interest and liquidations', async () => {
    const client = await open();
    const symbol = 'BTC/USDT:USDT';
    expect((await client.fetchFundingRate(symbol)).interval).toBe('8h');
    expect(await client.fetchFundingRateHistory(symbol, undefined, 9)).toHaveLength(9);
    const interest = await client.fetchOpenInterestHistory(symbol, '1h', undefined, 4);
    expect(interest.map(({ openInterestAmount: amount }) => amount! > 1000)).toEqual([true, true, true, true]);
    simulator.inject({ kind: 'liquidation_cascade', surface: 'gate_futures' });
    simulator.advance(90_000);
    const liquidations = await client.fetchLiquidations(symbol);
    expect(liquidations.length).toBeGreaterThan(3);
  });

  it('still reads spot, lists and daily candles beside it', async () => {
    const client = new gate({ ...unlimited, urls: simulator.gateUrls });
    await client.loadMarkets();
    expect((await client.fetchOrderBook('ETH/USDT', 10)).bids).toHaveLength(10);
    expect(await client.fetchTrades('ETH/USDT', undefined, 5)).toHaveLength(5);
    const to = Math.floor(simulator.nowMs() / 1000);
    expect(await client.fetchOHLCV('ETH/USDT', '1m', undefined, 5, { to })).toHaveLength(5);
    expect(await client.fetchOHLCV('SOL/USDT', '1d', undefined, 5, { to })).toHaveLength(5);
  });
});

describe('ccxt’s kraken client', () => {
  it('reads live books, trades and minute bars, and the clock', async () => {
    const client = new kraken({ ...unlimited, urls: simulator.krakenUrls });
    await client.loadMarkets();
    expect(await client.fetchTime()).toBe(Math.floor(simulator.nowMs() / 1000) * 1000);
    const truth = simulator.judge.book('kraken_spot', 'BTC/USD', 5)!;
    const book = await client.fetchOrderBook('BTC/USD', 5);
    // The venue cuts sizes to three decimals here.
    expect(book.bids.map(([price, size]) => [price, size])).toEqual(
      truth.bids.map(({ price, size }) => [price / 10, Math.floor(size / 100_000) / 1000]),
    );
    expect((await client.fetchTicker('BTC/USD')).ask).toBe(truth.asks[0]!.price / 10);
    expect(await client.fetchTrades('BTC/USD', undefined, 5)).toHaveLength(5);
    expect(await client.fetchOHLCV('BTC/USD', '1m')).toHaveLength(720);
    expect(await client.fetchOHLCV('BTC/USD', '1d')).toHaveLength(720);
  });
});
