import { describe, expect, it } from 'vitest';
import type { BookDepthEvent } from '#shared/contracts/market-events/book-events.ts';
import type { MarketEvent } from '#shared/contracts/market-events/market-event.ts';
import { LevelList } from '#shared/market/book/level-list.ts';
import { OrderBook } from '#shared/market/book/order-book.ts';
import { bookDepthEvent, bookTopEvent } from '#shared/quant/book-sample.ts';
import { INSTRUMENT_METRICS, SYMBOL_PLACE } from '#shared/quant/dictionary.ts';
import { QuantEngine } from '#shared/quant/engine.ts';
import type { NaiveLevel } from '../market/book/naive-book.ts';
import { hasRecordings } from '../recordings/recorded-data.ts';
import { differences, instrumentValues } from './support/compare.ts';
import { event, oneSymbol, PARAMS, perp, spot } from './support/events.ts';
import { NaiveInstrument } from './support/naive-metrics.ts';
import { recordedRows, recordedText } from './support/recorded-files.ts';
import { runSession } from './support/session-run.ts';
import { TICK_ID, tickSession } from './support/tick-session.ts';

const MIN = 60_000;
const H = 60 * MIN;
const PERP = 'BTC-USDT.perp@binance';
const BARS_ID = 'BTC-USDT.spot@binance';
const GATE = 'BTC-USDT.perp@gate';

describe('book sums', () => {
  it('give the vectors of the specs', () => {
    const book = new OrderBook({ priceDecimals: 2, sizeDecimals: 1 }, 100);
    const sides = [
      [
        [9999.5, 1],
        [9992, 2],
        [9980, 4],
        [9910, 10],
        [9890, 50],
      ],
      [
        [10000.5, 0.5],
        [10007, 3],
        [10020, 2],
        [10095, 6],
        [10200, 9],
      ],
    ].map((levels) => {
      const list = new LevelList();
      for (const [price = 0, size = 0] of levels) list.push(Math.round(price * 100), Math.round(size * 10));
      return list;
    });
    book.load(sides[0]!, sides[1]!);
    const times = { ts_event: 0, ts_recv: 0, available_at: 0, quality: 'live', raw_ref: null } as const;
    const stamp = { venue: 'kraken', instrument: 'BTC-USD.spot@kraken', ...times };
    const { bands } = bookDepthEvent(book, { contractSize: 1, inverse: false }, stamp);
    expect(bands.slice(0, 3).map(({ bid, ask }) => bid - ask)).toEqual([-5037.75, 14842.25, 53372.25]);
    expect(bookTopEvent(book, { contractSize: 0.1, inverse: false }, stamp)).toMatchObject({
      bid: 9999.5,
      bid_size: 0.1,
      ask: 10000.5,
    });
    const inverse = bookDepthEvent(book, { contractSize: 10, inverse: true }, stamp);
    expect([inverse.best_bid, inverse.best_ask, inverse.bands]).toEqual([670, 205, []]);
  });
});

describe.skipIf(!hasRecordings('metrics of recorded sessions'))('metrics of recorded sessions', () => {
  it('equal the judge on five minutes of ticks, and the sums equal a naive book', () => {
    const { events, judged } = tickSession();
    const sums = events.filter((each): each is BookDepthEvent => each.type === 'book_depth');
    expect(sums.length).toBeGreaterThan(280);
    sums.forEach((each, at) => {
      const { bids, asks } = judged[at]!;
      const mid = (bids[0]![0] + asks[0]![0]) / 2;
      expect(each.best_bid).toBeCloseTo(notional(bids.slice(0, 10)), 4);
      expect(each.best_ask).toBeCloseTo(notional(asks.slice(0, 10)), 4);
      for (const band of each.bands) {
        // The edges in thousandths of a tick: a level on an edge is inside, whatever the last bit of a product says.
        const inside = ([price]: NaiveLevel) =>
          Math.round(Math.abs(price - mid) * 1e5) <= Math.round((mid * band.bps * 1e5) / 1e4);
        expect(Math.abs(band.bid - notional(bids.filter(inside)))).toBeLessThan(0.006 * bids.length);
        expect(Math.abs(band.ask - notional(asks.filter(inside)))).toBeLessThan(0.006 * asks.length);
      }
    });
    const from = Math.ceil(events[0]!.ts_recv / 15_000) * 15_000;
    const to = Math.floor(events.at(-1)!.ts_recv / 15_000) * 15_000;
    const judge = new NaiveInstrument(events, spot(TICK_ID), PARAMS);
    const ticks = runSession(new QuantEngine(oneSymbol('ETH-USD', [spot(TICK_ID)]), PARAMS), events, from, to);
    const wrong = ticks.flatMap((tick) => differences(instrumentValues(tick, 0, 0), judge.at(tick.tickTs), `${tick.tickTs}`));
    expect(wrong).toEqual([]);
    expect(ticks.filter((tick) => !Number.isNaN(instrumentValues(tick, 0, 0).taker_buy_sell_ratio)).length).toBeGreaterThan(15);
  });

  it('equal the judge on sixteen hours of minute bars: volatility', () => {
    const events = recordedRows('klines-1m-2022-11-09', 'BTCUSDT.csv.gz').map((row) => {
      return event('book_top', BARS_ID, Number(row['Kline Close time']) - 99, top(Number(row['Close price'])));
    });
    const from = Math.ceil(events[0]!.ts_recv / MIN) * MIN;
    const judge = new NaiveInstrument(events, spot(BARS_ID), PARAMS);
    const engine = new QuantEngine(oneSymbol('BTC-USD', [spot(BARS_ID)]), PARAMS);
    const ticks = runSession(engine, events, from, from + 16 * H).filter((_, at) => at % 640 === 0);
    const volatilities = ticks.map((tick) => {
      const ours = instrumentValues(tick, 0, 0);
      expect(differences(ours, { volatility: judge.at(tick.tickTs).volatility! }, `${tick.tickTs}`)).toEqual([]);
      return ours.volatility!;
    });
    expect(volatilities.at(-1)).toBeGreaterThan(0.5);
  });

  it('equal the judge on recorded bars, half hours played as hours: Parkinson and VADR', () => {
    const events = barsPlayedAsHours(recordedRows('klines-1m-2022-11-09', 'FTTUSDT.csv.gz'), 30);
    const judge = new NaiveInstrument(events, spot(BARS_ID), PARAMS);
    const engine = new QuantEngine(oneSymbol('FTT-USD', [spot(BARS_ID)]), PARAMS);
    const figures = events.map((each) => {
      engine.onEvent(each);
      const tick = engine.tick(each.ts_event + 15_000);
      const expected = judge.at(tick.tickTs);
      const names = ['parkinson_24h', 'vadr', 'quote_volume_24h'];
      expect(differences(instrumentValues(tick, 0, 0), pick(expected, names), `${tick.tickTs}`)).toEqual([]);
      return expected;
    });
    expect(figures.filter((each) => each.parkinson_24h! > 0 && each.vadr! > 0).length).toBeGreaterThan(5);
  });

  it('equal straightforward sums on settled funding, missing settlements included', () => {
    const rows = recordedRows('derivatives', 'funding-history-2020-2023', 'gate_BTC-USDT.csv').slice(800, 1200);
    const settled = rows.map((row) => ({ at: Date.parse(row.timestamp_utc!), rate: Number(row.funding_rate) }));
    const engine = new QuantEngine(oneSymbol('BTC-USD', [perp(GATE, 0.0001)]), PARAMS);
    let nulls = 0;
    for (const [index, { at, rate }] of settled.entries()) {
      const now = Math.round(at / MIN) * MIN + 10 * MIN;
      const fields = { unit: 'fraction', rate, interval_ms: 8 * H } as const;
      engine.onEvent(event('funding_settled', GATE, at, fields));
      engine.onEvent(
        event('funding', GATE, now - 1000, { ...fields, rate: rate + 1e-5, predicted_rate: null, next_settlement: null }),
      );
      if (now <= engine.lastTickTs) continue;
      const ours = instrumentValues(engine.tick(now), 0, 0);
      const past = settled.slice(Math.max(0, index - 29), index + 1).map((each) => each.rate);
      expect(differences(ours, { funding_z: naiveZ(rate + 1e-5, past) }, `${index}`)).toEqual([]);
      const buckets = Array.from({ length: 9 }, (_, back) => {
        const end = Math.floor(now / (8 * H)) * 8 * H - (8 - back) * 8 * H;
        return settled.find((each) => Math.abs(each.at - end) < MIN)?.rate ?? Number.NaN;
      });
      const slope = naiveSlope(buckets);
      if (Number.isNaN(slope)) nulls += 1;
      expect(differences(ours, { funding_trend: slope }, `${index}`, 1e-9, 1e-15)).toEqual([]);
    }
    // Eight while the first nine come in, eight after the hole of 93 settlements.
    expect(nulls).toBe(16);
  });

  it('equal straightforward statistics on recorded open interest, four hours played as one', () => {
    const rows = recordedRows('derivatives', 'binance-usdm-open-interest-4h.csv.gz').filter(({ symbol }) => symbol === 'BTCUSDT');
    const start = 1_767_225_600_000;
    const engine = new QuantEngine(oneSymbol('BTC-USD', [perp(PERP)]), PARAMS);
    const logs: { oi: number; price: number; usd: number }[] = [];
    const zSlot = INSTRUMENT_METRICS.length + PARAMS.timeframes.indexOf('1h');
    rows.forEach((row, index) => {
      const now = start + index * H;
      const base = Number(row.sum_open_interest);
      const price = Number(row.sum_open_interest_value) / base;
      engine.onEvent(event('mark', PERP, now - 900, { unit: 'quote', mark_price: price, index_price: null }));
      engine.onEvent(event('open_interest', PERP, now - 1000, { unit: 'base', amount: base, sides: 1, mark_price: null }));
      const tick = engine.tick(now);
      logs.push({ oi: Math.log(base), price: Math.log(price), usd: Math.log(base * price) });
      const z = tick.frame.usable(tick.layout.instrumentBase[0]![0]! + zSlot);
      const before = logs.slice(0, -1).map(({ usd }) => usd);
      const expected = before.length < 30 ? Number.NaN : naiveZ(logs.at(-1)!.usd, before);
      expect(differences({ oi_z: z }, { oi_z: expected }, `${index}`)).toEqual([]);
      const ours = instrumentValues(tick, 0, 0);
      expect(differences(ours, { oi_residual: naiveResidual(logs) }, `${index}`, 1e-9, 1e-13)).toEqual([]);
    });
    expect(logs).toHaveLength(108);
  });

  it('give the liquidation vector of the recorded Gate hour, one-sided', () => {
    const rows = JSON.parse(
      recordedText('exchange-payloads', 'transcribed', 'gate_contract_stats_BTC_USDT_1h.first12.json'),
    ) as GateRow[];
    const engine = new QuantEngine(oneSymbol('BTC-USD', [perp(GATE, 0.0001)]), PARAMS);
    const seen = new Map<number, readonly number[]>();
    for (const row of rows) {
      for (const each of gateEvents(row)) engine.onEvent(each);
      const tick = engine.tick((row.time + 3600) * 1000);
      const base = tick.layout.symbolBase[0]!;
      const ours = instrumentValues(tick, 0, 0);
      seen.set(row.time, [
        tick.frame.usable(base + SYMBOL_PLACE.liq_ratio_1h),
        tick.frame.usable(base + SYMBOL_PLACE.liq_intensity_1h),
        ours.taker_ratio_venue!,
        tick.frame.usable(base + SYMBOL_PLACE.liq_ratio_5m),
      ]);
      expect(
        differences(ours, { oi_usd: row.open_interest_usd / 2, global_ls_ratio: row.long_users / row.short_users }, ''),
      ).toEqual([]);
      expect(ours.top_pos_ls_ratio).toBeCloseTo(row.top_long_size / row.top_short_size, 12);
    }
    const [ratio, intensity, , short] = seen.get(1788930000)!;
    expect(ratio).toBeCloseTo(-0.7897199408, 9);
    expect(intensity).toBeCloseTo(1.8083752e-4, 10);
    expect(short).toBeNaN();
    expect(seen.get(1788926400)![2]).toBeNaN();
    expect(seen.get(1788930000)![2]).toBeGreaterThan(0);
  });
});

interface GateRow {
  readonly time: number;
  readonly open_interest: number;
  readonly open_interest_usd: number;
  readonly mark_price: number;
  readonly lsr_account: number;
  readonly long_users: number;
  readonly short_users: number;
  readonly top_lsr_size: number;
  readonly top_long_size: number;
  readonly top_short_size: number;
  readonly long_taker_size: number;
  readonly short_taker_size: number;
  readonly long_liq_usd: number;
  readonly short_liq_usd: number;
}

/** A row of contract statistics as a poller tells it: usable when its hour is over. */
function gateEvents(row: GateRow): readonly MarketEvent[] {
  const times = { ts_event: row.time * 1000, available_at: (row.time + 3600) * 1000 };
  const users = { ratio: row.lsr_account, longs: row.long_users, shorts: row.short_users };
  const sizes = { ratio: row.top_lsr_size, longs: row.top_long_size, shorts: row.top_short_size };
  const taker = { buy: row.long_taker_size, sell: row.short_taker_size, window_ms: H, window_end: times.available_at };
  const sums = { long_usd: row.long_liq_usd, short_usd: row.short_liq_usd, window_ms: H };
  const interest = { amount: row.open_interest, sides: 2, mark_price: row.mark_price } as const;
  return [
    event('long_short', GATE, times, { unit: 'ratio', population: 'accounts', ...users }),
    event('long_short', GATE, times, { unit: 'ratio', population: 'top_positions', ...sizes }),
    event('taker_volume', GATE, times, { unit: 'contracts', ...taker }),
    event('liquidation_stats', GATE, times, { unit: 'usd', ...sums }),
    event('open_interest', GATE, times, { unit: 'contracts', ...interest }),
  ];
}

function top(mid: number) {
  return { unit: 'quote', bid: mid - 0.01, ask: mid + 0.01, bid_size: 1, ask_size: 1 } as const;
}

/** Bars of so many minutes under the times of hours. */
function barsPlayedAsHours(rows: readonly Readonly<Record<string, string>>[], minutes: number): readonly MarketEvent[] {
  const count = Math.floor(rows.length / minutes);
  return Array.from({ length: count }, (_, at) => {
    const part = rows.slice(at * minutes, (at + 1) * minutes);
    const numbers = (name: string) => part.map((row) => Number(row[name]));
    const bar = {
      open: numbers('Open price')[0]!,
      high: Math.max(...numbers('High price')),
      low: Math.min(...numbers('Low price')),
      close: numbers('Close price').at(-1)!,
      volume: sum(numbers('Volume')),
      quote_volume: sum(numbers('Quote asset volume')),
    };
    const close = 1_667_952_000_000 + at * H;
    return event('kline', BARS_ID, { ts_event: close, available_at: close + 2000 }, { unit: 'base', interval_ms: H, ...bar });
  });
}

function notional(levels: readonly NaiveLevel[]): number {
  return sum(levels.map(([price, size]) => price * size));
}

function naiveZ(current: number, past: readonly number[]): number {
  if (past.length < 10) return Number.NaN;
  const mean = sum(past) / past.length;
  const deviation = Math.sqrt(sum(past.map((x) => (x - mean) ** 2)) / past.length);
  return deviation < 1e-8 ? 0 : (current - mean) / deviation;
}

function naiveSlope(y: readonly number[]): number {
  const x = y.map((_, i) => i / 3);
  const mx = sum(x) / x.length;
  const my = sum(y) / y.length;
  return sum(x.map((each, i) => (each - mx) * (y[i]! - my))) / sum(x.map((each) => (each - mx) ** 2));
}

function naiveResidual(logs: readonly { oi: number; price: number }[]): number {
  const oi = logs.slice(1).map((each, i) => each.oi - logs[i]!.oi);
  const price = logs.slice(1).map((each, i) => each.price - logs[i]!.price);
  if (oi.length < 11) return Number.NaN;
  const [x, y] = [price.slice(0, -1), oi.slice(0, -1)];
  const mx = sum(x) / x.length;
  const my = sum(y) / y.length;
  const slope = sum(x.map((each, i) => (each - mx) * (y[i]! - my))) / sum(x.map((each) => (each - mx) ** 2));
  return oi.at(-1)! - (my + slope * (price.at(-1)! - mx));
}

function pick(values: Readonly<Record<string, number>>, names: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(names.map((name) => [name, values[name]!]));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
