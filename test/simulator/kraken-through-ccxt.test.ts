import { BadRequest, ExchangeError, kraken } from 'ccxt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SampleExchange, startSampleExchange } from '#shared/adapters/simulator/start-sample-exchange.ts';
import { DAY_MS } from '#shared/core/calendar-day.ts';

const TODAY_MS = Date.UTC(2026, 10, 1);

let exchange: SampleExchange;
let client: kraken;

beforeAll(async () => {
  exchange = await startSampleExchange();
  client = new kraken({ urls: exchange.krakenUrls, enableRateLimit: false });
  await client.loadMarkets();
});

afterAll(() => exchange.close());

describe('ccxt kraken client on the sample exchange', () => {
  it.each([
    ['BTC/USD', 'XXBTZUSD', 'XBT/USD'],
    ['BTC/USDT', 'XBTUSDT', 'XBT/USDT'],
    ['ETH/USD', 'XETHZUSD', 'ETH/USD'],
    ['DOGE/USD', 'XDGUSD', 'XDG/USD'],
    ['USDT/USD', 'USDTZUSD', 'USDT/USD'],
    ['EUR/USD', 'ZEURZUSD', 'EUR/USD'],
    ['SOL/USD', 'SOLUSD', 'SOL/USD'],
  ])('maps %s to %s', (symbol, id, wsId) => {
    expect(client.market(symbol)).toMatchObject({ id, wsId, active: true });
  });

  it.each([0, Date.UTC(2021, 6, 1), TODAY_MS - 800 * DAY_MS])(
    'gives the newest 720 rows whatever since says (%d)',
    async (since) => {
      const rows = await client.fetchOHLCV('BTC/USD', '1d', since);
      expect(rows.map((row) => row[0])).toEqual(Array.from({ length: 720 }, (_, i) => TODAY_MS - (719 - i) * DAY_MS));
    },
  );

  it('begins with the day asked for when that is among the newest 720', async () => {
    const rows = await client.fetchOHLCV('ETH/USDT', '1d', TODAY_MS - 10 * DAY_MS);
    expect([rows.length, rows[0]?.[0], rows.at(-1)?.[0]]).toEqual([11, TODAY_MS - 10 * DAY_MS, TODAY_MS]);
  });

  it('shows the same market as Gate: closes agree but for the price of the dollar, volume is a part', async () => {
    const gate = await fetch(`${exchange.url}/gate/api/v4/spot/candlesticks?currency_pair=SOL_USDT&interval=1d&limit=200`);
    const gateRows = new Map(((await gate.json()) as string[][]).map((row) => [Number(row[0]) * 1000, row]));
    for (const [time, , , , close, volume] of (await client.fetchOHLCV('SOL/USD', '1d')).slice(-200)) {
      const other = gateRows.get(time!)!;
      expect(Math.abs(close! / Number(other[2]) - 1)).toBeLessThan(0.01);
      expect(volume).toBeLessThan(Number(other[6]));
    }
  });

  it('answers ids and alternative names under the id', async () => {
    const byAltName = (await client.publicGetOHLC({ pair: 'XBTUSD', interval: 1440 })) as { result: Record<string, unknown[]> };
    expect(Object.keys(byAltName.result)).toEqual(['XXBTZUSD', 'last']);
    expect(byAltName.result.last).toBe((TODAY_MS - DAY_MS) / 1000);
  });

  it('tells time, status and tickers', async () => {
    expect(await client.fetchTime()).toBe(exchange.nowMs);
    expect((await client.fetchStatus()).status).toBe('ok');
    const tickers = await client.fetchTickers(['BTC/USD', 'PEPE/USD']);
    expect(Object.keys(tickers)).toEqual(['BTC/USD', 'PEPE/USD']);
    expect((await client.fetchTicker('USDT/USD')).last).toBeCloseTo(1, 2);
  });

  it('answers errors as HTTP 200 with the venue text', async () => {
    const response = await fetch(`${exchange.url}/kraken/0/public/OHLC?pair=NOPEUSD&interval=1440`);
    expect([response.status, await response.json()]).toEqual([200, { error: ['EQuery:Unknown asset pair'] }]);
    await expect(client.publicGetOHLC({ pair: 'NOPEUSD', interval: 1440 })).rejects.toBeInstanceOf(ExchangeError);
    await expect(client.publicGetOHLC({ pair: 'XBTUSD', interval: 7 })).rejects.toBeInstanceOf(BadRequest);
  });

  it('lists dark pool ids on request, and ccxt falls for them', async () => {
    const dark = await startSampleExchange({ krakenDarkPools: true });
    const misled = new kraken({ urls: dark.krakenUrls, enableRateLimit: false });
    await misled.loadMarkets();
    expect(misled.market('BTC/USD').id).toBe('XXBTZUSD.d');
    await expect(misled.fetchOHLCV('BTC/USD', '1d')).rejects.toBeInstanceOf(ExchangeError);
    await dark.close();
  });
});
