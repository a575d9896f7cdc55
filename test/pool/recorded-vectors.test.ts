import { describe, expect, it } from 'vitest';
import { formatDay, parseDay } from '#shared/core/calendar-day.ts';
import type { Panel } from '#shared/pool/panel.ts';
import { panelOrThrow } from '../golden/golden-pool.ts';
import { readParams } from '../golden/pool-params.ts';
import { hasShared, readCandles, sharedPath } from '../golden/read-csv.ts';
import { recordedInput, vectorParams } from '../golden/recorded-pool.ts';

const reference = vectorParams(readParams('reference'), 'broad_liquid');
const recorded = (set: string): string => sharedPath(`data/${set}`);

/** Features of one symbol on as_of, from the candles of that symbol and the benchmark. */
function featuresOf(set: string, symbol: string, asOf: string, params = reference): (name: string) => number {
  const candles = readCandles(recorded(set), (name) => name === symbol || name === 'BTCUSDT');
  const { detail, symbols } = panelOrThrow({ ...recordedInput(candles, params, asOf), detailDates: 1 });
  const row = detail.symbol.findIndex((s) => symbols[s] === symbol);
  return (name) => detail.columns.get(name)![row]!;
}

function expectValues(of: (name: string) => number, expected: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(expected)) {
    const ours = of(name);
    // The vectors are typed with up to twelve digits.
    expect(Math.abs(ours - value), `${name}: ${ours}, expected ${value}`).toBeLessThanOrEqual(
      1e-11 * Math.max(1e-9, Math.abs(value)),
    );
  }
}

describe.skipIf(!hasShared('data/ohlcv-1d'))('vectors on recorded candles (pool spec §18)', () => {
  it('P-16: ETHUSDT at the end of 2024', () => {
    const of = featuresOf('ohlcv-1d', 'ETHUSDT', '2024-12-31');
    expectValues(of, {
      roc20: -0.128928626419,
      roc120: 0.315116961714,
      sma200: 2986.0744,
      trend_persist_90: 0.6,
      ma200_slope: -0.00543581068293,
      vol20: 0.549794188416,
      vol60: 0.734996216255,
      risk_adjusted_momentum: 0.176903013178,
      downside_volatility: 0.336566335627,
      atr_ratio: 0.0614461023281,
      ulcer_index: 8.84507361848,
      drawdown_severity: 0.181139796729,
      liquidity_stability: 0.610431577551,
      age_days: 2192,
      rs_risk_adj: -0.156169374305,
      rolling_beta_to_btc: 0.943151002486,
      rolling_corr_to_btc: 0.694901218175,
      btc_zscore_120: 0.936823873273,
    });
  });

  it('P-17: DOGEUSDT at its 2021 peak', () => {
    const of = featuresOf('ohlcv-1d', 'DOGEUSDT', '2021-05-08');
    expectValues(of, {
      roc60: 10.0008858314,
      price_vs_sma200: 8.16909653794,
      vol20: 2.71104047549,
      momentum_combo: 16.3702327659,
      dist_to_90d_high: -0.0764547273202,
      ulcer_index: 21.4813393935,
      liquidity_stability: 0.214956087758,
      rs_combo: 16.234257772,
      rolling_beta_to_btc: 0.489434848992,
      rolling_corr_to_btc: 0.0975111105154,
    });
  });

  it('P-18: LUNAUSDT after its return, in rows and in days', () => {
    const rows = featuresOf('ohlcv-1d-spot203-2021-2022', 'LUNAUSDT', '2022-06-30');
    expectValues(rows, { roc60: -0.973902169915, vol60: 437544.451009, rolling_drawdown: -0.981714482048, age_days: 529 });
    const { calendar, features } = readParams('core_major');
    const days = featuresOf('ohlcv-1d-spot203-2021-2022', 'LUNAUSDT', '2022-06-30', { ...reference, calendar, features });
    for (const name of ['roc60', 'vol60', 'liquidity_stability']) expect(days(name)).toBeNaN();
    expectValues(days, { roc20: -0.256574122577, rolling_drawdown: -0.76, age_days: 31 });
  });
});

describe.skipIf(!hasShared('data/ohlcv-1d'))('vectors on the ohlcv-1d panel, broad_liquid', () => {
  const candles = hasShared('data/ohlcv-1d') ? readCandles(recorded('ohlcv-1d')) : [];
  const panelOf = (scoredDates: number): Panel =>
    panelOrThrow({ ...recordedInput(candles, reference, '2024-12-31'), scoredDates });
  const panel = candles.length > 0 ? panelOf(300) : undefined;
  const at = (symbol: string, date: string, table: { readonly day: Int32Array; readonly symbol: Int32Array }): number =>
    table.day.findIndex((day, row) => day === parseDay(date) && panel!.symbols[table.symbol[row]!] === symbol);

  it('P-19: members and regime of 2024-11-30', () => {
    const { rules, symbols, regimes } = panel!;
    const rows = Array.from(rules.day.keys()).filter((row) => rules.day[row] === parseDay('2024-11-30'));
    expect(rows.map((row) => symbols[rules.symbol[row]!]!.replace('USDT', '')).join(' ')).toBe(
      'AAVE ARB ATOM EOS ETH FLOKI GRT ICP INJ LTC MKR NEAR OP PEPE STX TIA UNI',
    );
    const regime = regimes.find(({ day }) => day === parseDay('2024-11-30'))!;
    expectValues((name) => regime[name as 'rsDispersion'], {
      breadthAboveSma60: 1,
      breadthAboveSma200: 0.941176470588,
      momentumDispersion: 0.18699818091,
      singleLeaderBurst: 0.397432964051,
      confidence: 0.584431144961,
    });
    expect(regime.regime).toBe('late_momentum');
  });

  it('P-20: labels of ETHUSDT, known and partly known', () => {
    const { labels } = panel!;
    const [h30, h60, h90] = labels.horizons;
    const known = at('ETHUSDT', '2024-06-30', labels);
    const values = [h30, h60, h90].flatMap((h) => [h!.futureReturn[known]!, h!.rankPct[known]!]);
    const expected = [-0.0462311236243, 0.473684210526, -0.264836424134, 0.368421052632, -0.221906484864, 0.157894736842];
    for (const [k, value] of expected.entries()) expect(values[k]).toBeCloseTo(value, 11);
    expect(labels.blendedTarget[known]).toBeCloseTo(0.389473684211, 11);

    const open = at('ETHUSDT', '2024-11-15', labels);
    expect(h30!.rankPct[open]).toBeCloseTo(0.416666666667, 11);
    expect(labels.blendedTarget[open]).toBeCloseTo(0.208333333333, 11);
    const strict = { ...reference, labels: { ...reference.labels, missing: 'strict' as const } };
    expect(panelOrThrow(recordedInput(candles, strict, '2024-12-31')).labels.blendedTarget[open]).toBeNaN();
  });

  it('P-21: the three best of each scheme on 2024-03-31', () => {
    const { rules, symbols } = panel!;
    const rows = Array.from(rules.day.keys()).filter((row) => rules.day[row] === parseDay('2024-03-31'));
    expect(rows.length).toBe(16);
    const best = (scheme: string): (string | number)[] => {
      const score = rules.schemes.get(scheme)!;
      const sorted = rows.toSorted((a, b) => score[b]! - score[a]!).slice(0, 3);
      return sorted.flatMap((row) => [symbols[rules.symbol[row]!]!.replace('USDT', ''), Number(score[row]!.toFixed(12))]);
    };
    expect(best('relative_strength_focus')).toEqual(['STX', 0.925, 'MKR', 0.8125, 'ICP', 0.803125]);
    expect(best('balanced_leader')).toEqual(['STX', 0.878125, 'ICP', 0.76875, 'MKR', 0.721875]);
    expect(best('conservative_trend_quality')).toEqual(['STX', 0.83125, 'ICP', 0.709375, 'MKR', 0.671875]);
  });
});

describe.skipIf(!hasShared('data/ohlcv-1d-bybit-linear'))('P-22: the bybit panel of 2024-11-30, core_major', () => {
  it.each(['reference', 'core_major'] as const)('has the same window, rows and mean target with %s', (set) => {
    const candles = readCandles(recorded('ohlcv-1d-bybit-linear'));
    const params = vectorParams(readParams(set), 'core_major');
    const panel = panelOrThrow(recordedInput(candles, params, '2024-11-30'));
    const { training, regimes, rules, symbols } = panel;
    expect([formatDay(training.firstDay), formatDay(training.lastDay), training.rowCount]).toEqual([
      '2022-09-13',
      '2024-09-01',
      2548,
    ]);
    expect(training.target.reduce((sum, value) => sum + value, 0) / training.rowCount).toBeCloseTo(0.619897959183673, 13);
    expect(regimes.at(-1)).toMatchObject({ regime: 'late_momentum', confidence: 1 });
    const score = rules.schemes.get('balanced_leader')!;
    const raw = Object.fromEntries(Array.from(rules.symbol, (s, row) => [symbols[s]!.replace('USDT', ''), score[row]!]));
    expectValues((name) => raw[name]!, {
      SOL: 0.695454545455,
      UNI: 0.759090909091,
      STX: 0.363636363636,
      LTC: 0.527272727273,
      AVAX: 0.690909090909,
      DYDX: 0.45,
      INJ: 0.477272727273,
      XRP: 0.9,
      LINK: 0.6,
      AR: 0.2,
      ETH: 0.336363636364,
    });
  });
});
