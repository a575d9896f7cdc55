import { describe, expect, it } from 'vitest';
import type { InstrumentSpec } from '#shared/contracts/instrument-spec.ts';
import { type MarketEvent, marketEventSchema } from '#shared/contracts/market-events/market-event.ts';
import { HistoryFilter } from '#shared/market/feed/history-filter.ts';
import { fitToBudget, nextPollMs, type PollTask } from '#shared/market/feed/poll-task.ts';
import { binanceUsdmTasks } from '#shared/market/venues/binance/poll-tasks.ts';
import { coinbasePerpTasks } from '#shared/market/venues/coinbase/poll-tasks.ts';
import { FrameRefused } from '#shared/market/venues/frame-syntax.ts';
import { gateFuturesTasks, gateSpotTasks } from '#shared/market/venues/gate/poll-tasks.ts';
import { geminiPerpTasks } from '#shared/market/venues/gemini/poll-tasks.ts';
import { krakenFuturesTasks } from '#shared/market/venues/kraken-futures/poll-tasks.ts';
import { krakenSpotTasks } from '#shared/market/venues/kraken-spot/poll-tasks.ts';
import { mexcContractTasks } from '#shared/market/venues/mexc/poll-tasks.ts';
import { hasRecordings, payloadText } from '../../recordings/recorded-data.ts';

const NOW = Date.UTC(2026, 8, 9, 22, 0, 0);
const HOUR_MS = 3_600_000;
const GATE = perp('BTC-USDT.perp@gate', 'BTC_USDT', { contract_size: 0.0001, funding_interval_ms: 8 * HOUR_MS });
const PF = perp('BTC-USD.perp@krakenfutures', 'PF_XBTUSD', { funding_interval_ms: HOUR_MS });

describe('what Gate is asked', () => {
  const tasks = gateFuturesTasks([GATE]);

  it('reads funding with its interval and next time, and open interest of two sides', () => {
    const contract = { name: 'BTC_USDT', mark_price: '78081.6', index_price: '78097.73', funding_rate: '0.000037' };
    const terms = { funding_rate_indicative: '0.00004', funding_interval: 28_800, funding_next_apply: 1_788_998_400 };
    const both = [[{ ...contract, ...terms, position_size: 319_968_666 }], [{ contract: 'BTC_USDT', total_size: '639937332' }]];
    const [mark, funding, interest] = read(tasks, 'contracts', both);
    expect(mark).toMatchObject({ type: 'mark', mark_price: 78_081.6, index_price: 78_097.73, unit: 'quote' });
    expect(funding).toMatchObject({
      type: 'funding',
      rate: 0.000037,
      interval_ms: 28_800_000,
      next_settlement: 1_788_998_400_000,
    });
    expect(interest).toMatchObject({ type: 'open_interest', amount: 639_937_332, sides: 2, unit: 'contracts', quality: 'live' });
    const oneSided = [{ ...contract, position_size: 639_937_332 }];
    expect(read(tasks, 'contracts', [oneSided, both[1]]).at(-1)).toMatchObject({ type: 'open_interest', quality: 'suspect' });
  });

  it('takes the side of a forced order from the order, never from the position', () => {
    const row = {
      time: 1_788_990_000,
      contract: 'BTC_USDT',
      size: 600,
      order_size: -600,
      order_price: '78000',
      fill_price: '78001.5',
      left: 0,
    };
    expect(read(tasks, 'liq_orders', [[row]])).toMatchObject([
      { type: 'liquidation', liquidated: 'long', price: 78_001.5, qty: 600, unit: 'contracts', ts_event: 1_788_990_000_000 },
    ]);
    expect(read(tasks, 'liq_orders', [[{ ...row, order_size: 600 }]])[0]).toMatchObject({ liquidated: 'short' });
  });

  it('asks for forced orders of less than an hour', () => {
    const { path } = tasks.find(({ name }) => name === 'liq_orders')!.requests(NOW)[0]!;
    expect(Number(/from=(\d+)/.exec(path)![1])).toBe(NOW / 1000 - 600);
  });

  it('tells settled rates with the interval of the contract', () => {
    expect(read(tasks, 'funding_history', [[{ t: 1_788_969_602, r: '0.000057' }]])).toMatchObject([
      { type: 'funding_settled', rate: 0.000057, interval_ms: 28_800_000, ts_event: 1_788_969_602_000 },
    ]);
  });

  it('compares mark and spot of the same pair and venue', () => {
    const rows = [[{ contract: 'BTC_USDT', mark_price: '50010' }], [{ currency_pair: 'BTC_USDT', last: '50000' }]];
    expect(read(tasks, 'basis', rows)).toMatchObject([
      { type: 'basis', mark_price: 50_010, spot_price: 50_000, spot_instrument: 'BTC-USDT.spot@gate' },
    ]);
  });

  it('leaves out the running bar and stamps a closed one with its close', () => {
    const bar = (openMs: number) => [String(openMs / 1000), '5000', '101', '102', '99', '100', '50', 'true'];
    const spot = perp('BTC-USDT.spot@gate', 'BTC_USDT', { kind: 'spot' });
    const bars = read(gateSpotTasks([spot]), 'candles', [[bar(NOW - HOUR_MS - 2_000), bar(NOW - HOUR_MS)]]);
    expect(bars).toMatchObject([{ type: 'kline', open: 100, high: 102, low: 99, close: 101, volume: 50, quote_volume: 5_000 }]);
    expect(bars[0]).toMatchObject({ ts_event: NOW - 2_000, available_at: NOW });
  });

  it('refuses an answer that is none', () => {
    expect(isRefused(() => read(tasks, 'contracts', ['<html>', []]))).toBe(true);
  });
});

describe.skipIf(!hasRecordings('recorded derivative payloads'))('recorded derivative payloads', () => {
  it('verifies the ratios of every recorded Gate row, and none of a row with swapped sides', () => {
    const rows = JSON.parse(payloadText('transcribed/gate_contract_stats_BTC_USDT_1h.first12.json')) as Record<string, number>[];
    const events = read(gateFuturesTasks([GATE]), 'contract_stats', [rows]);
    expect(rows).toHaveLength(12);
    expect(events.filter((event) => event.type === 'long_short')).toHaveLength(36);
    expect(new Set(events.map((event) => event.quality))).toEqual(new Set(['live']));
    const swapped = rows.map((row) => ({ ...row, long_users: row.short_users, short_users: row.long_users }));
    const suspects = read(gateFuturesTasks([GATE]), 'contract_stats', [swapped]).map((event) => event.quality);
    expect(new Set(suspects)).toEqual(new Set(['suspect']));
  });

  it('reads the recorded Gate contract and tickers as the vectors of the spec', () => {
    const contract = JSON.parse(payloadText('transcribed/gate_futures_contract_BTC_USDT.json')) as object;
    const tickers = JSON.parse(payloadText('transcribed/gate_futures_tickers_BTC_USDT.json')) as object[];
    const [, funding, interest] = read(gateFuturesTasks([GATE]), 'contracts', [[contract], tickers]);
    expect(funding).toMatchObject({ rate: 0.000037, interval_ms: 28_800_000 });
    expect(interest).toMatchObject({ amount: 639_937_332, sides: 2, quality: 'live' });
  });

  it('reads the recorded Kraken Futures tickers', () => {
    const reply = JSON.parse(payloadText('transcribed/kraken_futures_tickers_XBT.json')) as object;
    const events = read(krakenFuturesTasks([PF]), 'tickers', [reply]);
    expect(events).toMatchObject([
      { type: 'mark', mark_price: 78_115.14704713407, index_price: 78_107.73 },
      { type: 'open_interest', amount: 2_080.7149, sides: 1, unit: 'contracts' },
    ]);
  });

  it('reads the recorded Binance ratios, open interest and funding', () => {
    const spec = perp('BTC-USDT.perp@binanceusdm', 'BTCUSDT', { funding_interval_ms: 8 * HOUR_MS });
    const one = (task: string, file: string) =>
      read(binanceUsdmTasks([spec]), task, [JSON.parse(payloadText(`transcribed/${file}`)) as object]);
    expect(one('globalLongShortAccountRatio', 'binance_globalLongShortAccountRatio_BTCUSDT.json')).toMatchObject([
      { population: 'accounts', ratio: 1.2973, ts_event: 1_788_908_400_000 },
    ]);
    expect(one('openInterest', 'binance_openInterest_BTCUSDT.json')).toMatchObject([{ amount: 106_499.782, unit: 'base' }]);
    expect(one('takerlongshortRatio', 'binance_takerlongshortRatio_BTCUSDT.json')[0]).toMatchObject({
      buy: 1_383.444,
      sell: 1_092.271,
    });
    expect(one('fundingRate', 'binance_fundingRate_BTCUSDT.json')).toHaveLength(21);
  });
});

describe('what Kraken is asked', () => {
  const tasks = krakenFuturesTasks([PF]);
  const start = NOW / 1000 - 600;

  it('parts taker flow by the vector of the spec', () => {
    const series = (data: unknown) => ({ result: { timestamp: [start], more: false, data }, errors: [] });
    expect(read(tasks, 'taker_flow', [series(['1500']), series(['300'])])).toMatchObject([
      { type: 'taker_volume', buy: 900, sell: 600, window_ms: 300_000, window_end: (start + 300) * 1000 },
    ]);
    expect(read(tasks, 'taker_flow', [series(['0']), series(['0'])])).toMatchObject([
      { buy: null, sell: null, quality: 'missing' },
    ]);
  });

  it('reads ratios whether stated, by both sides or as a plain series', () => {
    const reply = (data: unknown) => ({ result: { timestamp: [start], data }, errors: [] });
    const ratioOf = (task: string, data: unknown) =>
      read(tasks, task, [reply(data)]).map((event) => (event as { ratio: number | null }).ratio);
    expect(ratioOf('long_short', { longPercent: ['0.6'], shortPercent: ['0.4'], ratio: ['1.5'] })).toEqual([1.5]);
    expect(ratioOf('long_short', ['1.25'])).toEqual([1.25]);
    expect(ratioOf('top_traders', { top20Percent: { longPercent: ['0.75'], shortPercent: ['0.25'] } })).toEqual([3]);
    expect(ratioOf('top_traders', { something: ['7'] })).toEqual([null]);
  });

  it('leaves out the bucket that is still running', () => {
    const reply = { result: { timestamp: [NOW / 1000 - 299], data: ['1.1'] }, errors: [] };
    expect(read(tasks, 'long_short', [reply])).toEqual([]);
  });

  it('takes the relative rate and distrusts one beyond the cap', () => {
    const at = (hours: number, relativeFundingRate: number) => ({
      timestamp: new Date(NOW - hours * HOUR_MS).toISOString(),
      fundingRate: 0.2,
      relativeFundingRate,
    });
    const reply = { result: 'success', rates: [at(2, 3.2e-6), at(1, 0.003), at(24 * 30, 1e-6)] };
    expect(
      read(tasks, 'funding_history', [reply]).map(({ quality, ...event }) => [(event as { rate: number }).rate, quality]),
    ).toEqual([
      [3.2e-6, 'live'],
      [0.003, 'suspect'],
    ]);
  });

  it('finds spot prices under names of today and of old', () => {
    const eth = perp('ETH-USD.perp@krakenfutures', 'PF_ETHUSD', {});
    const sol = perp('SOL-USD.perp@krakenfutures', 'PF_SOLUSD', {});
    const marks = {
      result: 'success',
      tickers: ['PF_XBTUSD', 'PF_ETHUSD', 'PF_SOLUSD'].map((symbol) => ({ symbol, markPrice: 10 })),
    };
    const spot = { error: [], result: { XXBTZUSD: { c: ['9', '1'] }, XETHZUSD: { c: ['8', '1'] }, SOLUSD: { c: ['7', '1'] } } };
    const events = read(krakenFuturesTasks([PF, eth, sol]), 'basis', [marks, spot]);
    expect(events.map((event) => (event as { spot_price: number }).spot_price)).toEqual([9, 8, 7]);
    expect(events[0]).toMatchObject({ spot_instrument: 'BTC-USD.spot@kraken', instrument: 'BTC-USD.perp@krakenfutures' });
  });

  it('fails on an error inside a good answer', () => {
    const spec = perp('BTC-USD.spot@kraken', 'BTC/USD', { kind: 'spot' });
    expect(isRefused(() => read(krakenSpotTasks([spec]), 'candles', [{ error: ['EService:Busy'] }]))).toBe(true);
    const result = { XXBTZUSD: [[NOW / 1000 - 7_200, '100', '102', '99', '101', '100.5', '10', 5]], last: 1 };
    expect(read(krakenSpotTasks([spec]), 'candles', [{ error: [], result }])).toMatchObject([
      { close: 101, quote_volume: 1_005 },
    ]);
  });
});

describe('what the others are asked', () => {
  it('reads a Coinbase perpetual', () => {
    const spec = perp('BTC-USD.perp@coinbase', 'BIP-20DEC30-CDE', { contract_size: 0.01, funding_interval_ms: HOUR_MS });
    const details = {
      open_interest: '183283',
      funding_rate: '0.000013',
      funding_time: '2026-04-07T00:00:00Z',
      index_price: '68899.88',
    };
    const product = { future_product_details: { ...details, perpetual_details: { open_interest: '183283', funding_rate: '' } } };
    const [mark, interest, funding] = read(coinbasePerpTasks([spec]), 'product_details', [product]);
    expect([mark, interest]).toMatchObject([{ index_price: 68_899.88, mark_price: null }, { amount: 183_283 }]);
    expect(funding).toMatchObject({ rate: 0.000013, interval_ms: HOUR_MS, quality: 'live' });
  });

  it('reads MEXC contracts, and refuses its error envelope', () => {
    const spec = perp('BTC-USDT.perp@mexc', 'BTC_USDT', { contract_size: 0.0001 });
    const ticker = { symbol: 'BTC_USDT', fairPrice: 50_010, indexPrice: 50_000, holdVol: 1_000, timestamp: NOW - 500 };
    const events = read(mexcContractTasks([spec]), 'contract_tickers', [
      { success: true, data: [ticker] },
      [{ symbol: 'BTCUSDT', price: '50000' }],
    ]);
    expect(events.map(({ type }) => type)).toEqual(['mark', 'open_interest', 'basis']);
    const rate = { success: true, data: { fundingRate: 0.0001, collectCycle: 8, nextSettleTime: NOW, timestamp: NOW } };
    expect(read(mexcContractTasks([spec]), 'funding_rate', [rate])[0]).toMatchObject({ rate: 0.0001, interval_ms: 8 * HOUR_MS });
    expect(isRefused(() => read(mexcContractTasks([spec]), 'funding_rate', [{ success: false, code: 500 }]))).toBe(true);
  });

  it('reads a Gemini perpetual', () => {
    const spec = perp('BTC-GUSD.perp@gemini', 'BTCGUSDPERP', { funding_interval_ms: HOUR_MS });
    const risk = {
      mark_price: '30080.00',
      index_price: '30079.046',
      open_interest: '14.439',
      open_interest_notional: '434325.12',
    };
    expect(read(geminiPerpTasks([spec]), 'riskstats', [risk])).toMatchObject([
      { mark_price: 30_080 },
      { amount: 14.439, unit: 'base' },
    ]);
    const funding = {
      amount: '0.51692',
      estimatedFundingAmount: '0.27694',
      fundingTimestampMilliSecs: NOW - 1_000,
      nextFundingTimestamp: NOW,
    };
    expect(read(geminiPerpTasks([spec]), 'fundingamount', [funding])[0]).toMatchObject({
      unit: 'quote_per_contract',
      rate: 0.51692,
    });
  });
});

describe('the cadence of polls', () => {
  const task = (name: string, everyMs: number): PollTask => {
    return { name, everyMs, isHistory: false, requests: () => [{ venue: 'gate', path: '/' }], read: () => [] };
  };

  it('stays within a tenth of the asked one', () => {
    expect([0, 0.5, 1].map((chance) => nextPollMs(task('a', 10_000), 100, chance))).toEqual([9_100, 10_100, 11_100]);
  });

  it('slows every task down alike when the budget is too small', () => {
    const tasks = [task('a', 1_000), task('b', 2_000)];
    expect(fitToBudget(tasks, 10, NOW)).toBe(tasks);
    const fitted = fitToBudget(tasks, 1, NOW).map(({ everyMs }) => everyMs);
    expect(fitted).toEqual([2_143, 4_286]);
    expect(fitted.reduce((sum, everyMs) => sum + 1_000 / everyMs, 0)).toBeLessThanOrEqual(0.7);
  });

  it('tells what answers repeat once', () => {
    const filter = new HistoryFilter();
    const rows = [
      { t: 3, r: '0.3' },
      { t: 2, r: '0.2' },
    ];
    const events = read(gateFuturesTasks([GATE]), 'funding_history', [rows]);
    expect(filter.fresh(events).map((event) => event.ts_event)).toEqual([2_000, 3_000]);
    expect(filter.fresh([...read(gateFuturesTasks([GATE]), 'funding_history', [[{ t: 4, r: '0.4' }]]), ...events])).toHaveLength(
      1,
    );
  });
});

function isRefused(work: () => unknown): boolean {
  try {
    work();
    return false;
  } catch (thrown) {
    return thrown instanceof FrameRefused;
  }
}

/** What a task by name says about answers; every event must keep the contract. */
function read(tasks: readonly PollTask[], name: string, replies: readonly unknown[]): readonly MarketEvent[] {
  const task = tasks.find((each) => each.name === name)!;
  return task.read(replies, { nowMs: NOW, rawRef: null }).map((event) => marketEventSchema.parse(event));
}

function perp(id: string, symbol: string, terms: Partial<InstrumentSpec>): InstrumentSpec {
  return {
    id,
    venue_symbol: symbol,
    kind: 'perp',
    settle: 'linear',
    tick: 0.1,
    lot: 1,
    price_decimals: 1,
    qty_decimals: 0,
    contract_size: 1,
    min_qty: null,
    min_notional: null,
    funding_interval_ms: null,
    status: 'trading',
    listed_at: null,
    expiry: null,
    ...terms,
  };
}
