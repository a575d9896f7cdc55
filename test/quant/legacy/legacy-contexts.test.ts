import { describe, expect, it } from 'vitest';
import { legacyContextSchema, legacyTrendSchema } from '#shared/contracts/legacy-context.ts';
import type { QuantFeatureRow } from '#shared/contracts/quant-rows.ts';
import { SeatTaker } from '#shared/quant/instrument-seat.ts';
import { legacyContextRow, legacyTrendRow } from '#shared/quant/legacy/legacy-context-row.ts';
import { LegacyContexts } from '#shared/quant/legacy/legacy-contexts.ts';
import { type LegacyPoint, legacyPoint } from '#shared/quant/legacy/legacy-series.ts';
import { quantSymbol } from '#shared/quant/quant-symbol.ts';
import { PARAMS, perp, spot } from '../support/events.ts';

const START = 1_767_225_600_000;
const MIN = 60_000;
const SPOT = 'BTC-USD.spot@kraken';
const PERPS = ['BTC-USD.perp@krakenfutures', 'BTC-USDT.perp@gate'] as const;

type Values = Readonly<Record<string, number | null>>;

/** A stored row: values by metric, or `metric@instrument`. */
function row(values: Values, tickTs = START, quality: 'live' | 'stale' = 'live'): QuantFeatureRow {
  const metrics = Object.entries(values).map(([name, value]) => {
    const [metric, ...instrument] = name.split('@');
    return { metric, instrument: instrument.length === 0 ? null : instrument.join('@'), value, quality };
  });
  return { tick_ts: tickTs, symbol: 'BTC-USD', timeframe: '1m', metrics } as unknown as QuantFeatureRow;
}

const NOW: Values = {
  mid: 100,
  oi_usd: 1_000,
  oi_z: 3,
  ls_delta_pct: 25,
  imbalance: 0.1,
  oi_weighted_funding: 1e-4,
  global_ls_ratio: 2.5,
  taker_buy_sell_ratio: 1.5,
  volatility: 0.03,
  funding_z: -1,
  global_ls_z: 1,
  top_pos_ls_z: 2,
  oi_chg_pct: 2,
  cvd: 50,
  [`oi_usd@${PERPS[0]}`]: 300,
  [`oi_usd@${PERPS[1]}`]: 100,
  [`top_acc_ls_ratio@${PERPS[0]}`]: 1,
  [`top_acc_ls_ratio@${PERPS[1]}`]: 2,
  [`depth_2pct_bid_usd@${SPOT}`]: 200,
  [`depth_2pct_ask_usd@${SPOT}`]: 100,
};

/** Rows of eleven minutes, newest first: price and open interest grow by so many percent a row. */
function series(pricePct: number, oiPct: number, over: Values = {}): readonly QuantFeatureRow[] {
  return Array.from({ length: 11 }, (_, back) => {
    const grown = {
      mid: 100 * (1 + pricePct / 100) ** -back,
      oi_usd: 1_000 * (1 + oiPct / 100) ** -back,
      cvd: 50 - back,
      [`depth_2pct_bid_usd@${SPOT}`]: back === 0 ? 200 : 100,
    };
    return row({ ...NOW, ...grown, ...(back === 0 ? over : {}) }, START - back * MIN);
  });
}

const pointsOf = (rows: readonly QuantFeatureRow[]): readonly LegacyPoint[] => rows.map((each) => legacyPoint(each, SPOT));

describe('legacy context of a stored row (quant spec §5)', () => {
  it('looks back over rows of the series', () => {
    const rows = series(1, 2);
    const trend = legacyTrendSchema.parse(legacyTrendRow(rows[0]!, pointsOf(rows)));
    const grown = (pct: number, times: number): number => 100 * ((1 + pct / 100) ** times - 1);
    expect(trend).toMatchObject({ price_trend: 'rising', oi_trend: 'rising', legacy: true });
    for (const [got, want] of [
      [trend.px1, grown(1, 1)],
      [trend.px5, grown(1, 5)],
      [trend.px10, grown(1, 10)],
      [trend.oi1, grown(2, 1)],
      [trend.oi5, grown(2, 5)],
      [trend.oi10, grown(2, 10)],
      [trend.bid_depth_pct, 100],
      [trend.atr5, 0],
    ]) {
      expect(got).toBeCloseTo(want!, 9);
    }
  });

  it('says what the formulas say of their inputs', () => {
    const rows = series(1, 2);
    const context = legacyContextSchema.parse(legacyContextRow(rows[0]!, pointsOf(rows)));
    const confluence = (Math.tanh(1.5) + Math.tanh(0.5) + Math.tanh(10 / 200) + Math.tanh(0.2)) / 4;
    expect(context.confluence).toBeCloseTo(confluence, 12);
    expect(context.flags).toEqual(['momentum', 'orderflow']);
    expect(context.signal_conf).toBeCloseTo(2 / 5.7, 12);
    expect(context).toMatchObject({
      unknown_flags: ['accumulation', 'distribution', 'divergence'],
      family: 0.5,
      regime: 'expansion',
      regime_confidence: 0.5,
      bias_a: 'BEAR',
      blueprint: 1,
      blueprint_alert: true,
      tiers: [1, 2, 3],
      missing: ['obi'],
      obi: null,
    });
    expect(context.context).toBeCloseTo((0.6 * (2 / 5.7) + 0.4 * confluence) * 1.15, 12);
    expect(context.zsc).toBeCloseTo((0.4 * 3 + 0.2 * -1) / 0.6, 12);
    expect(context.zsc_old).toBeCloseTo((0.5 * 1 + 0.25 * 2) / 0.75, 12);
    expect(context.alerts.map(({ severity }) => severity)).toEqual(['high', 'medium', 'low']);
  });

  it('tells the other way too, and weighs accounts by open interest', () => {
    const rows = series(1, -2, { oi_z: -1, [`top_acc_ls_ratio@${PERPS[1]}`]: null, [`top_acc_ls_ratio@${PERPS[0]}`]: 0.8 });
    const context = legacyContextRow(rows[0]!, pointsOf(rows));
    expect(context).toMatchObject({ flags: ['exhaustion', 'orderflow'], family: -0.5, regime: 'exhaustion' });
    const weighed = series(1, -2, { oi_z: -1, [`top_acc_ls_ratio@${PERPS[0]}`]: 0.8, [`top_acc_ls_ratio@${PERPS[1]}`]: 1.4 });
    // 0.75·0.8 + 0.25·1.4 = 0.95, no longer below 0.9.
    expect(legacyContextRow(weighed[0]!, pointsOf(weighed)).flags).not.toContain('exhaustion');
    const calm = series(1, 2, { volatility: 0.01 });
    expect(legacyContextRow(calm[0]!, pointsOf(calm)).regime).toBe('accumulation');
  });

  it('keeps nulls null: of one row alone, of values that are stale, of a volatility nobody knows', () => {
    const alone = legacyContextRow(row(NOW), pointsOf([row(NOW)]));
    expect(alone).toMatchObject({ regime: null, context: null, family: null, flags: [], signal_conf: null });
    expect(legacyTrendRow(row(NOW), pointsOf([row(NOW)]))).toMatchObject({
      price_trend: null,
      px1: null,
      px10: null,
      atr5: null,
    });
    const stale = row(NOW, START, 'stale');
    const none = legacyContextRow(stale, pointsOf([stale]));
    const all = [none.confluence, none.bias_a, none.bias_b, none.blueprint, none.zsc, none.zsc_old, none.context];
    expect([all, none.tiers, none.alerts]).toEqual([all.map(() => null), [], []]);
    expect(legacyContextSchema.parse(none).missing).toHaveLength(16);
    const noVolatility = series(1, 2, { volatility: null });
    expect(legacyContextRow(noVolatility[0]!, pointsOf(noVolatility))).toMatchObject({ regime: null, context: null });
    const zeroOi = series(1, 2).map((each, back) => (back === 5 ? row({ ...NOW, oi_usd: 0 }, each.tick_ts) : each));
    expect(legacyTrendRow(zeroOi[0]!, pointsOf(zeroOi)).oi5).toBeNull();
  });
});

describe('legacy contexts of a tick', () => {
  const rows = new Map(series(1, 2).map((each) => [each.tick_ts, each]));
  const symbol = quantSymbol(
    { symbol: 'BTC-USD', instruments: [spot(SPOT), ...PERPS.map((id) => perp(id))] },
    new SeatTaker(),
    PARAMS.primary_venues,
  );

  it('read rows at steps of the timeframe, once a tick, and pause between symbols', async () => {
    const asked: number[] = [];
    let pauses = 0;
    const contexts = new LegacyContexts(
      async (_symbol, _timeframe, tickTs) => {
        asked.push((START - tickTs) / MIN);
        return rows.get(tickTs);
      },
      async () => {
        pauses += 1;
      },
    );
    const moment = { tickTs: START, timeframe: '1m' } as const;
    const [first] = await contexts.readings(moment, [symbol]);
    expect(asked).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(first!.context).toEqual(legacyContextRow(rows.get(START)!, pointsOf([...rows.values()])));
    expect(await contexts.readings(moment, [symbol])).toEqual([first]);
    expect([asked.length, pauses]).toEqual([11, 1]);
    expect(await contexts.readings({ ...moment, tickTs: START + MIN }, [symbol])).toEqual([]);
    rows.set(START + MIN, row(NOW, START + MIN));
    asked.length = 0;
    const [next] = await contexts.readings({ ...moment, tickTs: START + MIN }, [symbol]);
    expect([asked, next!.trend]).toEqual([[-1], legacyTrendRow(row(NOW, START + MIN), pointsOf([row(NOW), ...series(1, 2)]))]);
    const before = await contexts.readings({ ...moment, tickTs: START - MIN }, [symbol]);
    expect([before[0]!.trend.px10, before[0]!.trend.px5]).toEqual([null, expect.closeTo(100 * (1.01 ** 5 - 1), 9)]);
  });
});
