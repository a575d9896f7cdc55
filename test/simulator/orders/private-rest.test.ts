import { beforeEach, describe, expect, it } from 'vitest';
import { krakenSignature } from '#shared/simulator/venues/kraken-private/api-keys.ts';
import { PrivateClient } from './private-client.ts';

interface Line {
  readonly txid: string;
  readonly price: string;
}

let client: PrivateClient;

beforeEach(() => {
  client = new PrivateClient();
});

describe('private calls', () => {
  it('are signed as the vector says', () => {
    const body = 'nonce=1700000000001&pair=XBTUSD&type=buy&ordertype=limit&volume=0.01&cl_ord_id=abc-1&price=50000&oflags=post';
    const secret = 'c2ltdWxhdG9yLW9ubHktbm90LWEtcmVhbC1zZWNyZXQ=';
    expect(krakenSignature(secret, '/0/private/AddOrder', '1700000000001', body)).toBe(
      's8Hh7CbRJCWYjzeF4BV+AQJ889eYT8KA38IS7zdYLv+7jb6zlxQa2hcF5sZER8ZbXCkRk35DpvCas5eSO6WdpA==',
    );
  });

  it('are refused with a wrong signature, and after five of them for a minute', () => {
    const texts = Array.from({ length: 6 }, () => client.call('Balance', {}, false)!.error[0]);
    expect(texts.slice(0, 4)).toEqual(Array<string>(4).fill('EAPI:Invalid signature'));
    expect(texts.slice(4)).toEqual(['EGeneral:Temporary lockout', 'EGeneral:Temporary lockout']);
    expect(client.call('Balance')!.error).toEqual(['EGeneral:Temporary lockout']);
    client.pass(61_000);
    expect(client.call('Balance')!.error).toEqual([]);
  });

  it('need a nonce above the highest, which a refused order uses up too', () => {
    expect(client.order({ volume: '1000', price: client.touch.bid })!.error).toEqual(['EOrder:Insufficient funds']);
    const used = String(client.nonce);
    expect(client.call('Balance', { nonce: used })!.error).toEqual(['EAPI:Invalid nonce']);
    expect(client.call('Balance')!.error).toEqual([]);
  });

  it('count up to fifteen, and time lets them go again', () => {
    const errors = Array.from({ length: 16 }, () => client.call('Balance')!.error[0]);
    expect([errors.slice(0, 15).filter(Boolean), errors[15]]).toEqual([[], 'EAPI:Rate limit exceeded']);
    client.pass(4_000);
    expect(client.call('Balance')!.error).toEqual([]);
    // Orders have a counter of their own.
    expect(client.order({ price: client.touch.bid, oflags: 'post' })!.error).toEqual([]);
  });

  it('are unknown in maintenance, and for other methods', () => {
    expect(client.call('WithdrawEverything')!.error).toEqual(['EGeneral:Unknown method']);
    client.simulator.inject({ kind: 'maintenance', surface: 'kraken_spot', durationMs: 5_000 });
    expect(client.call('Balance')!.error).toEqual(['EService:Unavailable']);
  });
});

describe('orders', () => {
  const balances = () => client.call('BalanceEx')!.result as Record<string, { balance: string; hold_trade: string }>;

  it('that cross the book trade at its prices, with the taker’s fee', () => {
    const before = client.touch;
    const { error, result } = client.order({ price: (Number(before.ask) * 1.01).toFixed(before.digits) })!;
    expect(error).toEqual([]);
    const [txid] = result.txid as string[];
    const row = (client.call('QueryOrders', { txid: txid!, trades: 'true' })!.result as Record<string, Record<string, unknown>>)[
      txid!
    ]!;
    expect(row).toMatchObject({ status: 'closed', vol: '0.01000000', vol_exec: '0.01000000' });
    expect(Number(row.price)).toBeGreaterThanOrEqual(Number(before.ask));
    expect(Number(row.fee)).toBeCloseTo(Number(row.cost) * 0.004, 4);
    const { XXBT, ZUSD } = balances();
    expect([XXBT!.balance, ZUSD!.hold_trade]).toEqual(['1.0100000000', '0.0000000000']);
    expect(Number(ZUSD!.balance)).toBeCloseTo(100_000 - Number(row.cost) - Number(row.fee), 4);
    const { trades, count } = client.call('TradesHistory')!.result as { trades: Record<string, unknown>; count: number };
    expect([Object.keys(trades), count]).toEqual([row.trades, (row.trades as string[]).length]);
  });

  it('that rest hold what they can cost, are in the public book, and are met by price and time as makers', () => {
    const { bid, digits, tick } = client.touch;
    const price = (Number(bid) + tick / 10 ** digits).toFixed(digits);
    const { result } = client.order({ price, oflags: 'post', volume: '0.002' })!;
    const [txid] = result.txid as string[];
    const cost = Number(price) * 0.002;
    expect(Number(balances().ZUSD!.hold_trade)).toBeCloseTo(cost * 1.004, 3);
    expect(client.touch.bid).toBe(price);
    const stateOf = () =>
      (client.call('QueryOrders', { txid: txid! })!.result as Record<string, Record<string, unknown>>)[txid!]!;
    for (let second = 0; second < 600 && stateOf().status === 'open'; second++) client.pass(10_000);
    expect(stateOf()).toMatchObject({ status: 'closed', price });
    expect(Number(stateOf().fee)).toBeCloseTo(cost * 0.0025, 4);
    expect([balances().XXBT!.balance, balances().ZUSD!.hold_trade]).toEqual(['1.0020000000', '0.0000000000']);
  });

  it('are refused in the venue’s words', () => {
    const { ask, bid } = client.touch;
    const errors = (fields: Readonly<Record<string, string>>) => client.order(fields)!.error[0];
    expect(errors({ price: ask, oflags: 'post' })).toBe('EOrder:Post only order');
    expect(errors({ price: bid, volume: '0.00001' })).toBe('EOrder:Order minimum not met');
    expect(errors({ price: bid, pair: 'NOPE' })).toBe('EQuery:Unknown asset pair');
    expect(errors({ price: `${bid}123` })).toBe('EOrder:Invalid price');
    expect(errors({ type: 'sell', price: ask, volume: '1.5' })).toBe('EOrder:Insufficient funds');
    const past = new Date(client.simulator.nowMs - 1_000).toISOString();
    expect(errors({ price: bid, deadline: past })).toBe('EOrder:Deadline elapsed');
    expect(client.call('CancelOrder', { txid: 'OAAAAA-AAAAA-AAAAAA' })!.error).toEqual(['EOrder:Unknown order']);
    client.simulator.inject({ kind: 'halt', surface: 'kraken_spot', symbol: 'BTC/USD' });
    expect(errors({ price: bid })).toBe('EService:Market in cancel_only mode');
  });

  it('have client ids that are free again once the order has ended', () => {
    const fields = { price: (Number(client.touch.bid) * 0.9).toFixed(client.touch.digits), cl_ord_id: 'intent-1' };
    expect(client.order(fields)!.error).toEqual([]);
    expect(client.order(fields)!.error).toEqual(['EOrder:Duplicate cl_ord_id']);
    expect(client.call('CancelOrder', { cl_ord_id: 'intent-1' })!.result).toEqual({ count: 1 });
    expect(client.order(fields)!.error).toEqual([]);
  });

  it('at once or never leave nothing behind', () => {
    const { bid } = client.touch;
    const { result } = client.order({ price: bid, timeinforce: 'IOC' })!;
    const [txid] = result.txid as string[];
    const rows = client.call('ClosedOrders')!.result as { closed: Record<string, Record<string, unknown>>; count: number };
    expect(rows.closed[txid!]).toMatchObject({ status: 'canceled', vol_exec: '0.00000000' });
    expect(Object.keys((client.call('OpenOrders')!.result as { open: object }).open)).toEqual([]);
  });

  it('change size and price in place, or are replaced by another', () => {
    const low = (share: number) => (Number(client.touch.bid) * share).toFixed(client.touch.digits);
    const [txid] = client.order({ price: low(0.9) })!.result.txid as string[];
    expect(client.call('AmendOrder', { txid: txid!, order_qty: '0.02', limit_price: low(0.8) })!.error).toEqual([]);
    const { open } = client.call('OpenOrders')!.result as { open: Record<string, { vol: string; descr: { price: string } }> };
    expect([open[txid!]!.vol, open[txid!]!.descr.price]).toEqual(['0.02000000', low(0.8)]);
    const edited = client.call('EditOrder', { txid: txid!, pair: 'XBTUSD', volume: '0.03' })!.result;
    expect([edited.originaltxid, edited.status]).toEqual([txid, 'ok']);
    expect(Object.keys((client.call('OpenOrders')!.result as { open: object }).open)).toEqual([edited.txid]);
  });

  it('that are refused a change stay as they were, with their funds and their place', () => {
    const [first, second] = twoInLine();
    const before = balances().ZUSD!.hold_trade;
    const errors = [
      client.call('EditOrder', { txid: first.txid, pair: 'XBTUSD', volume: '1000' })!.error,
      client.call('EditOrder', { txid: first.txid, pair: 'XBTUSD', price: '0' })!.error,
      client.call('AmendOrder', { txid: first.txid, order_qty: '1000' })!.error,
      client.call('AmendOrder', { txid: first.txid, limit_price: client.touch.ask, order_qty: '0.00000001' })!.error,
    ];
    expect(errors.flat()).toEqual([
      'EOrder:Insufficient funds',
      'EOrder:Invalid price',
      'EOrder:Insufficient funds',
      'EOrder:Order minimum not met',
    ]);
    expect(Object.keys((client.call('OpenOrders')!.result as { open: object }).open)).toEqual([first.txid, second.txid]);
    expect(balances().ZUSD!.hold_trade).toBe(before);
    expect(firstMet(first, second)).toEqual(['0.00300000', '0.00000000']);
  });

  it('keep their place with a smaller size, and lose it with a larger one', () => {
    const [first, second] = twoInLine();
    expect(client.call('AmendOrder', { txid: first.txid, order_qty: '0.002' })!.error).toEqual([]);
    expect(firstMet(first, second)).toEqual(['0.00200000', '0.00100000']);
    client = new PrivateClient();
    const [third, fourth] = twoInLine();
    expect(client.call('AmendOrder', { txid: third.txid, order_qty: '0.004' })!.error).toEqual([]);
    expect(firstMet(third, fourth)).toEqual(['0.00000000', '0.00300000']);
  });

  it('take new prices on the grid only, and need no deadline that is over', () => {
    const low = (Number(client.touch.bid) * 0.9).toFixed(client.touch.digits);
    const deadline = new Date(client.simulator.nowMs + 2_000).toISOString();
    const [txid] = client.order({ price: low, deadline })!.result.txid as string[];
    client.pass(5_000);
    expect(client.call('AmendOrder', { txid: txid!, order_qty: '0.02' })!.error).toEqual([]);
    expect(client.call('AmendOrder', { txid: txid!, order_qty: '0.03', deadline })!.error).toEqual(['EOrder:Deadline elapsed']);
    client.simulator.inject({ kind: 'precision_change', surface: 'kraken_spot', symbol: 'BTC/USD' });
    const offGrid = `${low}1`;
    expect(client.call('AmendOrder', { txid: txid!, limit_price: offGrid })!.error).toEqual(['EOrder:Invalid price']);
    expect(client.call('EditOrder', { txid: txid!, pair: 'XBTUSD', price: offGrid })!.error).toEqual(['EOrder:Invalid price']);
    expect(client.call('AmendOrder', { txid: txid!, limit_price: `${low}0`, order_qty: '0.04' })!.error).toEqual([]);
  });

  /** Two orders one behind the other, alone at a price better than the market's. */
  function twoInLine(): readonly [Line, Line] {
    const { bid, digits, tick } = client.touch;
    const price = (Number(bid) + tick / 10 ** digits).toFixed(digits);
    const rested = () => client.order({ price, volume: '0.003', oflags: 'post' })!.result.txid as readonly [string];
    return [
      { txid: rested()[0], price },
      { txid: rested()[0], price },
    ];
  }

  /** What each of two orders has got once somebody sold 0.003 at their price. */
  function firstMet(first: Line, second: Line): readonly unknown[] {
    const market = client.simulator.market.find('kraken_spot', 'BTC/USD')!;
    const { priceDigits, sizeDigits } = market.spec;
    const limit = Math.round(Number(first.price) * 10 ** priceDigits);
    market.take('sell', Math.round(0.003 * 10 ** sizeDigits), limit, () => false, client.simulator.nowMs * 1000);
    const rows = client.call('QueryOrders', { txid: `${first.txid},${second.txid}` })!.result as Record<
      string,
      { vol_exec: string }
    >;
    return [rows[first.txid]!.vol_exec, rows[second.txid]!.vol_exec];
  }

  it('of a dead man are cancelled when he does not call again', () => {
    const low = (Number(client.touch.bid) * 0.9).toFixed(client.touch.digits);
    client.order({ price: low });
    client.call('CancelAllOrdersAfter', { timeout: '10' });
    client.pass(8_000);
    client.call('CancelAllOrdersAfter', { timeout: '10' });
    client.pass(8_000);
    const open = () => Object.keys((client.call('OpenOrders')!.result as { open: object }).open).length;
    expect(open()).toBe(1);
    client.pass(3_000);
    expect(open()).toBe(0);
    client.order({ price: low });
    client.call('CancelAllOrdersAfter', { timeout: '10' });
    client.call('CancelAllOrdersAfter', { timeout: '0' });
    client.pass(20_000);
    expect(open()).toBe(1);
  });

  it('never meet those of the same account', () => {
    const { bid, ask, digits, tick } = client.touch;
    const inside = (Number(bid) + tick / 10 ** digits).toFixed(digits);
    expect(Number(inside)).toBeLessThan(Number(ask));
    client.order({ price: inside });
    const { result } = client.order({ type: 'sell', price: inside })!;
    const [txid] = result.txid as string[];
    expect((client.call('QueryOrders', { txid: txid! })!.result as Record<string, unknown>)[txid!]).toMatchObject({
      status: 'canceled',
      reason: 'Self trade prevention',
      vol_exec: '0.00000000',
    });
  });

  it('follow their pair to more digits, and have all of them', () => {
    const low = (Number(client.touch.bid) * 0.9).toFixed(client.touch.digits);
    const [txid] = client.order({ price: low })!.result.txid as string[];
    client.simulator.inject({ kind: 'precision_change', surface: 'kraken_spot', symbol: 'BTC/USD' });
    const { open } = client.call('OpenOrders')!.result as { open: Record<string, { descr: { price: string } }> };
    expect(open[txid!]!.descr.price).toBe(`${low}0`);
    expect(client.call('CancelOrder', { txid: txid! })!.result).toEqual({ count: 1 });
    expect(balances().ZUSD!.hold_trade).toBe('0.0000000000');
  });

  it('of a pair with ten digits are as exact', () => {
    const fine = new PrivateClient({ symbols: ['PEPE'] });
    const { spec, book } = fine.simulator.market.find('kraken_spot', 'PEPE/USD')!;
    fine.simulator.inject({ kind: 'precision_change', surface: 'kraken_spot', symbol: 'PEPE/USD' });
    const digits = spec.priceDigits + 1;
    const price = (book.bids.prices[0]! / 10 ** digits).toFixed(digits);
    const volume = (100_000_000).toFixed(spec.sizeDigits);
    expect(fine.order({ pair: 'PEPEUSD', price, volume, oflags: 'post' })!.error).toEqual([]);
    const held = (fine.call('BalanceEx')!.result as Record<string, { hold_trade: string }>).ZUSD!.hold_trade;
    expect(Number(held)).toBeCloseTo(Number(price) * 100_000_000 * 1.004, 3);
  });

  it('of sixty a pair make the next wait', () => {
    const low = (Number(client.touch.bid) * 0.9).toFixed(client.touch.digits);
    const errors = Array.from({ length: 61 }, () => client.order({ price: low, volume: '0.0002' })!.error[0]);
    expect(errors.indexOf('EOrder:Rate limit exceeded')).toBe(60);
  });
});
