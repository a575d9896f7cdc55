import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import ccxt from 'ccxt';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import venueTable from '#params/venues.json' with { type: 'json' };
import { ccxtSource } from '#shared/adapters/ccxt/ccxt-source.ts';
import { type SampleExchange, startSampleExchange } from '#shared/adapters/simulator/start-sample-exchange.ts';
import { dayOfMs, parseDay } from '#shared/core/calendar-day.ts';
import { parseVenueParams, venuePolicy } from '#shared/market/venue-policy/venue-policy.ts';
import type { CandleSource, SourceCandle } from '#shared/ports/candle-source.ts';
import { hourSourceLaws } from '../../laws/hour-source.ts';
import { instantClock } from '../instant-clock.ts';

const params = parseVenueParams(venueTable);
const strict = venuePolicy(params, 'us_strict', []);
const random = { next: () => 0.5 };

let exchange: SampleExchange;
beforeAll(async () => {
  exchange = await startSampleExchange({ seed: 'ccxt-source' });
});
afterEach(() => exchange.clearFaults());
afterAll(() => exchange.close());

function open(venue: string, clock = instantClock()) {
  return { clock, ...ccxtSource({ clock, random }, { venue, policy: strict, simUrl: exchange.url }) };
}

async function allPages(source: CandleSource, symbol: string, from: number, to: number) {
  const candles: SourceCandle[] = [];
  let pages = 0;
  for (let next: number | null = from; next !== null; pages++) {
    const page = await source.fetchPage({ symbol, from: next, to });
    candles.push(...page.candles);
    next = page.next;
  }
  return { candles, pages };
}

describe('policy at the factory', () => {
  it('refuses exactly the ids of the installed ccxt that the policy does not list', () => {
    const allowed = ccxt.exchanges.filter((id) => {
      try {
        ccxtSource({ clock: instantClock(), random }, { venue: id.toUpperCase(), policy: strict });
        return true;
      } catch (error) {
        if ((error as { code: string }).code === 'VENUE_REFUSED') return false;
        return (error as { code: string }).code === 'VENUE_ERROR';
      }
    });
    expect(allowed.sort()).toEqual(Object.keys(params.venues).sort());
    expect(ccxt.exchanges.length).toBeGreaterThan(90);
  });

  it('refuses every subclass of a refused client and every refused host as sample exchange', () => {
    for (const id of ['binanceus', 'okxus', 'myokx', 'kucoinfutures', 'bybiteu']) {
      expect(() => ccxtSource({ clock: instantClock(), random }, { venue: id, policy: strict })).toThrow(/refused_set/);
    }
    const simUrl = 'https://api.binance.com';
    expect(() => ccxtSource({ clock: instantClock(), random }, { venue: 'gate', policy: strict, simUrl })).toThrow(
      expect.objectContaining({ code: 'VENUE_REFUSED' }),
    );
  });
});

describe.each(['gate', 'kraken'])('%s through ccxt against the sample exchange', (venue) => {
  it('lists instruments in symbol order under common asset names', async () => {
    const { instruments } = open(venue);
    const list = await instruments.fetchInstruments();
    const symbols = list.instruments.map((instrument) => instrument.symbol);
    expect(symbols).toEqual([...symbols].sort());
    expect(list.instruments.find(({ symbol }) => symbol === 'BTCUSDT')).toEqual({
      symbol: 'BTCUSDT',
      status: 'TRADING',
      baseAsset: 'BTC',
      quoteAsset: 'USDT',
      isSpotTradingAllowed: true,
    });
    expect(await instruments.fetchInstruments()).toEqual(list);
  });

  it('pages through the history: ascending days, no duplicate, quote volume within the price range', async () => {
    const { candles } = open(venue);
    const to = dayOfMs(exchange.nowMs) - 1;
    const all = await allPages(candles, 'BTCUSDT', to - 1899, to);
    const finished = all.candles.filter((candle) => dayOfMs(candle.openTimeMs) <= to);
    expect(finished).toHaveLength(venue === 'kraken' ? 719 : 1900);
    expect(all.pages).toBe(venue === 'kraken' ? 1 : 2);
    finished.forEach((candle, at) => {
      expect(dayOfMs(candle.openTimeMs)).toBe(to - finished.length + 1 + at);
      expect(candle.quoteVolume).toBeGreaterThanOrEqual(candle.volume * candle.low * 0.999);
      expect(candle.quoteVolume).toBeLessThanOrEqual(candle.volume * candle.high * 1.001);
    });
  });

  it('names an unknown symbol', async () => {
    const { candles } = open(venue);
    await expect(candles.fetchPage({ symbol: 'NOSUCHUSDT', from: 20_000, to: 20_001 })).rejects.toMatchObject({
      code: 'SYMBOL_UNKNOWN',
      kind: 'terminal',
    });
  });
});

describe('faults of the venue', () => {
  const page = { symbol: 'ETHUSDT', from: parseDay('2024-01-01')!, to: parseDay('2024-01-10')! };

  it.each([
    ['http_5xx', {}],
    ['http_html', {}],
    ['http_truncated', {}],
    ['http_truncated', { cutConnection: true }],
    ['http_429', {}],
  ] as const)('%s %o is retried until the answer comes', async (kind, more) => {
    const { candles, clock } = open('gate');
    const whole = await candles.fetchPage(page);
    exchange.injectFault({ kind, target: 'candlesticks', count: 2, ...more });
    expect(await candles.fetchPage(page)).toEqual(whole);
    expect(clock.sleptMs).toHaveLength(2);
    const base = kind === 'http_429' ? 5000 : 500;
    expect(clock.sleptMs).toEqual([base * 0.75, base * 1.5]);
  });

  it('waits as long as Retry-After says', async () => {
    const { candles, clock } = open('gate');
    exchange.injectFault({ kind: 'http_429', target: 'candlesticks', count: 1, retryAfterSec: 37 });
    await candles.fetchPage(page);
    expect(clock.sleptMs).toEqual([37_000]);
  });

  it('does not wait longer than a minute', async () => {
    const { candles, clock } = open('gate');
    exchange.injectFault({ kind: 'http_429', target: 'candlesticks', count: 1, retryAfterSec: 3600 });
    await expect(candles.fetchPage(page)).rejects.toMatchObject({ code: 'VENUE_RATE_LIMITED', kind: 'transient' });
    expect(clock.sleptMs).toEqual([]);
  });

  it('gives up after five tries with a transient error', async () => {
    const { candles, clock } = open('gate');
    exchange.injectFault({ kind: 'http_5xx', target: 'candlesticks', rate: 1 });
    await expect(candles.fetchPage(page)).rejects.toMatchObject({ code: 'VENUE_UNAVAILABLE', kind: 'transient' });
    expect(clock.sleptMs).toHaveLength(4);
    expect(
      exchange.eventLog().filter((line) => line.includes('candlesticks') && line.includes('http_5xx')).length,
    ).toBeGreaterThan(4);
  });

  it('does not wait for ever for an answer', async () => {
    const hasty = venuePolicy({ ...params, http: { ...params.http, timeout_ms: 150, tries: 2 } }, 'us_strict', []);
    const { candles } = ccxtSource({ clock: instantClock(), random }, { venue: 'gate', policy: hasty, simUrl: exchange.url });
    await candles.fetchPage(page);
    exchange.injectFault({ kind: 'http_timeout', target: 'candlesticks', count: 2 });
    await expect(candles.fetchPage(page)).rejects.toMatchObject({ code: 'VENUE_UNAVAILABLE', kind: 'transient' });
    expect(await candles.fetchPage(page)).toHaveProperty('candles.length', 10);
  });

  it('ends the request under way when aborted', async () => {
    const { candles } = open('gate');
    await candles.fetchPage(page);
    exchange.injectFault({ kind: 'http_timeout', target: 'candlesticks', count: 1 });
    const controller = new AbortController();
    const call = candles.fetchPage({ ...page, signal: controller.signal });
    setTimeout(() => controller.abort(new Error('stop')), 20);
    await expect(call).rejects.toThrow('stop');
    expect(await candles.fetchPage(page)).toHaveProperty('candles.length', 10);
  });

  it('stops at once when aborted', async () => {
    const { candles, clock } = open('gate');
    const controller = new AbortController();
    controller.abort(new Error('stop'));
    await expect(candles.fetchPage({ ...page, signal: controller.signal })).rejects.toThrow('stop');
    expect(clock.sleptMs).toEqual([]);
  });
});

describe('bounds of HTTP', () => {
  let server: Server;
  let url = '';
  let answer: { status: number; headers: Record<string, string>; body: string | Buffer } = { status: 200, headers: {}, body: '' };
  beforeAll(async () => {
    server = createServer((_request, response) => response.writeHead(answer.status, answer.headers).end(answer.body));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const openWith = (http: Partial<typeof params.http>) => {
    const policy = venuePolicy({ ...params, http: { ...params.http, ...http } }, 'us_strict', []);
    return ccxtSource({ clock: instantClock(), random }, { venue: 'gate', policy, simUrl: url });
  };

  it('never follows a redirect to another host', async () => {
    answer = { status: 302, headers: { location: 'https://api.binance.com/api/v3/klines' }, body: '' };
    await expect(openWith({}).instruments.fetchInstruments()).rejects.toMatchObject({
      code: 'VENUE_REFUSED',
      details: { rule: 'redirect', host: 'api.binance.com' },
    });
  });

  it('stops reading a body that is too large', async () => {
    answer = { status: 200, headers: {}, body: `[${' '.repeat(100_000)}]` };
    await expect(openWith({ max_body_bytes: 50_000, tries: 1 }).instruments.fetchInstruments()).rejects.toMatchObject({
      code: 'VENUE_PAYLOAD_SHAPE',
    });
  });

  it('reads an error envelope with status 200 as an answer of the wrong form', async () => {
    answer = { status: 200, headers: {}, body: '{"unexpected":true}' };
    await expect(openWith({ tries: 2 }).instruments.fetchInstruments()).rejects.toMatchObject({ code: 'VENUE_PAYLOAD_SHAPE' });
  });
});

describe('request budget', () => {
  it('spreads requests to the venue over time, after its burst', async () => {
    const clock = instantClock();
    const slow = venuePolicy({ ...params, sample_exchange: { requests_per_second: 0.5, burst: 2 } }, 'us_strict', []);
    const { instruments } = ccxtSource({ clock, random }, { venue: 'gate', policy: slow, simUrl: exchange.url });
    for (let i = 0; i < 4; i++) await instruments.fetchInstruments();
    expect(clock.sleptMs).toEqual([2000, 2000]);
  });
});

describe('hourly candles', () => {
  const fromMs = Date.UTC(2026, 9, 2);
  const toMs = Date.UTC(2026, 9, 31, 23);

  it('come in one request where the venue’s page holds them, and join into the daily ones', async () => {
    const { hours, candles } = open('gate');
    const rows = await hours.fetchHours({ symbol: 'ETHUSDT', fromMs, toMs });
    expect(rows.map(({ openTimeMs }) => openTimeMs)).toEqual(Array.from({ length: 720 }, (_, i) => fromMs + i * 3_600_000));
    const [from, to] = [dayOfMs(fromMs), dayOfMs(toMs)];
    const daily = (await candles.fetchPage({ symbol: 'ETHUSDT', from, to })).candles;
    expect(daily.map(({ close }) => close)).toEqual(rows.filter((_, i) => i % 24 === 23).map(({ close }) => close));
    expect(exchange.eventLog().filter((line) => line.includes('interval=1h'))).toHaveLength(1);
  });

  it('come in several where it does not', async () => {
    const { hours } = open('gate');
    const early = Date.UTC(2026, 8, 1);
    const rows = await hours.fetchHours({ symbol: 'ETHUSDT', fromMs: early, toMs });
    expect(rows.map(({ openTimeMs }) => openTimeMs)).toEqual(Array.from({ length: 1464 }, (_, i) => early + i * 3_600_000));
  });

  it('say which symbol the venue does not list', async () => {
    await expect(open('gate').hours.fetchHours({ symbol: 'NOPEUSDT', fromMs, toMs })).rejects.toMatchObject({
      code: 'SYMBOL_UNKNOWN',
    });
  });

  it.each(['gate', 'kraken'])('%s tells the volume of the last day by the pool’s names', async (venue) => {
    const { hours, instruments } = open(venue);
    const volumes = await hours.fetchDayVolumes();
    const listed = new Set((await instruments.fetchInstruments()).instruments.map(({ symbol }) => symbol));
    expect([...volumes.keys()].every((symbol) => listed.has(symbol))).toBe(true);
    expect(volumes.size).toBeGreaterThan(20);
    const btc = [...volumes].find(([symbol]) => symbol.startsWith('BTCUSD'))?.[1];
    expect(btc).toBeGreaterThan(1e6);
  });
});

hourSourceLaws('gate through ccxt', () => ({
  source: open('gate').hours,
  symbol: 'BTCUSDT',
  fromMs: Date.UTC(2026, 8, 10),
  toMs: Date.UTC(2026, 9, 31, 23),
}));

// The unfinished hour is the newest of the 720 that Kraken keeps.
hourSourceLaws('kraken through ccxt', () => ({
  source: open('kraken').hours,
  symbol: 'BTCUSDT',
  fromMs: Date.UTC(2026, 10, 1, 3) - 719 * 3_600_000,
  toMs: Date.UTC(2026, 10, 1, 2),
}));
