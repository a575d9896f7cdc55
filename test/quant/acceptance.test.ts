import { describe, expect, it } from 'vitest';
import type { MarketEvent } from '#shared/contracts/market-events/market-event.ts';
import type { MetricValue } from '#shared/contracts/quant-rows.ts';
import { QuantEngine, type QuantTick } from '#shared/quant/engine.ts';
import { QuantRows } from '#shared/quant/rows/quant-rows.ts';
import { event, oneSymbol, PARAMS, perp, spot } from './support/events.ts';
import { INVERSE_ID, PERP_ID, randomSession, SPOT_ID } from './support/random-session.ts';
import { runSession } from './support/session-run.ts';

const START = 1_767_225_600_000;
const MIN = 60_000;
const H = 60 * MIN;
const UNIVERSE = oneSymbol('BTC-USD', [perp(INVERSE_ID, 1, 'inverse'), spot(SPOT_ID), perp(PERP_ID, 0.0001)]);
const USDT = 'USDT-USD.spot@kraken';

function run(events: readonly MarketEvent[], minutes: number): readonly QuantTick[] {
  return runSession(new QuantEngine(UNIVERSE, PARAMS), events, START, START + minutes * MIN);
}

function metrics(tick: QuantTick): readonly MetricValue[] {
  return new QuantRows().features(tick, 0, 0).metrics;
}

function of(tick: QuantTick, metric: string, instrument: string | null): MetricValue {
  return metrics(tick).find((each) => each.metric === metric && each.instrument === instrument)!;
}

/** Metrics in which two ticks of two engines differ. */
function differing(a: QuantTick, b: QuantTick): readonly string[] {
  const other = metrics(b);
  return metrics(a).flatMap((value, index) => {
    return JSON.stringify(value) === JSON.stringify(other[index]) ? [] : [`${value.metric}@${value.instrument ?? 'symbol'}`];
  });
}

describe('one endpoint that answers 429 (quant spec §14.2)', () => {
  it('makes its metric carried, then stale, renormalises the score, and touches nothing else', () => {
    const events = randomSession('429', START, 50);
    const isRefused = ({ type, ts_recv: at, ...rest }: MarketEvent): boolean =>
      type === 'long_short' && 'population' in rest && rest.population === 'accounts' && at > START + 35 * MIN;
    const whole = run(events, 50);
    const refused = run(
      events.filter((each) => !isRefused(each)),
      50,
    );
    const qualities = refused.slice(140).map((tick) => of(tick, 'global_ls_ratio', PERP_ID).quality);
    const order = ['live', 'carried', 'stale'];
    expect([...new Set(qualities)]).toEqual(order);
    const end = refused.at(-1)!;
    const weight = PARAMS.score.inputs.global_ls.weight;
    const full = whole.at(-1)!;
    expect(Number.isNaN(full.scores.contribution(0, 3))).toBe(false);
    expect(end.scores.coverage(0)).toBeCloseTo(full.scores.coverage(0) - weight, 9);
    // The other contributions grow by the weight that is gone.
    for (const input of [0, 1, 2, 4, 5, 6]) {
      const expected = (full.scores.contribution(0, input) * full.scores.coverage(0)) / end.scores.coverage(0);
      if (!Number.isNaN(expected)) expect(end.scores.contribution(0, input)).toBeCloseTo(expected, 12);
    }
    const touched = /^(global_ls_ratio|global_ls_z|ls_delta_pct|confluence_score)@/;
    expect(differing(full, end).filter((name) => !touched.test(name))).toEqual([]);
  });
});

describe('a stablecoin off its par (quant spec §14.3)', () => {
  it('makes the basis suspect, and coverage falls by nothing', () => {
    const session = randomSession('depeg', START, 40);
    const prices = { unit: 'quote', mark_price: 50_010, spot_price: 50_000, spot_instrument: 'BTC-USD.spot@gate' } as const;
    const at = START + 40 * MIN;
    const atPar = (usdt: number) => {
      const top = { unit: 'quote', bid: usdt - 5e-5, ask: usdt + 5e-5, bid_size: 1, ask_size: 1 } as const;
      const added = [event('book_top', USDT, at, top), event('basis', PERP_ID, at, prices)];
      return run([...session.filter(({ ts_recv }) => ts_recv < at), ...added], 40).at(-1)!;
    };
    const [par, off] = [atPar(1), atPar(0.99)];
    expect([of(par, 'basis', PERP_ID).quality, of(off, 'basis', PERP_ID).quality]).toEqual(['converted', 'suspect']);
    expect(off.scores.coverage(0)).toBe(par.scores.coverage(0));
    expect(off.scores.score(0)).toBe(par.scores.score(0));
    expect(differing(par, off).filter((name) => !/^basis(_pct|_apr)?@BTC-USDT/.test(name))).toEqual([]);
  });
});

describe('funding of eight hours and of one (quant spec §14.4)', () => {
  it('gives 10.95 % and 8.76 % a year', () => {
    const engine = new QuantEngine(UNIVERSE, PARAMS);
    const rate = (id: string, value: number, interval_ms: number) =>
      engine.onEvent(
        event('funding', id, START, { unit: 'fraction', rate: value, interval_ms, predicted_rate: null, next_settlement: null }),
      );
    rate(PERP_ID, 1e-4, 8 * H);
    rate(INVERSE_ID, 1e-5, H);
    const tick = engine.tick(START);
    expect(of(tick, 'funding_apr', PERP_ID).value).toBeCloseTo(0.1095, 12);
    expect(of(tick, 'funding_apr', INVERSE_ID).value).toBeCloseTo(0.0876, 12);
  });
});
