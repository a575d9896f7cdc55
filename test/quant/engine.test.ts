import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MarketEvent } from '#shared/contracts/market-events/market-event.ts';
import { marketEventSchema } from '#shared/contracts/market-events/market-event.ts';
import { type MetricValue, quantFeatureRowSchema, quantSummaryRowSchema } from '#shared/contracts/quant-rows.ts';
import { canonicalJson } from '#shared/core/canonical-json.ts';
import { sha256Hex } from '#shared/core/sha256.ts';
import { SYMBOL_METRICS, type SymbolMetric } from '#shared/quant/dictionary.ts';
import { QuantEngine, type QuantTick } from '#shared/quant/engine.ts';
import { inputsHash } from '#shared/quant/rows/inputs-hash.ts';
import { QuantRows } from '#shared/quant/rows/quant-rows.ts';
import { instrumentValues } from './support/compare.ts';
import { event, oneSymbol, PARAMS, perp, spot } from './support/events.ts';
import { INVERSE_ID, PERP_ID, randomSession, SPOT_ID } from './support/random-session.ts';
import { runSession } from './support/session-run.ts';

const START = 1_767_225_600_000;
const S = 1000;
const MIN = 60 * S;
const H = 60 * MIN;
const specs = [perp(INVERSE_ID, 1, 'inverse'), spot(SPOT_ID), perp(PERP_ID, 0.0001)];
const USDT = 'USDT-USD.spot@kraken';

function newEngine(): QuantEngine {
  return new QuantEngine(oneSymbol('BTC-USD', specs), PARAMS);
}

function aggregate(tick: QuantTick, metric: SymbolMetric): number {
  return tick.frame.usable(tick.layout.symbolBase[0]! + SYMBOL_METRICS.findIndex(({ id }) => id === metric));
}

function summaryBytes(ticks: readonly QuantTick[]): string {
  const rows = new QuantRows();
  return ticks.map((tick) => canonicalJson(rows.summary(tick))).join('\n');
}

describe('aggregates', () => {
  it('give the vector of funding-weighted open interest', () => {
    const a = 'ETH-USD.perp@krakenfutures';
    const b = 'ETH-USD.perp@gemini';
    const engine = new QuantEngine(oneSymbol('ETH-USD', [perp(a), perp(b)]), PARAMS);
    for (const [id, amount, rate] of [
      [a, 3e9, 1e-4],
      [b, 1e9, 5e-5],
    ] as const) {
      engine.onEvent(event('open_interest', id, START, { unit: 'usd', amount, sides: 1, mark_price: 3000 }));
      const fields = { unit: 'fraction', rate, interval_ms: 8 * H, predicted_rate: null, next_settlement: null } as const;
      engine.onEvent(event('funding', id, START, fields));
    }
    const tick = engine.tick(START);
    expect(aggregate(tick, 'funding_weighted_oi')).toBeCloseTo(350_000, 6);
    expect(aggregate(tick, 'oi_weighted_funding')).toBeCloseTo(8.75e-5, 16);
    expect(aggregate(tick, 'oi_usd')).toBe(4e9);
  });

  it('leave a venue out that lacks one of the two, and say who is in', () => {
    const engine = newEngine();
    engine.onEvent(event('open_interest', PERP_ID, START, { unit: 'usd', amount: 10, sides: 1, mark_price: 1 }));
    engine.onEvent(event('open_interest', INVERSE_ID, START, { unit: 'usd', amount: 30, sides: 1, mark_price: 1 }));
    engine.onEvent(event('long_short', PERP_ID, START, { unit: 'ratio', population: 'accounts', ratio: 2, longs: 2, shorts: 1 }));
    const row = new QuantRows().features(engine.tick(START), 0, 0);
    const of = (metric: string) => row.metrics.find((each) => each.metric === metric && each.venue === null)!;
    expect(of('global_ls_ratio')).toMatchObject({ value: 2, venues: ['gate'], quality: 'live' });
    expect(of('oi_usd')).toMatchObject({ value: 40, venues: ['gate', 'krakenfutures'], quality: 'converted' });
    expect(of('oi_weighted_funding')).toMatchObject({ value: null, venues: [], quality: 'missing' });
  });
});

describe('quality and age', () => {
  it('goes live, carried, stale, and the score uses no stale value', () => {
    const engine = newEngine();
    engine.onEvent(
      event('long_short', PERP_ID, START, { unit: 'ratio', population: 'accounts', ratio: 1.5, longs: null, shorts: null }),
    );
    const seen = [0, 4, 4.25, 10, 10.25].map((minutes) => {
      const tick = engine.tick(START + minutes * MIN);
      const row = new QuantRows().features(tick, 0, 0);
      const value = row.metrics.find(({ metric, instrument }) => metric === 'global_ls_ratio' && instrument === PERP_ID)!;
      return [value.quality, value.value, value.ts_event === START, instrumentValues(tick, 0, 2).global_ls_ratio];
    });
    expect(seen).toEqual([
      ['live', 1.5, true, 1.5],
      ['live', 1.5, true, 1.5],
      ['carried', 1.5, true, 1.5],
      ['carried', 1.5, true, 1.5],
      ['stale', 1.5, true, Number.NaN],
    ]);
  });

  it('shows nothing of a book that is lost, and nothing from the broken span', () => {
    const engine = newEngine();
    const depth = { unit: 'quote' as const, best_bid: 3, best_ask: 1, bands: [] };
    engine.onEvent(event('book_depth', SPOT_ID, START - 100, depth));
    expect(instrumentValues(engine.tick(START), 0, 1).imbalance).toBe(0.5);
    engine.onEvent(event('book_state', SPOT_ID, START + 1, { unit: 'state', live: false, reason: 'gap' }));
    expect(instrumentValues(engine.tick(START + 15 * S), 0, 1).imbalance).toBeNaN();
    // The venue's clock may lag behind ours: the order of arrival counts.
    engine.onEvent(event('book_depth', SPOT_ID, { ts_event: START - 50, available_at: START + 29 * S }, depth));
    expect(instrumentValues(engine.tick(START + 30 * S), 0, 1).imbalance).toBe(0.5);
  });

  it('suspects a swapped ratio and an implausible rate', () => {
    const engine = newEngine();
    engine.onEvent(
      event('long_short', PERP_ID, START, { unit: 'ratio', population: 'accounts', ratio: 1.5, longs: 2, shorts: 3 }),
    );
    const rates = { rate: 0.003, interval_ms: H, predicted_rate: null, next_settlement: null };
    engine.onEvent(event('funding', INVERSE_ID, START, { unit: 'fraction', ...rates }));
    const row = new QuantRows().features(engine.tick(START), 0, 0);
    const quality = (metric: string, id: string) =>
      row.metrics.find((each) => each.metric === metric && each.instrument === id)!.quality;
    expect([quality('global_ls_ratio', PERP_ID), quality('funding_8h', INVERSE_ID)]).toEqual(['suspect', 'suspect']);
  });
});

describe('basis', () => {
  function basisAt(usdt: number): readonly [string, number | null, number | null] {
    const engine = newEngine();
    const top = (mid: number) => ({ unit: 'quote', bid: mid - 0.00005, ask: mid + 0.00005, bid_size: 1, ask_size: 1 }) as const;
    engine.onEvent(event('book_top', USDT, START, top(usdt)));
    const prices = { unit: 'quote', mark_price: 50_010, spot_price: 50_000, spot_instrument: 'BTC-USD.spot@gate' } as const;
    engine.onEvent(event('basis', PERP_ID, START, prices));
    const row = new QuantRows().features(engine.tick(START), 0, 0);
    const of = (metric: string) => row.metrics.find((each) => each.metric === metric && each.instrument === PERP_ID)!;
    return [of('basis').quality, of('basis').value, of('basis_pct').value];
  }

  it('converts USDT, and suspects it off its par', () => {
    const [quality, value, pct] = basisAt(0.9996);
    expect(quality).toBe('converted');
    expect(value).toBeCloseTo(-10.004, 6);
    expect(pct).toBeCloseTo(-0.020008, 9);
    expect(basisAt(0.994)[0]).toBe('suspect');
  });
});

describe('ticks', () => {
  it('see nothing of the future', () => {
    const events = randomSession('future', START, 12);
    const ticks = runSession(newEngine(), events, START, START + 8 * MIN);
    const cut = events.filter(({ available_at }) => available_at <= START + 8 * MIN);
    expect(summaryBytes(runSession(newEngine(), cut, START, START + 8 * MIN))).toBe(summaryBytes(ticks));
  });

  it('give the same bytes for the same events, in whatever order independent symbols come', () => {
    const symbols = ['BTC', 'ETH', 'SOL'];
    const of = (base: string, id: string) => id.replace('BTC', base);
    const universe = {
      symbols: symbols.map((base) => ({
        symbol: `${base}-USD`,
        instruments: specs.map((spec) => ({ ...spec, id: of(base, spec.id) })),
      })),
      stablecoins: [],
    };
    const sessions = symbols.map((base) => {
      return randomSession(base, START, 6).map((each) => ({ ...each, instrument: of(base, each.instrument) }) as MarketEvent);
    });
    const arrived = (order: readonly number[]) => order.flatMap((at) => sessions[at]!).toSorted((a, b) => a.ts_recv - b.ts_recv);
    const bytes = (order: readonly number[], reversed: boolean) => {
      const listed = reversed ? { ...universe, symbols: universe.symbols.toReversed() } : universe;
      return summaryBytes(runSession(new QuantEngine(listed, PARAMS), arrived(order), START, START + 6 * MIN));
    };
    const expected = bytes([0, 1, 2], false);
    expect(expected.length).toBeGreaterThan(10_000);
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2], { minLength: 3 }), fc.boolean(), (order, reversed) => {
        expect(bytes(order, reversed)).toBe(expected);
      }),
      { numRuns: 6 },
    );
  });

  it('go on from a restored state as if nothing had happened', () => {
    const events = randomSession('restart', START, 20);
    const whole = runSession(newEngine(), events, START, START + 20 * MIN);
    const half = START + 10 * MIN;
    const first = newEngine();
    runSession(first, events, START, half);
    const second = newEngine();
    second.restore(first.snapshot());
    // What was received but not yet available at the crash is fetched again.
    const late = events.filter((each) => each.ts_recv > half || each.available_at > half);
    const after = runSession(second, late, half + 15 * S, START + 20 * MIN);
    expect(summaryBytes(after)).toBe(summaryBytes(whole.filter(({ tickTs }) => tickTs > half)));
    const small = new QuantEngine(oneSymbol('BTC-USD', [spot(SPOT_ID)]), PARAMS);
    expect(() => small.restore(new Float64Array(3))).toThrow(expect.objectContaining({ code: 'QUANT_STATE_FOREIGN' }));
  });

  it('count skipped ones and refuse to go back', () => {
    const engine = newEngine();
    expect([engine.tick(START).skipped, engine.tick(START + MIN).skipped]).toEqual([0, 3]);
    expect(() => engine.tick(START + MIN)).toThrow(expect.objectContaining({ code: 'INVARIANT' }));
    expect(() => engine.tick(START + MIN + 1)).toThrow(expect.objectContaining({ code: 'INVARIANT' }));
  });

  it('say unknown when every derivative source is down, and recover without a restart', () => {
    const events = randomSession('outage', START, 40);
    const during = (each: MarketEvent) => each.ts_recv < START + 15 * MIN || each.ts_recv > START + 35 * MIN;
    const alive = events.filter((each) => during(each) || !/perp/.test(each.instrument));
    const ticks = runSession(newEngine(), alive, START, START + 40 * MIN);
    const at = (minutes: number) => ticks[minutes * 4]!.scores;
    expect([at(34).score(0), at(34).biases[0]]).toEqual([Number.NaN, 'unknown']);
    expect(at(40).coverage(0)).toBeGreaterThan(at(34).coverage(0));
  });
});

describe('rows', () => {
  it('hash the vector of the spec', () => {
    const values = [
      { instrument: 'BTC-USDT.perp@gate', metric: 'funding_8h', ts_event: '1767225540000', value: '"0.000037"', venue: 'gate' },
      {
        instrument: 'BTC-USD.perp@krakenfutures',
        metric: 'oi_usd',
        ts_event: '1767225599500',
        value: '"162535350.37666285"',
        venue: 'krakenfutures',
      },
      { instrument: 'BTC-USDT.perp@gate', metric: 'top_pos_ls_ratio', ts_event: 'null', value: 'null', venue: 'gate' },
    ];
    const valuesText = `[${values
      .map(
        (v) =>
          `{"instrument":"${v.instrument}","metric":"${v.metric}","ts_event":${v.ts_event},"value":${v.value},"venue":"${v.venue}"}`,
      )
      .join(',')}]`;
    const inputs = { tickTs: START, symbol: 'BTC-USD', timeframe: '1m', paramsHash: '0'.repeat(64), valuesText };
    expect(inputsHash(inputs)).toBe('754da43fb4492090198a2a2338c131261beddf7ea36c13e651173727ccfa4feb');
  });

  it('hash canonical JSON of what the features say, and have the shape of their contracts', () => {
    const ticks = runSession(newEngine(), randomSession('rows', START, 5), START, START + 5 * MIN);
    const rows = new QuantRows();
    for (const tick of ticks.slice(-3)) {
      const [summary] = rows.summary(tick).map((row) => quantSummaryRowSchema.parse(row));
      const features = quantFeatureRowSchema.parse(rows.features(tick, 0, 0));
      expect(summary!.inputs_hash).toBe(features.inputs_hash);
      expect(hashOfMetrics(features.metrics, tick)).toBe(summary!.inputs_hash);
    }
  });

  it('are fed by events that pass their contract', () => {
    for (const each of randomSession('contract', START, 3)) {
      expect(marketEventSchema.safeParse(each).error).toBeUndefined();
    }
  });
});

/** Hash of a row's inputs, selected and written here by other means. */
function hashOfMetrics(metrics: readonly MetricValue[], tick: QuantTick): string {
  const onSpot = ['imbalance', 'mid', 'taker_buy_usd', 'taker_sell_usd'];
  const onPerp = [
    ...onSpot,
    'funding_8h',
    'global_ls_ratio',
    'liq_long_usd_5m',
    'liq_short_usd_5m',
    'oi_usd',
    'top_pos_ls_ratio',
  ];
  const values = metrics
    .filter(({ metric, instrument }) => instrument !== null && (/spot/.test(instrument) ? onSpot : onPerp).includes(metric))
    .map(({ metric, venue, instrument, ts_event, value }) => ({ metric, venue, instrument, ts_event, value }))
    .toSorted((a, b) => (`${a.metric} ${a.venue} ${a.instrument}` < `${b.metric} ${b.venue} ${b.instrument}` ? -1 : 1))
    .map((each) => ({ ...each, value: each.value === null ? null : String(each.value) }));
  const text = canonicalJson({
    schema: 'quant_inputs/1',
    tick_ts: tick.tickTs,
    symbol: 'BTC-USD',
    timeframe: '1m',
    params_hash: tick.paramsHash,
    values,
  });
  return sha256Hex(text);
}
