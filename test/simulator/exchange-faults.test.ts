import { DDoSProtection, ExchangeNotAvailable, gate, kraken, type NetworkError, RateLimitExceeded, RequestTimeout } from 'ccxt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SampleExchange, startSampleExchange } from '#shared/adapters/simulator/start-sample-exchange.ts';
import type { Fault } from '#shared/simulator/faults/fault.ts';
import { faultPlan } from '#shared/simulator/faults/fault-plan.ts';
import { rateLimiter } from '#shared/simulator/rate-limit.ts';

let exchange: SampleExchange;

beforeEach(async () => {
  exchange = await startSampleExchange({ control: true });
});

afterEach(() => exchange.close());

const get = (path: string, init?: RequestInit): Promise<Response> => fetch(`${exchange.url}${path}`, init);

describe('faults as ccxt sees them', () => {
  it.each<[Fault, typeof NetworkError]>([
    [{ kind: 'http_429', target: '/spot/time' }, RateLimitExceeded],
    [{ kind: 'http_5xx', target: '/spot/time', status: 503 }, ExchangeNotAvailable],
    [{ kind: 'http_timeout', target: '/spot/time' }, RequestTimeout],
  ])('gate: %j', async (fault, errorClass) => {
    const client = new gate({ urls: exchange.gateUrls, enableRateLimit: false, timeout: 300 });
    exchange.injectFault(fault);
    await expect(client.fetchTime()).rejects.toBeInstanceOf(errorClass);
    expect(await client.fetchTime()).toBe(exchange.nowMs);
  });

  it.each<[Fault, typeof NetworkError]>([
    [{ kind: 'http_429', target: 'Time' }, RateLimitExceeded],
    [{ kind: 'http_5xx', target: 'Time' }, ExchangeNotAvailable],
    [{ kind: 'http_timeout', target: 'Time' }, RequestTimeout],
  ])('kraken: %j', async (fault, errorClass) => {
    const client = new kraken({ urls: exchange.krakenUrls, enableRateLimit: false, timeout: 300 });
    exchange.injectFault(fault);
    await expect(client.fetchTime()).rejects.toBeInstanceOf(errorClass);
    expect(await client.fetchTime()).toBe(exchange.nowMs);
  });
});

/** Why a collector must look at what ccxt hands over: an answer that is not JSON passes as data. */
describe('answers that ccxt does not notice', () => {
  it.each<Fault>([{ kind: 'http_truncated' }, { kind: 'http_html' }])(
    '%j becomes rows without numbers, or no rows',
    async (fault) => {
      const atGate = new gate({ urls: exchange.gateUrls, enableRateLimit: false });
      const atKraken = new kraken({ urls: exchange.krakenUrls, enableRateLimit: false });
      await Promise.all([atGate.loadMarkets(), atKraken.loadMarkets()]);
      exchange.injectFault(fault);
      const gateRows = await atGate.fetchOHLCV('BTC/USDT', '1d');
      expect(gateRows.length).toBeGreaterThan(0);
      expect(new Set(gateRows.flat())).toEqual(new Set([undefined]));
      exchange.injectFault(fault);
      expect(await atKraken.fetchOHLCV('BTC/USDT', '1d')).toEqual([]);
    },
  );
});

describe('faults on the wire', () => {
  it('says when to come back, unless told not to', async () => {
    exchange.injectFault({ kind: 'http_429', retryAfterSec: 7 });
    const first = await get('/gate/api/v4/spot/time');
    expect([first.status, first.headers.get('retry-after')]).toEqual([429, '7']);
    expect(await first.json()).toMatchObject({ label: 'TOO_MANY_REQUESTS' });
    exchange.injectFault({ kind: 'http_429', retryAfterSec: 0 });
    expect((await get('/kraken/0/public/Time')).headers.get('retry-after')).toBeNull();
  });

  it('cuts the text in the middle, or the connection', async () => {
    exchange.injectFault({ kind: 'http_truncated' });
    const cutText = await (await get('/gate/api/v4/spot/currency_pairs')).text();
    expect(() => JSON.parse(cutText) as unknown).toThrow(SyntaxError);
    exchange.injectFault({ kind: 'http_truncated', cutConnection: true });
    await expect(get('/gate/api/v4/spot/currency_pairs').then((r) => r.text())).rejects.toThrow();
  });

  it('shows a maintenance page with status 200, and a slow but true answer', async () => {
    exchange.injectFault({ kind: 'http_html' });
    const page = await get('/gate/api/v4/spot/time');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html']);
    exchange.injectFault({ kind: 'http_slow', delayMs: 30 });
    expect(await (await get('/gate/api/v4/spot/time')).json()).toEqual({ server_time: exchange.nowMs });
  });

  it('takes faults over HTTP, refuses wrong ones, and logs every injection', async () => {
    const post = (fault: unknown) => get('/__sim/fault', { method: 'POST', body: JSON.stringify(fault) });
    expect((await post({ kind: 'http_5xx', status: 502, at: 2 })).status).toBe(200);
    expect((await post({ kind: 'http_418' })).status).toBe(400);
    expect([(await get('/gate/api/v4/spot/time')).status, (await get('/gate/api/v4/spot/time')).status]).toEqual([200, 502]);
    expect(exchange.eventLog().map((line) => line.split(' ').slice(0, 5).join(' '))).toEqual([
      'GET gate /api/v4/spot/time 200 -',
      'GET gate /api/v4/spot/time 502 http_5xx',
    ]);
    expect(await (await get('/__sim/hash')).json()).toEqual({ sha256: exchange.eventLogHash() });
    expect((await get('/__sim/reset', { method: 'POST' })).status).toBe(200);
  });

  it('has no control requests unless asked for', async () => {
    const plain = await startSampleExchange();
    expect((await fetch(`${plain.url}/__sim/hash`)).status).toBe(404);
    await plain.close();
  });
});

describe('planned faults', () => {
  const texts = Array.from({ length: 400 }, (_, i) => `gate /spot/candlesticks?currency_pair=S${i}_USDT`);

  it('meet requests from number `at` on, `count` of them, of the target only', () => {
    const plan = faultPlan('1', [{ kind: 'http_429', target: 'BTC', at: 2, count: 2 }]);
    const met = ['BTC', 'ETH', 'BTC', 'BTC', 'ETH', 'BTC'].map((text) => plan.meet(text)?.kind);
    expect(met).toEqual([undefined, undefined, 'http_429', 'http_429', undefined, undefined]);
  });

  it('by rate depend on the seed and not on the order of different requests', () => {
    const decide = (seed: string, order: readonly string[]) => {
      const plan = faultPlan(seed, [{ kind: 'http_5xx', rate: 0.1 }]);
      return order.filter((text) => plan.meet(text) !== undefined).toSorted();
    };
    const forward = decide('1', texts);
    expect(forward.length).toBeGreaterThan(20);
    expect(forward.length).toBeLessThan(60);
    expect(decide('1', texts.toReversed())).toEqual(forward);
    expect(decide('2', texts)).not.toEqual(forward);
  });
});

describe('the rate limit', () => {
  it('is a bucket per client that refills with time and says how long to wait', () => {
    const limit = rateLimiter({ requests: 2, perMs: 4000 });
    expect([limit('a', 0), limit('a', 0), limit('a', 0)]).toMatchObject([
      { allowed: true, remaining: 1 },
      { allowed: true, remaining: 0 },
      { allowed: false, retryAfterSec: 2 },
    ]);
    expect(limit('b', 0).allowed).toBe(true);
    expect([limit('a', 1999).allowed, limit('a', 2000).allowed]).toEqual([false, true]);
  });

  it('answers 429 with Retry-After through ccxt as RateLimitExceeded', async () => {
    const strict = await startSampleExchange({ rateLimit: { requests: 2, perMs: 600_000 } });
    const client = new gate({ urls: strict.gateUrls, enableRateLimit: false });
    await client.fetchTime();
    await client.fetchTime();
    await expect(client.fetchTime()).rejects.toBeInstanceOf(RateLimitExceeded);
    expect(RateLimitExceeded.prototype).not.toBeInstanceOf(DDoSProtection);
    const response = await fetch(`${strict.url}/gate/api/v4/spot/time`);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(100);
    await strict.close();
  });
});

describe('stopping', () => {
  it('drops waiting connections, frees the port and can be asked twice', async () => {
    exchange.injectFault({ kind: 'http_timeout' });
    const waiting = get('/gate/api/v4/spot/time').then(
      () => 'answered',
      () => 'dropped',
    );
    await expect.poll(() => exchange.eventLog().length).toBe(1);
    await exchange.close();
    await exchange.close();
    expect(await waiting).toBe('dropped');
    const port = Number(new URL(exchange.url).port);
    const second = await startSampleExchange({ port });
    await expect(startSampleExchange({ port })).rejects.toMatchObject({ code: 'SIM_PORT_REFUSED' });
    await second.close();
  });
});
