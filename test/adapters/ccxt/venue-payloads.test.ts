import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import venueTable from '#params/venues.json' with { type: 'json' };
import { ccxtSource } from '#shared/adapters/ccxt/ccxt-source.ts';
import { parseDay } from '#shared/core/calendar-day.ts';
import { parseVenueParams, venuePolicy } from '#shared/market/venue-policy/venue-policy.ts';
import { instantClock } from '../instant-clock.ts';

const RECORDED = join(import.meta.dirname, '../../../../shared/data/exchange-payloads/cryptofeed');
const policy = venuePolicy(parseVenueParams(venueTable), 'global', ['binance']);

/** A venue that answers fixed texts by path and remembers what it was asked. */
let server: Server;
let url = '';
let answers: Readonly<Record<string, string>> = {};
const asked: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const path = (request.url ?? '').split('?')[0] ?? '';
    const body = answers[path];
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(body ?? '{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

function open(venue: string) {
  asked.length = 0;
  return ccxtSource({ clock: instantClock(), random: { next: () => 0 } }, { venue, policy, simUrl: url });
}

const from = parseDay('2024-01-01')!;
const openTimeMs = Date.UTC(2024, 0, 1);

describe('mexc', () => {
  it('reads klines with their quote volume and pages by 500 days', async () => {
    answers = {
      '/mexc/api/v3/exchangeInfo': JSON.stringify({
        symbols: [
          { symbol: 'BTCUSDT', status: '1', baseAsset: 'BTC', quoteAsset: 'USDT', isSpotTradingAllowed: true },
          { symbol: 'OLDUSDT', status: '3', baseAsset: 'OLD', quoteAsset: 'USDT', isSpotTradingAllowed: false },
          { symbol: 'ODD-USDT', status: '1', baseAsset: 'ODD-', quoteAsset: 'USDT', isSpotTradingAllowed: true },
        ],
      }),
      '/mexc/api/v3/klines': JSON.stringify([[openTimeMs, '10', '12', '9', '11', '3.5', openTimeMs + 86_400_000, '38.5']]),
    };
    const { candles, instruments } = open('mexc');
    const list = await instruments.fetchInstruments();
    expect(list.instruments.map(({ symbol, status }) => [symbol, status])).toEqual([
      ['BTCUSDT', 'TRADING'],
      ['OLDUSDT', 'STATUS_3'],
    ]);
    expect(list.skipped).toEqual([{ venueSymbol: 'ODD-USDT', reason: 'symbol_charset' }]);
    const page = await candles.fetchPage({ symbol: 'BTCUSDT', from, to: from + 600 });
    expect(page).toEqual({
      candles: [{ openTimeMs, open: 10, high: 12, low: 9, close: 11, volume: 3.5, quoteVolume: 38.5 }],
      next: from + 500,
    });
    expect(asked.at(-1)).toContain('limit=500');
  });
});

describe('coinbase', () => {
  it('computes the quote volume from the typical price and turns the order', async () => {
    const candle = (start: number, volume: string) => ({
      start: String(start),
      low: '9',
      high: '12',
      open: '10',
      close: '12',
      volume,
    });
    answers = {
      '/coinbase/api/v3/brokerage/market/products': JSON.stringify({
        products: [
          { product_id: 'BTC-USDT', base_currency_id: 'BTC', quote_currency_id: 'USDT', status: 'online', product_type: 'SPOT' },
          { product_id: 'X-USDT', base_currency_id: 'X', quote_currency_id: 'USDT', status: 'delisted', product_type: 'SPOT' },
        ],
      }),
      '/coinbase/api/v3/brokerage/market/products/BTC-USDT/candles': JSON.stringify({
        candles: [candle(openTimeMs / 1000 + 86_400, '2'), candle(openTimeMs / 1000, '4')],
      }),
    };
    const { candles, instruments } = open('coinbase');
    expect((await instruments.fetchInstruments()).instruments.map(({ status }) => status)).toEqual(['TRADING', 'DELISTED']);
    const page = await candles.fetchPage({ symbol: 'BTCUSDT', from, to: from + 1 });
    expect(page.candles.map(({ openTimeMs: at, quoteVolume }) => [at, quoteVolume])).toEqual([
      [openTimeMs, 44],
      [openTimeMs + 86_400_000, 22],
    ]);
  });
});

describe('binance under global', () => {
  it('reads klines with the number of trades and is calibrated as binance_spot', async () => {
    const kline = [openTimeMs, '10', '12', '9', '11', '3.5', openTimeMs + 86_399_999, '38.5', 77, '1', '2', '0'];
    answers = {
      '/binance/api/v3/exchangeInfo': JSON.stringify({
        symbols: [{ symbol: 'BTCUSDT', status: 'TRADING', baseAsset: 'BTC', quoteAsset: 'USDT', isSpotTradingAllowed: true }],
      }),
      '/binance/api/v3/klines': JSON.stringify([kline]),
    };
    const { candles } = ccxtSource(
      { clock: instantClock(), random: { next: () => 0 } },
      { venue: 'Binance', policy, simUrl: url },
    );
    expect(candles.sourceId).toBe('sim');
    expect((await candles.fetchPage({ symbol: 'BTCUSDT', from, to: from })).candles[0]).toMatchObject({
      quoteVolume: 38.5,
      tradeCount: 77,
    });
    expect(ccxtSource({ clock: instantClock(), random: { next: () => 0 } }, { venue: 'binance', policy }).candles.sourceId).toBe(
      'binance_spot',
    );
  });
});

describe('kraken', () => {
  it('treats a reply about another pair as a reply of the wrong form', async () => {
    answers = {
      '/kraken/0/public/AssetPairs': JSON.stringify({ error: [], result: { XBTUSDT: { wsname: 'XBT/USDT', status: 'online' } } }),
      '/kraken/0/public/OHLC': JSON.stringify({ error: [], result: { ETHUSDT: [], last: 0 } }),
    };
    await expect(open('kraken').candles.fetchPage({ symbol: 'BTCUSDT', from, to: from })).rejects.toMatchObject({
      code: 'VENUE_PAYLOAD_SHAPE',
    });
  });

  it('quarantines nothing silently: text that is no number becomes NaN', async () => {
    const row = [openTimeMs / 1000, '10', '12', 'n/a', '11', '10.5', '3', 4];
    answers = { ...answers, '/kraken/0/public/OHLC': JSON.stringify({ error: [], result: { XBTUSDT: [row], last: 0 } }) };
    const page = await open('kraken').candles.fetchPage({ symbol: 'BTCUSDT', from, to: from });
    expect(page.candles[0]).toMatchObject({ low: Number.NaN, quoteVolume: 31.5, tradeCount: 4 });
  });
});

describe('hours and volumes of the last day', () => {
  const hour = 3_600_000;
  const request = { symbol: 'BTCUSDT', fromMs: openTimeMs, toMs: openTimeMs + hour };
  const pair = { status: 'TRADING', baseAsset: 'BTC', quoteAsset: 'USDT', isSpotTradingAllowed: true };
  const klines = [0, hour].map((after) => [openTimeMs + after, '10', '12', '9', '11', '3.5', openTimeMs, '38.5']);
  const tickers = [
    { symbol: 'BTCUSDT', quoteVolume: '1234.5' },
    { symbol: 'XUSDT', quoteVolume: '7' },
  ];

  it.each([
    ['mexc', '1', 'interval=60m', `endTime=${openTimeMs + hour + 1}`],
    ['binance', 'TRADING', 'interval=1h', `endTime=${openTimeMs + hour}`],
  ])('of %s are klines and its ticker', async (venue, status, interval, end) => {
    answers = {
      [`/${venue}/api/v3/exchangeInfo`]: JSON.stringify({ symbols: [{ symbol: 'BTCUSDT', ...pair, status }] }),
      [`/${venue}/api/v3/klines`]: JSON.stringify(klines),
      [`/${venue}/api/v3/ticker/24hr`]: JSON.stringify(tickers),
    };
    const { hours } = open(venue);
    expect((await hours.fetchHours(request)).map(({ openTimeMs: at }) => at)).toEqual([openTimeMs, openTimeMs + hour]);
    for (const part of [interval, `startTime=${openTimeMs}`, end, 'limit=2']) expect(asked.at(-1)).toContain(part);
    expect([...(await hours.fetchDayVolumes())]).toEqual([['BTCUSDT', 1234.5]]);
  });

  it('of coinbase come newest first; its volume is stated, or that of the base at the last price', async () => {
    const product = (base: string, more: object) => ({
      product_id: `${base}-USDT`,
      base_currency_id: base,
      quote_currency_id: 'USDT',
      status: 'online',
      product_type: 'SPOT',
      ...more,
    });
    const candle = (start: number) => ({ start: String(start), low: '9', high: '12', open: '10', close: '12', volume: '1' });
    answers = {
      '/coinbase/api/v3/brokerage/market/products': JSON.stringify({
        products: [
          product('BTC', { approximate_quote_24h_volume: '55.5', volume_24h: '1', price: '2' }),
          product('ETH', { volume_24h: '3', price: '4' }),
          product('OLD', { volume_24h: '', price: '4' }),
        ],
      }),
      '/coinbase/api/v3/brokerage/market/products/BTC-USDT/candles': JSON.stringify({
        candles: [candle((openTimeMs + hour) / 1000), candle(openTimeMs / 1000)],
      }),
    };
    const { hours } = open('coinbase');
    expect((await hours.fetchHours(request)).map(({ openTimeMs: at }) => at)).toEqual([openTimeMs, openTimeMs + hour]);
    expect(asked.at(-1)).toContain('granularity=ONE_HOUR');
    expect(await hours.fetchDayVolumes()).toEqual(
      new Map([
        ['BTCUSDT', 55.5],
        ['ETHUSDT', 12],
      ]),
    );
  });

  it('of kraken are all that it keeps, in one answer', async () => {
    const row = (after: number) => [(openTimeMs + after) / 1000, '10', '12', '9', '11', '10.5', '3', 4];
    answers = {
      '/kraken/0/public/AssetPairs': JSON.stringify({ error: [], result: { XBTUSDT: { wsname: 'XBT/USDT', status: 'online' } } }),
      '/kraken/0/public/OHLC': JSON.stringify({ error: [], result: { XBTUSDT: [row(0), row(hour)], last: 0 } }),
      '/kraken/0/public/Ticker': JSON.stringify({ error: [], result: { XBTUSDT: { v: ['1', '20'], p: ['2', '30'] } } }),
    };
    const { hours } = open('kraken');
    expect(await hours.fetchHours({ ...request, fromMs: openTimeMs - 5000 * hour })).toHaveLength(2);
    expect(asked.filter((path) => path.includes('interval=60'))).toHaveLength(1);
    expect([...(await hours.fetchDayVolumes())]).toEqual([['BTCUSDT', 600]]);
  });
});

describe.skipIf(!existsSync(RECORDED))('recorded instrument lists (skipped when the recordings are absent)', () => {
  const bodyOf = (line: string): string => line.slice(line.indexOf(': ', line.indexOf(' -> ')) + 2);

  it('drops the 11 dark pools of Kraken and names bitcoin and dogecoin as everyone does', async () => {
    const text = readFileSync(join(RECORDED, 'KRAKEN.0.assetpairs'), 'utf8');
    answers = { '/kraken/0/public/AssetPairs': bodyOf(text.split('\n')[0] ?? '') };
    const list = await open('kraken').instruments.fetchInstruments();
    expect(list.skipped.filter(({ reason }) => reason.startsWith('dark pool'))).toHaveLength(11);
    expect(list.instruments).toHaveLength(292);
    expect(list.skipped).toContainEqual({ venueSymbol: 'ETH2.SETH', reason: 'symbol_charset' });
    const symbols = list.instruments.map(({ symbol }) => symbol);
    expect(symbols).toContain('BTCUSD');
    expect(symbols).toContain('DOGEUSD');
    expect(symbols.filter((symbol) => symbol.startsWith('XBT') || symbol.startsWith('XDG'))).toEqual([]);
  });

  it('reads every pair of Gate', async () => {
    const text = gunzipSync(readFileSync(join(RECORDED, 'GATEIO.0.gz'))).toString('utf8');
    const body = bodyOf(text.split('\n').find((line) => line.includes('currency_pairs -> ')) ?? '');
    answers = { '/gate/api/v4/spot/currency_pairs': body };
    const list = await open('gate').instruments.fetchInstruments();
    expect(list.instruments.length + list.skipped.length).toBe((JSON.parse(body) as unknown[]).length);
    expect(list.skipped.map(({ reason }) => reason).filter((reason) => reason !== 'symbol_charset')).toEqual([]);
  });
});
