import { describe, expect, it } from 'vitest';
import { createExchange, type Exchange } from '#shared/simulator/exchange.ts';

const TARGETS = [
  '/gate/api/v4/spot/currency_pairs',
  '/gate/api/v4/spot/candlesticks?currency_pair=BTC_USDT&interval=1d&limit=1000',
  '/gate/api/v4/spot/candlesticks?currency_pair=ETH_BTC&interval=1d&limit=50',
  '/gate/api/v4/spot/tickers?currency_pair=DOGE_USDT',
  '/kraken/0/public/AssetPairs',
  '/kraken/0/public/OHLC?pair=XBTUSDT&interval=1440',
  '/kraken/0/public/Ticker?pair=XXBTZUSD',
];

const ask = (exchange: Exchange, target: string): string =>
  exchange.handle({ client: 'a', method: 'GET', target, atMs: 0 }).answer.body;

describe('the exchange', () => {
  it('gives the same answers in any order of requests', () => {
    const forward = createExchange({ seed: '5' });
    const backward = createExchange({ seed: '5' });
    const answers = TARGETS.map((target) => ask(forward, target));
    expect(TARGETS.toReversed().map((target) => ask(backward, target))).toEqual(answers.toReversed());
  });

  it('logs the same hash for the same requests and another one for another seed', () => {
    const [first, second, other] = ['5', '5', '6'].map((seed) => createExchange({ seed }));
    for (const exchange of [first!, second!, other!]) for (const target of TARGETS) ask(exchange, target);
    expect(first!.log.hash()).toBe(second!.log.hash());
    expect(first!.log.hash()).not.toBe(other!.log.hash());
  });

  it('knows its own paths only', () => {
    const exchange = createExchange();
    const status = (target: string): number => exchange.handle({ client: 'a', method: 'GET', target, atMs: 0 }).answer.status;
    expect(['/gatex/api/v4/spot/time', '/gate/api/v4/nothing', '/'].map(status)).toEqual([404, 404, 404]);
    expect(status('/gate/api/v4/spot/currency_pairs/%E0%A4%A')).toBe(400);
    expect(status('/gate/api/v4/spot/currency_pairs/%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9F_USDT')).toBe(200);
    expect(ask(exchange, '/kraken/0/public/Nothing')).toBe('{"error":["EGeneral:Unknown method"]}');
    expect(ask(exchange, '/kraken/0/private/Balance')).toBe('{"error":["EAPI:Invalid key"]}');
  });
});
