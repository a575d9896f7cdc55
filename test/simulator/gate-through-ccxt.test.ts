import { BadRequest, BadSymbol, gate } from 'ccxt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SampleExchange, startSampleExchange } from '#shared/adapters/simulator/start-sample-exchange.ts';
import { DAY_MS } from '#shared/core/calendar-day.ts';

const FIRST_MS = Date.UTC(2021, 6, 1);
const TODAY_MS = Date.UTC(2026, 10, 1);

let exchange: SampleExchange;
let client: gate;

beforeAll(async () => {
  exchange = await startSampleExchange();
  client = new gate({ urls: exchange.gateUrls, enableRateLimit: false });
  await client.loadMarkets();
});

afterAll(() => exchange.close());

/** Pages of 1000 days as the venue allows; `to` is given because ccxt would cut it at this machine's clock. */
async function allDays(symbol: string): Promise<number[][]> {
  const rows: number[][] = [];
  for (let since = FIRST_MS; since <= TODAY_MS; since += 1000 * DAY_MS) {
    const to = (since + 999 * DAY_MS) / 1000;
    rows.push(...((await client.fetchOHLCV(symbol, '1d', since, 1000, { to })) as number[][]));
  }
  return rows;
}

describe('ccxt gate client on the sample exchange', () => {
  it('loads markets with status, precision and opening day', () => {
    const spot = Object.values(client.markets ?? {}).filter((m) => m?.quote === 'USDT' && m.spot);
    expect(spot.length).toBeGreaterThan(60);
    expect(client.market('BTC/USDT')).toMatchObject({ id: 'BTC_USDT', active: true, precision: { amount: 1e-6, price: 0.001 } });
    expect(client.market('HYPE/USDT').created).toBe(Date.UTC(2024, 10, 29));
    expect(['MATIC/USDT', 'WAVES/USDT', 'NEWT/USDT'].map((symbol) => client.market(symbol).active)).toEqual([
      false,
      false,
      false,
    ]);
    expect(client.currency('BTC3L').type).toBe('leveraged');
    expect(client.market('币安人生/USDT').id).toBe('币安人生_USDT');
  });

  it('reaches the whole history in pages, ending with the unfinished bar', async () => {
    const rows = await allDays('BTC/USDT');
    expect(rows.map((row) => row[0])).toEqual(Array.from({ length: 1950 }, (_, i) => FIRST_MS + i * DAY_MS));
    expect(rows.at(-1)?.[0]).toBe(TODAY_MS);
  });

  it('ends a delisted history, leaves lost days out, and has nothing for a pair that opens later', async () => {
    expect((await allDays('MATIC/USDT')).at(-1)?.[0]).toBe(Date.UTC(2024, 8, 10));
    const rune = new Set((await allDays('RUNE/USDT')).map((row) => row[0]));
    expect([14, 15, 16, 17, 18].some((day) => rune.has(Date.UTC(2024, 4, day)))).toBe(false);
    expect(await allDays('NEWT/USDT')).toEqual([]);
  });

  it('sends the planted bad rows as they are', async () => {
    const rows = new Map((await allDays('ANKR/USDT')).map((row) => [row[0], row]));
    expect(rows.get(Date.UTC(2026, 2, 14))?.[5]).toBeLessThan(0);
    const [, , high = 0, low = 0] = rows.get(Date.UTC(2025, 5, 7)) ?? [];
    expect(high).toBeLessThan(low);
  });

  it('writes exact digits and marks the unfinished window in the raw row', async () => {
    const since = TODAY_MS / 1000 - 86_400;
    const raw = (await client.publicSpotGetCandlesticks({
      currency_pair: 'PEPE_USDT',
      interval: '1d',
      from: since,
    })) as string[][];
    expect(raw.map((row) => [row.length, row[7]])).toEqual([
      [8, 'true'],
      [8, 'false'],
    ]);
    expect(raw[0]?.[2]).toMatch(/^0\.\d{12}$/);
    const [, quote = '0', , high = '0', low = '0', , volume = '0'] = raw[0] ?? [];
    const average = Number(quote) / Number(volume);
    expect(average >= Number(low) * 0.999 && average <= Number(high) * 1.001).toBe(true);
  });

  it('tells its own time and tickers of trading pairs only', async () => {
    expect(await client.fetchTime()).toBe(Date.UTC(2026, 10, 1, 3, 15));
    const tickers = await client.fetchTickers();
    expect(tickers['MATIC/USDT']).toBeUndefined();
    const btc = await client.fetchTicker('BTC/USDT');
    expect(btc.info).toEqual(tickers['BTC/USDT']?.info);
    expect(btc.bid! < btc.last! && btc.last! < btc.ask! && btc.low! <= btc.last! && btc.last! <= btc.high!).toBe(true);
  });

  it.each([
    [{ currency_pair: 'NOPE_USDT', interval: '1d' }, BadSymbol],
    [{ currency_pair: 'BTC_USDT', interval: '3d' }, BadRequest],
    [{ currency_pair: 'BTC_USDT', interval: '1d', limit: 1001 }, BadRequest],
    [{ currency_pair: 'BTC_USDT', interval: '1d', from: 1_625_097_600, to: 1_625_097_600 + 1000 * 86_400 }, BadRequest],
    [{ currency_pair: 'BTC_USDT', interval: '1d', from: 2, to: 1 }, BadRequest],
    [{ currency_pair: 'BTC_USDT', interval: '1d', from: 'x' }, BadRequest],
  ])('refuses %j as the venue does', async (params, errorClass) => {
    await expect(client.publicSpotGetCandlesticks(params)).rejects.toBeInstanceOf(errorClass);
  });

  it('answers errors as HTTP 400 with label and message', async () => {
    const response = await fetch(`${exchange.url}/gate/api/v4/spot/candlesticks?currency_pair=NOPE_USDT&interval=1d`);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ label: 'INVALID_CURRENCY_PAIR', message: 'Invalid currency pair NOPE_USDT' });
  });
});
