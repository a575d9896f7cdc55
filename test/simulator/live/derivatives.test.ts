import { describe, expect, it } from 'vitest';
import { LiveSimulator } from '#shared/simulator/live-simulator.ts';
import type { ScenarioName } from '#shared/simulator/scenarios.ts';
import { TappedStream } from './tapped-stream.ts';

type Row = Record<string, number>;

function simulated(minutes: number, scenario: ScenarioName = 'calm') {
  const sim = new LiveSimulator({ seed: '13', symbols: ['BTC', 'ETH'], levels: 60, scenario });
  const get = (target: string): unknown => JSON.parse(sim.handle({ client: 'a', method: 'GET', target, atMs: 0 }).answer.body);
  const stream = new TappedStream(sim, 'kraken_futures');
  stream.send({ event: 'subscribe', feed: 'trade', product_ids: ['PF_XBTUSD'] });
  sim.advanceTo(sim.nowMs + minutes * 60_000);
  const stats = (interval: string, limit: number) =>
    get(`/gate/api/v4/futures/usdt/contract_stats?contract=BTC_USDT&interval=${interval}&limit=${limit}`) as Row[];
  return { sim, get, stream, stats };
}

const quiet = simulated(6);

describe('derivative inputs of the simulated venues', () => {
  it.each(['1m', '1h', '1d'])('fit the identities of contract_stats rows (%s), past and present', (interval) => {
    const rows = quiet.stats(interval, 12);
    expect(rows).toHaveLength(12);
    for (const row of rows) {
      expect(row.lsr_account).toBe(row.long_users! / row.short_users!);
      expect(row.top_lsr_size).toBe(row.top_long_size! / row.top_short_size!);
      expect(row.top_lsr_account).toBe(row.top_long_account! / row.top_short_account!);
      if (row.short_taker_size !== 0) expect(row.lsr_taker).toBe(row.long_taker_size! / row.short_taker_size!);
      expect(row.open_interest_usd! / (row.open_interest! * 1e-4 * row.mark_price!)).toBeCloseTo(1, 9);
    }
    expect(rows.map(({ time }) => time! - rows[0]!.time!)).toEqual(
      rows.map((_, index) => index * (rows[1]!.time! - rows[0]!.time!)),
    );
  });

  it('count open interest on both sides in Gate tickers and statistics, on one in the contract', () => {
    const [ticker] = quiet.get('/gate/api/v4/futures/usdt/tickers?contract=BTC_USDT') as { total_size: string }[];
    const contract = quiet.get('/gate/api/v4/futures/usdt/contracts/BTC_USDT') as {
      position_size: number;
      quanto_multiplier: string;
    };
    expect(Number(ticker!.total_size)).toBe(2 * contract.position_size);
    expect(quiet.stats('1m', 1)[0]!.open_interest).toBe(2 * contract.position_size);
    expect(contract.quanto_multiplier).toBe('0.0001');
  });

  it('give funding as a rate, and on Kraken also as an amount of the index', () => {
    const { rates } = quiet.get('/krakenfutures/derivatives/api/v4/historicalfundingrates?symbol=PF_XBTUSD') as {
      rates: { timestamp: string; fundingRate: number; relativeFundingRate: number }[];
    };
    expect(rates).toHaveLength(720);
    const times = rates.map(({ timestamp }) => Date.parse(timestamp));
    expect(times.every((time, index) => time % 3_600_000 === 0 && (index === 0 || time - times[index - 1]! === 3_600_000))).toBe(
      true,
    );
    const { ticker } = quiet.get('/krakenfutures/derivatives/api/v3/tickers/PI_XBTUSD') as { ticker: Row };
    const inverse = quiet.sim.market.find('kraken_futures', 'PI_XBTUSD')!.perpetual!;
    expect(ticker.fundingRate! * inverse.index).toBeCloseTo(inverse.funding.rate, 12);
    for (const { relativeFundingRate } of rates) expect(Math.abs(relativeFundingRate)).toBeLessThanOrEqual(0.0025);
  });

  it('let taker flow and volume of Kraken analytics agree with the prints', () => {
    const startS = quiet.sim.market.startMs / 1000;
    const series = (type: string) =>
      (
        quiet.get(`/krakenfutures/api/charts/v1/analytics/PF_XBTUSD/${type}?since=${startS}&interval=60`) as {
          result: { data: string[] };
        }
      ).result.data;
    const trades = quiet.stream.decoded().filter(({ feed, event }) => feed === 'trade' && event === undefined) as {
      side: string;
      qty: number;
    }[];
    const sum = (values: readonly (string | number)[]) => values.reduce<number>((total, value) => total + Number(value), 0);
    const of = (side: string) => sum(trades.filter((trade) => trade.side === side).map(({ qty }) => qty));
    expect(sum(series('trade-volume'))).toBeCloseTo(of('buy') + of('sell'), 6);
    expect(sum(series('aggressor-differential'))).toBeCloseTo(of('buy') - of('sell'), 6);
    expect(sum(series('trade-count'))).toBe(trades.length);
  });

  it('join bars of the past to those of the market: each opens where the one before closed', () => {
    const rows = quiet.get('/gate/api/v4/futures/usdt/candlesticks?contract=BTC_USDT&interval=1h&limit=50') as Record<
      'o' | 'c' | 'h' | 'l',
      string
    >[];
    expect(rows).toHaveLength(50);
    for (const [index, { o, c, h, l }] of rows.entries()) {
      expect(Number(h)).toBeGreaterThanOrEqual(Math.max(Number(o), Number(c)));
      expect(Number(l)).toBeLessThanOrEqual(Math.min(Number(o), Number(c)));
      if (index > 0) expect(Math.abs(Number(o) / Number(rows[index - 1]!.c) - 1)).toBeLessThan(0.001);
    }
  });
});

describe('scenarios', () => {
  it('swapped_lsr turns the ratios against their own sides', () => {
    for (const row of simulated(2, 'swapped_lsr').stats('1m', 3)) {
      expect(row.lsr_account).toBe(row.short_users! / row.long_users!);
      expect(row.top_lsr_size).toBe(row.top_short_size! / row.top_long_size!);
    }
  });

  it('cascade liquidates longs on a falling market, on REST, statistics and prints alike', () => {
    const { sim, get, stream, stats } = simulated(4, 'cascade');
    const startS = sim.market.startMs / 1000;
    const rows = get(`/gate/api/v4/futures/usdt/liq_orders?contract=BTC_USDT&from=${startS}&limit=1000`) as {
      time: number;
      size: number;
      order_size: number;
    }[];
    const longs = rows.filter(({ order_size: size }) => size < 0);
    expect(longs.length).toBeGreaterThan(10);
    expect(longs.every(({ size, order_size: order }) => size === -order)).toBe(true);
    const minutes = stats('1m', 5).filter(({ time }) => time! >= startS);
    const counted = minutes.reduce((sum, { long_liq_size: size }) => sum + size!, 0);
    expect(counted).toBe(longs.reduce((sum, { size }) => sum + size, 0));
    const prints = stream.decoded().filter(({ type }) => type === 'liquidation');
    expect(prints.filter(({ side }) => side === 'sell').length).toBeGreaterThan(5);
    const { spec, openPrice } = sim.market.find('kraken_spot', 'BTC/USD')!;
    expect(sim.market.latent.price(spec.base, spec.quote) / openPrice).toBeLessThan(0.97);
  });

  it('depeg moves USDT away from the dollar, and prices in USDT with it', () => {
    const { sim } = simulated(5, 'depeg');
    const usdt = sim.market.find('kraken_spot', 'USDT/USD')!;
    const [usd, inUsdt] = [sim.market.find('kraken_spot', 'BTC/USD')!, sim.market.find('gate_spot', 'BTC_USDT')!];
    const peg = usdt.price(usdt.tape.lastPrice);
    expect(peg).toBeLessThan(0.985);
    expect((inUsdt.price(inUsdt.tape.lastPrice) * peg) / usd.price(usd.tape.lastPrice)).toBeCloseTo(1, 2);
  });

  it('thin leaves a fraction of the depth and wider spreads', () => {
    const [spreads, values] = [
      [0, 0],
      [0, 0],
    ];
    for (const [index, scenario] of (['calm', 'thin'] as const).entries()) {
      const { sim } = simulated(0, scenario);
      const { book } = sim.market.find('kraken_spot', 'ETH/USD')!;
      for (let second = 0; second < 60; second++) {
        sim.advanceTo(sim.nowMs + 1000);
        spreads[index]! += book.asks.prices[0]! / book.bids.prices[0]! - 1;
        values[index]! += book.bids.sizes.reduce((sum, size) => sum + size, 0);
      }
    }
    expect(spreads[1]! / spreads[0]!).toBeGreaterThan(2);
    expect(values[1]! / values[0]!).toBeLessThan(0.4);
    // A calm spread is a few basis points.
    expect(spreads[0]! / 60).toBeLessThan(0.0005);
  });

  it('a crossed book is crossed for the venue too, and heals', () => {
    const { sim } = simulated(1);
    const { book } = sim.market.find('gate_futures', 'BTC_USDT')!;
    sim.inject({ kind: 'crossed', surface: 'gate_futures', symbol: 'BTC_USDT', durationMs: 3_000 });
    expect(book.bids.prices[0]).toBeGreaterThan(book.asks.prices[0]!);
    sim.advanceTo(sim.nowMs + 2_900);
    expect(book.bids.prices[0]).toBeGreaterThan(book.asks.prices[0]!);
    sim.advanceTo(sim.nowMs + 2_000);
    expect(book.bids.prices[0]).toBeLessThan(book.asks.prices[0]!);
  });
});
