import ccxt, { InsufficientFunds, kraken } from 'ccxt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSimulator, startSimulator } from '#shared/adapters/simulator/start-simulator.ts';
import { amountText } from '#shared/simulator/orders/amount.ts';
import { PAPER_ACCOUNT } from '#shared/simulator/orders/order-side.ts';

const SYMBOL = 'BTC/USD';
/** However busy the machine is. */
const PATIENT = { timeout: 15_000 };
let simulator: RunningSimulator;
let client: kraken;

beforeAll(async () => {
  simulator = await startSimulator({ seed: '5', clock: 'virtual', symbols: ['BTC'], levels: 40 });
  client = new kraken({
    urls: simulator.krakenUrls,
    enableRateLimit: false,
    apiKey: PAPER_ACCOUNT.key,
    secret: PAPER_ACCOUNT.secret,
  });
  await client.loadMarkets();
});

afterAll(() => simulator.close());

const bestBid = async (): Promise<number> => (await client.fetchOrderBook(SYMBOL)).bids[0]![0]!;

describe('ccxt’s kraken client with an account', () => {
  it('reads balances and fees', async () => {
    const balance = await client.fetchBalance();
    expect([balance.USD!.total, balance.BTC!.total, balance.ETH!.free]).toEqual([100_000, 1, 10]);
    expect((await client.fetchTradingFee(SYMBOL)).taker).toBeCloseTo(0.004, 9);
  });

  it('creates, queries, amends and cancels an order', async () => {
    const low = Number(client.priceToPrecision(SYMBOL, (await bestBid()) * 0.9));
    const created = await client.createOrder(SYMBOL, 'limit', 'buy', 0.01, low, { clientOrderId: 'mine-1', postOnly: true });
    const id = created.id!;
    expect(await client.fetchOrder(id, SYMBOL)).toMatchObject({ id, status: 'open', price: low, amount: 0.01, filled: 0 });
    expect((await client.fetchOpenOrders(SYMBOL)).map((order) => order.id)).toEqual([id]);
    await client.editOrder(id, SYMBOL, 'limit', 'buy', 0.02, low);
    expect(await client.fetchOrder(id, SYMBOL)).toMatchObject({ status: 'open', amount: 0.02 });
    await client.cancelOrder(id, SYMBOL);
    expect((await client.fetchOrder(id, SYMBOL)).status).toBe('canceled');
    expect(simulator.orders.desk.orders('paper').filter(({ status }) => status === 'open')).toEqual([]);
  });

  it('trades, and sees what it traded', async () => {
    const order = await client.createOrder(SYMBOL, 'market', 'sell', 0.05);
    const told = await client.fetchOrder(order.id!, SYMBOL);
    expect(told).toMatchObject({ status: 'closed', filled: 0.05, side: 'sell' });
    const trades = await client.fetchMyTrades(SYMBOL);
    expect(trades.reduce((sum, trade) => sum + trade.amount!, 0)).toBeCloseTo(0.05, 9);
    const balance = await client.fetchBalance();
    expect(balance.BTC!.total).toBe(0.95);
    const truth = simulator.orders.desk.wallet('paper');
    expect(balance.USD!.total).toBeCloseTo(Number(amountText(truth.total('USD'))), 6);
    await expect(client.createOrder(SYMBOL, 'market', 'sell', 5)).rejects.toBeInstanceOf(InsufficientFunds);
  });

  it('follows its orders, fills and balances by WebSocket', async () => {
    const stream = new ccxt.pro.kraken({
      urls: { api: { ...simulator.krakenUrls.api, ws: socketUrls() } },
      enableRateLimit: false,
      apiKey: PAPER_ACCOUNT.key,
      secret: PAPER_ACCOUNT.secret,
    });
    // Above those of the other client with the same key.
    stream.nonce = () => 2 * Date.now();
    await stream.loadHttpProxyAgent();
    try {
      await stream.loadMarkets();
      const orders = stream.watchOrders(SYMBOL);
      orders.catch(() => undefined);
      await expect.poll(() => simulator.eventLog().some((line) => line.includes('"channel":"executions"')), PATIENT).toBe(true);
      const { id } = await stream.createOrder(SYMBOL, 'market', 'buy', 0.01);
      expect((await orders).map((order) => order.id)).toEqual([id]);
      const told = (cache: unknown): Told[] => [...((cache ?? []) as Iterable<Told>)];
      await expect.poll(() => told(stream.orders), PATIENT).toMatchObject([{ id, status: 'closed', filled: 0.01 }]);
      const bought = () => told(stream.myTrades).filter(({ order, side }) => order === id && side === 'buy');
      await expect.poll(() => bought().reduce((sum, { amount }) => sum + amount, 0), PATIENT).toBeCloseTo(0.01, 9);
    } finally {
      await stream.close();
    }
  }, 60_000);
});

interface Told {
  readonly order: string;
  readonly side: string;
  readonly amount: number;
}

function socketUrls() {
  const url = simulator.streamUrls.kraken_spot;
  return { publicV2: url, privateV2: url, public: url, private: url, beta: url, 'beta-private': url };
}
