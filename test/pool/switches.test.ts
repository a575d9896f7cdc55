import { describe, expect, it } from 'vitest';
import type { PoolParams } from '#shared/contracts/pool-params.ts';
import { DAY_MS, formatDay, parseDay } from '#shared/core/calendar-day.ts';
import type { CandleSeries } from '#shared/market/candle-series.ts';
import { buildPanel } from '#shared/pool/build-panel.ts';
import { blendRanks } from '#shared/pool/labels/build-labels.ts';
import type { Panel } from '#shared/pool/panel.ts';
import type { PanelInput } from '#shared/pool/panel-input.ts';
import { candleWorld, edited, smallWorldParams, WORLD_START, withoutRows, worldInput } from '../arbitraries/candle-world.ts';
import { panelOrThrow } from '../golden/golden-pool.ts';
import { readParams } from '../golden/pool-params.ts';

// Each switch of pool spec §1 that the panel obeys: one key is flipped on a fixture and exactly the stated change is seen.

const NAMES = ['AAAUSDT', 'BBBUSDT', 'CCCUSDT', 'DDDUSDT', 'EEEUSDT', 'FFFUSDT'];
const WORLD = candleWorld({ seed: 'switches', days: 260, symbols: NAMES });
const LAST = WORLD_START + 259;
const reference = smallWorldParams('reference');
const coreMajor = readParams('core_major');

type Flip<K extends keyof PoolParams> = Partial<PoolParams[K]>;

/** The parity set with some keys of one block taken from elsewhere. */
function flipped<K extends keyof PoolParams>(block: K, keys: Flip<K>, base: PoolParams = reference): PoolParams {
  return { ...base, [block]: { ...(base[block] as object), ...keys } };
}

const panelWith = (params: PoolParams, changes: Partial<PanelInput> = {}): Panel =>
  panelOrThrow({ ...worldInput(WORLD, params, LAST), detailDates: 1, ...changes });

const members = (panel: Panel): string[] => panel.universe.members.map(({ symbol }) => symbol);
const detail = ({ detail: { columns, symbol, day }, symbols }: Panel, name: string, column: string, on = LAST): number => {
  const row = symbol.findIndex((s, r) => symbols[s] === name && day[r] === on);
  return row < 0 ? Number.NEGATIVE_INFINITY : columns.get(column)![row]!;
};
const without = (symbol: string, from: number, to: number): PanelInput['candles'] =>
  WORLD.map((series) => (series.symbol === symbol ? withoutRows(series, (row) => row >= from && row < to) : series));
const codesOf = (panel: Panel, symbol: string): string[] | undefined =>
  panel.exclusions.find((item) => item.symbol === symbol)?.reasons.map(({ code }) => code);

it('S01 open_candle: reject refuses an as_of that is not closed for ten minutes', () => {
  const runAtMs = (LAST + 1) * DAY_MS + 599_999;
  const rejecting = flipped('candles', { open_candle: 'reject' });
  expect(buildPanel({ ...worldInput(WORLD, reference, LAST), runAtMs }).ok).toBe(true);
  expect(buildPanel({ ...worldInput(WORLD, rejecting, LAST), runAtMs })).toMatchObject({
    ok: false,
    error: [{ code: 'open_candle' }],
  });
  expect(buildPanel({ ...worldInput(WORLD, rejecting, LAST), runAtMs: runAtMs + 1 }).ok).toBe(true);
});

it('S04 on_error: retry_then_mark holds a failed symbol against the build, skip_symbol passes over it in silence', () => {
  const failing = { candles: WORLD.filter(({ symbol }) => symbol !== 'AAAUSDT'), failedSymbols: ['AAAUSDT'] };
  const { metadata } = worldInput(WORLD, reference, LAST);
  const marking = flipped('candles', { on_error: 'retry_then_mark' });
  expect(codesOf(panelWith(reference, { ...failing, metadata }), 'AAAUSDT')).toEqual(['no_history']);
  expect(codesOf(panelWith(marking, { ...failing, metadata }), 'AAAUSDT')).toEqual(['fetch_failed']);
  const enforced = (params: PoolParams) => flipped('quality', { enforce: true }, params);
  const build = (params: PoolParams) => buildPanel({ ...worldInput(WORLD, enforced(params), LAST), ...failing });
  expect(build(reference).ok).toBe(true);
  expect(build(marking)).toMatchObject({ ok: false, error: [{ code: 'coverage_low' }] });
});

it('S05 as_of.rule: last_closed_day keeps the asked day, last_panel_date takes the newest there is', () => {
  const closedDay = flipped('as_of', { rule: 'last_closed_day' });
  expect(panelWith(reference, { asOf: LAST + 4 }).asOf).toBe(LAST);
  expect(buildPanel({ ...worldInput(WORLD, closedDay, LAST + 4) })).toMatchObject({
    ok: false,
    error: [{ code: 'benchmark_incomplete' }],
  });
});

it('S06 metadata.history: point_in_time keeps a symbol that was delisted later in the past', () => {
  const candles = without('CCCUSDT', 200, 260);
  const listed = worldInput(candles, reference, LAST).metadata[0]!.instruments;
  const metadata = [
    { knownFrom: LAST, instruments: listed.map((item) => (item.symbol === 'CCCUSDT' ? { ...item, status: 'BREAK' } : item)) },
  ];
  const wasMember = (panel: Panel): boolean => panel.universe.rows.some((row) => row.symbol === 'CCCUSDT' && row.inUniverse);
  const history = coreMajor.metadata.history;
  expect(wasMember(panelWith(reference, { candles, metadata }))).toBe(false);
  expect(wasMember(panelWith(flipped('metadata', { history }), { candles, metadata }))).toBe(true);
});

it('S07 leveraged_rule: suffix_with_underlying lets SUPER in and keeps AAAUP out', () => {
  const candles = candleWorld({ seed: 'leveraged', days: 200, symbols: [...NAMES, 'SUPERUSDT', 'AAAUPUSDT'] });
  const asOf = WORLD_START + 199;
  const names = (params: PoolParams): string[] => members(panelOrThrow(worldInput(candles, params, asOf)));
  expect(names(reference)).toEqual(NAMES);
  const leveragedRule = coreMajor.metadata.leveraged_rule;
  expect(names(flipped('metadata', { leveraged_rule: leveragedRule }))).toEqual([...NAMES, 'SUPERUSDT']);
});

it('S08 calendar.mode: in rows a lost candle shifts every window, in days it does not', () => {
  const candles = without('DDDUSDT', 250, 251);
  const rows = panelWith(reference, { candles });
  const days = panelWith(flipped('calendar', { mode: 'days' }), { candles });
  const close = WORLD.find(({ symbol }) => symbol === 'DDDUSDT')!.close;
  expect(detail(rows, 'DDDUSDT', 'roc20')).toBe(close[259]! / close[238]! - 1);
  expect(detail(days, 'DDDUSDT', 'roc20')).toBe(close[259]! / close[239]! - 1);
  expect([detail(rows, 'DDDUSDT', 'age_days'), detail(days, 'DDDUSDT', 'age_days')]).toEqual([259, 260]);
  // The gap day counts no turnover and no trade, and nothing else is seen of it.
  expect(detail(days, 'DDDUSDT', 'tradable_ratio_180')).toBe(179 / 180);
  expect(detail(rows, 'DDDUSDT', 'tradable_ratio_180')).toBe(1);
  expect(days.detail.rowCount).toBe(7);
});

it('S08 calendar.mode: without gaps both give the same panel', () => {
  const rows = panelWith(reference);
  const days = panelWith(coreMajorCalendar());
  for (const [name, column] of rows.detail.columns) expect([name, ...days.detail.columns.get(name)!]).toEqual([name, ...column]);
  expect(days.training).toEqual(rows.training);
  expect(days.regimes).toEqual(rows.regimes);
});

function coreMajorCalendar(): PoolParams {
  return { ...reference, calendar: coreMajor.calendar };
}

describe('S09', () => {
  const candles = without('DDDUSDT', 236, 238);
  const daysMode = flipped('calendar', { mode: 'days' });

  it('min_valid_frac: .95 bears a gap in a window of 60 that 1 does not', () => {
    const strict = panelWith(daysMode, { candles });
    const lenient = panelWith(flipped('calendar', { min_valid_frac: 0.95 }, daysMode), { candles });
    expect(detail(strict, 'DDDUSDT', 'sma60')).toBeNaN();
    expect(detail(lenient, 'DDDUSDT', 'sma60')).toBeGreaterThan(0);
    expect(detail(strict, 'DDDUSDT', 'sma20')).toBe(detail(lenient, 'DDDUSDT', 'sma20'));
  });

  it('lookup_lag_days: 3 finds the value before a gap at the far end', () => {
    const shifted = without('DDDUSDT', 239, 240);
    const exact = panelWith(daysMode, { candles: shifted });
    const lagged = panelWith(flipped('calendar', { lookup_lag_days: 3 }, daysMode), { candles: shifted });
    const close = WORLD.find(({ symbol }) => symbol === 'DDDUSDT')!.close;
    expect(detail(exact, 'DDDUSDT', 'roc20')).toBeNaN();
    expect(detail(lagged, 'DDDUSDT', 'roc20')).toBe(close[259]! / close[238]! - 1);
  });

  it('episode_gap_days: 7 starts age and windows again after eight missing days, not after seven', () => {
    const seven = flipped('calendar', { episode_gap_days: 7 }, daysMode);
    const ageAfter = (missing: number, params: PoolParams): number =>
      detail(panelWith(params, { candles: without('DDDUSDT', 200, 200 + missing) }), 'DDDUSDT', 'age_days');
    expect([ageAfter(8, daysMode), ageAfter(7, seven), ageAfter(8, seven)]).toEqual([260, 260, 52]);
  });
});

it('S10 stability_missing: require_all is missing until the 180-day mean exists', () => {
  const candles = without('EEEUSDT', 0, 180);
  const skip = panelWith(reference, { candles });
  const all = panelWith(flipped('features', { stability_missing: 'require_all' }), { candles });
  expect(detail(skip, 'EEEUSDT', 'liquidity_stability')).toBe(1);
  expect(detail(all, 'EEEUSDT', 'liquidity_stability')).toBeNaN();
  expect(detail(all, 'AAAUSDT', 'liquidity_stability')).toBe(detail(skip, 'AAAUSDT', 'liquidity_stability'));
});

it('S11, S12 partial_month_refresh, first_date_refresh: only the two dates disappear', () => {
  const dates = (keys: Flip<'universe'>): string[] => panelWith(flipped('universe', keys)).universe.refreshDays.map(formatDay);
  const ends = ['2022-01-31', '2022-02-28', '2022-03-31', '2022-04-30', '2022-05-31', '2022-06-30', '2022-07-31', '2022-08-31'];
  expect(dates({})).toEqual(['2022-01-01', ...ends, '2022-09-17']);
  expect(dates({ partial_month_refresh: false })).toEqual(['2022-01-01', ...ends]);
  expect(dates({ first_date_refresh: false })).toEqual([...ends, '2022-09-17']);
});

describe('S13 universe.state', () => {
  const monthEnds = flipped('universe', { partial_month_refresh: false, first_date_refresh: false });
  const carrying = flipped('universe', { state: 'carry' }, monthEnds);
  const july = parseDay('2022-07-31')!;
  const sealed = panelWith(carrying, { asOf: july }).universe.state!;
  // A revision after the release: the old turnover of BBB was too small to be a candidate in July.
  const revised = edited(WORLD, 'BBBUSDT', ({ quoteVolume, day }) => {
    for (let row = 0; row < day.length; row++) if (day[row]! <= july) quoteVolume[row] = 1;
  });
  const august = parseDay('2022-08-15')!;

  it('carry keeps the published membership and warns of the drift; rederive rewrites it', () => {
    const rederived = panelWith(monthEnds, { candles: revised, asOf: august, universeState: sealed });
    const carried = panelWith(carrying, { candles: revised, asOf: august, universeState: sealed });
    expect(members(rederived)).toEqual(NAMES.filter((name) => name !== 'BBBUSDT'));
    expect(rederived.warnings).toEqual([]);
    expect(members(carried)).toEqual(NAMES);
    expect(carried.universe.stateSource).toBe('carried');
    expect(carried.warnings).toMatchObject([{ code: 'universe_state_drift', symbols: ['BBBUSDT'] }]);
  });

  it('carry advances the state by the refreshes since', () => {
    const carried = panelWith(carrying, { universeState: sealed });
    const derived = panelWith(monthEnds);
    expect(carried.warnings).toEqual([]);
    expect(carried.universe.state).toEqual(derived.universe.state);
    expect(carried.universe.state!.refresh_date).toBe('2022-08-31');
    // A mean over 180 days needs the end of June.
    expect(carried.universe.state!.streaks.AAAUSDT).toEqual({ eligible: 3, ineligible: 0 });
  });

  it('carry derives, with a warning, when the state is of other parameters or of a later date', () => {
    const otherParams = { ...sealed, universe_params_sha256: '0'.repeat(64) };
    const later = { ...sealed, refresh_date: '2022-12-31' };
    for (const universeState of [otherParams, later]) {
      const panel = panelWith(carrying, { universeState });
      expect(panel.universe.stateSource).toBe('derived');
      expect(panel.warnings).toMatchObject([{ code: 'universe_state_unusable' }]);
    }
  });
});

describe('S14, S15 labels', () => {
  const candles = without('CCCUSDT', 230, 260);
  const listed = worldInput(candles, reference, LAST).metadata[0]!.instruments;
  const metadata = [
    { knownFrom: LAST, instruments: listed.map((item) => (item.symbol === 'CCCUSDT' ? { ...item, status: 'BREAK' } : item)) },
  ];
  const pointInTime = flipped('metadata', { history: 'point_in_time' });
  const labelsOf = (
    labels: Flip<'labels'>,
  ): { returns: (number | undefined)[]; ranks: (number | undefined)[]; target: number } => {
    const panel = panelOrThrow({ ...worldInput(candles, flipped('labels', labels, pointInTime), LAST), metadata });
    const { day, symbol, horizons, blendedTarget } = panel.labels;
    // The last candle is on day 229: from 225 the horizon of 3 days is known, those of 6 and 9 are not.
    const row = symbol.findIndex((s, r) => panel.symbols[s] === 'CCCUSDT' && day[r] === WORLD_START + 225);
    return {
      returns: horizons.map(({ futureReturn }) => futureReturn[row]),
      ranks: horizons.map(({ rankPct }) => rankPct[row]),
      target: blendedTarget[row]!,
    };
  };

  it('S14 missing: parity counts an unknown rank as 0 with its weight, strict has no target', () => {
    const parity = labelsOf({});
    expect(parity.returns.map(Number.isNaN)).toEqual([false, true, true]);
    expect(parity.target).toBeCloseTo(0.5 * parity.ranks[0]!, 12);
    expect(labelsOf({ missing: 'strict' }).target).toBeNaN();
  });

  it('S15 delisted: terminal ends an unknown horizon at the last close less the haircut', () => {
    const { close } = WORLD.find(({ symbol }) => symbol === 'CCCUSDT')!;
    const { returns } = labelsOf({ delisted: 'terminal', delist_haircut: 0.3 });
    expect(returns[0]).toBe(close[228]! / close[225]! - 1);
    for (const value of returns.slice(1)) expect(value).toBeCloseTo((0.7 * close[229]!) / close[225]! - 1, 12);
  });

  it('P-05: ranks .8, missing, .4 blend to .46, or to nothing', () => {
    const ranks = [0.8, Number.NaN, 0.4];
    expect(blendRanks(ranks, reference.labels)).toBeCloseTo(0.46, 12);
    expect(blendRanks(ranks, { ...reference.labels, missing: 'strict' })).toBeNaN();
    expect(blendRanks([Number.NaN, Number.NaN, Number.NaN], reference.labels)).toBeNaN();
  });
});

it('S16 burst_sigma: only the regime changes, and only towards broad_alt_strength', () => {
  const candles = WORLD.map(rising);
  const narrow = panelWith(reference, { candles });
  const wide = panelWith(flipped('regime', { burst_sigma: 2.5 }), { candles });
  const changed = narrow.regimes.flatMap(({ regime }, p) =>
    wide.regimes[p]!.regime === regime ? [] : [wide.regimes[p]!.regime],
  );
  expect(changed.length).toBeGreaterThan(0);
  expect(new Set(changed)).toEqual(new Set(['broad_alt_strength']));
  expect(wide.training).toEqual(narrow.training);
});

/** The same walk on a trend of 1 % a day. */
function rising(series: CandleSeries): CandleSeries {
  let growth = 1;
  const scale = Float64Array.from(series.day, () => {
    growth *= 1.01;
    return growth;
  });
  const scaled = (column: Float64Array): Float64Array => column.map((value, row) => value * scale[row]!);
  return {
    ...series,
    open: scaled(series.open),
    high: scaled(series.high),
    low: scaled(series.low),
    close: scaled(series.close),
  };
}

describe('S20, S21 prefilter', () => {
  const candles = candleWorld({ seed: 'prefilter', days: 100, symbols: [...NAMES, 'GGGUSDT'] }).map((series) => {
    // GGG is too young for the relaxed age and below every volume.
    return series.symbol === 'GGGUSDT' ? withoutRows(series, (row) => row < 90) : series;
  });
  const relaxed = flipped('prefilter', { mode: 'relaxed', min_symbols: 1, include_previous: false });
  const panelOf = (params: PoolParams): Panel =>
    panelOrThrow({ ...worldInput(candles, params, WORLD_START + 99), previousPool: ['GGGUSDT'] });

  it('S20 mode: relaxed loads what passes, off loads everything', () => {
    const some = panelOf(relaxed);
    expect(some.prefilter?.loadOrder[0]).toBe('BTCUSDT');
    expect(some.symbols).toEqual([...NAMES, 'BTCUSDT'].toSorted());
    expect(codesOf(some, 'GGGUSDT')).toEqual(['prefiltered']);
    const all = panelOf(reference);
    expect(all.prefilter).toBeNull();
    expect(all.symbols).toContain('GGGUSDT');
    expect(codesOf(all, 'GGGUSDT')).toContain('history_short');
  });

  it('S21 include_previous: the previous pool is loaded whatever it passes', () => {
    const kept = panelOf(flipped('prefilter', { include_previous: true }, relaxed));
    expect(kept.symbols).toContain('GGGUSDT');
    expect(kept.prefilter?.stats.find(({ symbol }) => symbol === 'GGGUSDT')?.relaxedPass).toBe(false);
  });
});

it('says when no instrument list is of its time', () => {
  const input = worldInput(WORLD, flipped('metadata', { history: 'point_in_time' }), LAST);
  const later = (days: number): PanelInput => ({
    ...input,
    metadata: input.metadata.map((list) => ({ ...list, knownFrom: LAST + days })),
  });
  expect(panelOrThrow(later(1)).warnings).toEqual([]);
  expect(panelOrThrow(later(30)).warnings).toMatchObject([
    { code: 'metadata_inferred', message: expect.stringMatching(/30 days after as_of/) },
  ]);
});

describe('S22 quality.enforce', () => {
  const enforced = flipped('quality', { enforce: true });
  const spoilt = (edit: Parameters<typeof edited>[2]): PanelInput['candles'] => edited(WORLD, 'BBBUSDT', edit);

  it('drops an impossible row that is otherwise computed with', () => {
    const candles = spoilt(({ high }) => {
      high[255] = 0.001;
    });
    const loose = panelWith(reference, { candles });
    const strict = panelWith(enforced, { candles });
    expect(loose.findings).toEqual([]);
    expect(strict.findings).toMatchObject([
      { symbol: 'BBBUSDT', day: WORLD_START + 255, code: 'ohlc_inconsistent', effect: 'day_dropped' },
      { symbol: 'BBBUSDT', day: WORLD_START + 256, code: 'gap', observed: 1 },
    ]);
    expect(detail(strict, 'BBBUSDT', 'age_days')).toBe(259);
    expect(detail(loose, 'BBBUSDT', 'age_days')).toBe(260);
  });

  it('keeps what the reader left out for the explanation, within the days it reads', () => {
    const found = (day: number) => ({ symbol: 'BBBUSDT', day, code: 'value_invalid', effect: 'day_dropped' }) as const;
    const rowFindings = [found(WORLD_START + 255), found(LAST + 1), found(parseDay('2009-12-31')!)];
    expect(panelWith(enforced, { rowFindings }).findings).toEqual([found(WORLD_START + 255)]);
    expect(panelWith(reference, { rowFindings }).findings).toEqual([]);
  });

  it.each([
    ['halted', (row: number): boolean => row >= 255 && row < 258],
    ['corporate_action_suspected', undefined],
    ['pegged', undefined],
  ] as const)('bars a %s symbol', (code, isQuiet) => {
    const candles = spoilt((columns) => {
      for (let row = 0; row < columns.day.length; row++) {
        const restate = code === 'pegged' ? 1 / columns.close[row]! : code === 'halted' || row < 250 ? 1 : 1000;
        for (const price of [columns.open, columns.high, columns.low, columns.close]) price[row]! *= restate;
        columns.volume[row]! /= restate;
        if (isQuiet?.(row)) columns.quoteVolume[row] = columns.volume[row] = 0;
      }
    });
    expect(members(panelWith(reference, { candles }))).toContain('BBBUSDT');
    const strict = panelWith(enforced, { candles });
    expect(members(strict)).toEqual(NAMES.filter((name) => name !== 'BBBUSDT'));
    expect(codesOf(strict, 'BBBUSDT')).toEqual([code]);
    expect(strict.findings.map((finding) => [finding.symbol, finding.code])).toEqual([['BBBUSDT', code]]);
  });

  it('refuses a benchmark with a hole in the last 220 days', () => {
    const candles = without('BTCUSDT', 100, 101);
    expect(buildPanel(worldInput(candles, reference, LAST)).ok).toBe(true);
    expect(buildPanel(worldInput(candles, enforced, LAST))).toMatchObject({
      ok: false,
      error: [{ code: 'benchmark_incomplete', details: { missing: 1 } }],
    });
  });

  it('refuses when more than 5 % of the eligible symbols failed to load', () => {
    const failedSymbols = ['AAAUSDT'];
    const marking = (base: PoolParams) => flipped('candles', { on_error: 'retry_then_mark' }, base);
    expect(buildPanel({ ...worldInput(WORLD, marking(reference), LAST), failedSymbols }).ok).toBe(true);
    expect(buildPanel({ ...worldInput(WORLD, marking(enforced), LAST), failedSymbols })).toMatchObject({
      ok: false,
      error: [{ code: 'coverage_low', details: { failedEligible: ['AAAUSDT'] } }],
    });
  });
});

it('S28 excluded_kinds: bars fiat, gold and wrapped names', () => {
  const candles = candleWorld({ seed: 'kinds', days: 200, symbols: [...NAMES, 'EURUSDT', 'PAXGUSDT', 'WBTCUSDT'] });
  const names = (params: PoolParams): string[] => members(panelOrThrow(worldInput(candles, params, WORLD_START + 199)));
  expect(names(reference)).toEqual([...NAMES, 'EURUSDT', 'PAXGUSDT', 'WBTCUSDT'].toSorted());
  expect(names(flipped('metadata', { excluded_kinds: coreMajor.metadata.excluded_kinds }))).toEqual(NAMES);
});

it('no switch is read from the name of the set', () => {
  const renamed = { ...reference, id: 'core_major', mode: 'another_mode' };
  const { mode: _mode, ...rest } = panelWith(renamed);
  const { mode: _other, ...expected } = panelWith(reference);
  expect(rest).toEqual(expected);
});

it('refuses a source without a volume scale and takes one from the caller', () => {
  const input = { ...worldInput(WORLD, reference, LAST), source: 'gate' };
  expect(buildPanel(input)).toMatchObject({ ok: false, error: [{ code: 'SOURCE_UNCALIBRATED' }] });
  const scaled = panelOrThrow({ ...input, volumeScale: 1000 });
  expect(scaled.volumeScale).toBe(1000);
  expect(scaled.universe.members).toEqual([]);
  expect(codesOf(scaled, 'AAAUSDT')).toEqual(['volume_30_low']);
});

it.each([
  ['no symbol at all', []],
  ['no benchmark', WORLD.slice(1)],
  ['a stale benchmark', WORLD.map((series, s) => (s === 0 ? withoutRows(series, (row) => row > 250) : series))],
])('refuses %s with a reason, in both sets', (_name, candles) => {
  for (const params of [reference, smallWorldParams('core_major')]) {
    expect(buildPanel(worldInput(candles, params, LAST))).toMatchObject({ ok: false, error: [{ code: 'benchmark_incomplete' }] });
  }
});
