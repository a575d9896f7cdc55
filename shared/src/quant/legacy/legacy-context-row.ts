import type { LegacyContextRow, LegacyTrendRow } from '../../contracts/legacy-context.ts';
import type { QuantFeatureRow } from '../../contracts/quant-rows.ts';
import { orNull } from '../finite.ts';
import { LEGACY_FLAGS, type LegacyFlag, type LegacyRow, legacyFlags, legacySignalConfidence } from './legacy-flags.ts';
import { legacyAlerts, legacyContext, legacyFamily, legacyRegime } from './legacy-regime.ts';
import {
  legacyBiasA,
  legacyBiasB,
  legacyBlueprint,
  legacyConfluence,
  legacyTiers,
  legacyZsc,
  legacyZscOld,
} from './legacy-scores.ts';
import { type LegacyPoint, legacyChanges, oiWeighted, usableValue } from './legacy-series.ts';

/** Inputs of each flag; with one of them null nobody knows whether it would fire. */
const NEEDS: Readonly<Record<LegacyFlag, readonly (keyof LegacyRow)[]>> = {
  accumulation: ['oi5', 'atr5', 'px5', 'topAcc', 'obi'],
  distribution: ['oi5', 'atr5', 'px5', 'topAcc', 'obi'],
  momentum: ['oi5', 'atr5', 'px5', 'taker'],
  exhaustion: ['px10', 'atr5', 'oi10', 'topAcc', 'oiZ'],
  orderflow: ['bidDepthPct', 'askBidRatio', 'taker'],
  divergence: ['globalLs', 'topAcc', 'funding', 'obi'],
};

/** The flags that a regime is made of. */
const FAMILY = ['accumulation', 'momentum', 'distribution', 'exhaustion'] as const;

/** Everything of quant spec §5 for one stored row; `points` are the rows of its legacy series, newest first, itself included. */
export function legacyContextRow(row: QuantFeatureRow, points: readonly LegacyPoint[]): LegacyContextRow {
  const inputs = inputsOf(row, points);
  const flags = legacyFlags(inputs);
  const unknown = LEGACY_FLAGS.filter((flag) => NEEDS[flag].some((name) => Number.isNaN(inputs[name])));
  const { imbalancePct, lsDelta, volatility } = othersOf(row);
  const confluence = legacyConfluence({ oiZ: inputs.oiZ, lsDelta, imbalancePct, funding: inputs.funding });
  const confidence = unknown.length === LEGACY_FLAGS.length ? Number.NaN : legacySignalConfidence(flags);
  const regime = regimeOf(flags, unknown, volatility);
  const blueprint = blueprintOf(inputs, imbalancePct);
  return {
    ...placeOf(row),
    context: regime === null ? null : orNull(legacyContext(confidence, confluence, regime.regime)),
    regime: regime?.regime ?? null,
    regime_confidence: regime?.confidence ?? null,
    family: regime?.family ?? null,
    signal_conf: orNull(confidence),
    flags: [...flags],
    unknown_flags: unknown,
    confluence: orNull(confluence),
    bias_a: legacyBiasA(confluence),
    bias_b: legacyBiasB(confluence),
    blueprint: blueprint?.share ?? null,
    blueprint_alert: blueprint?.alert ?? null,
    tiers: [...tiersOf(row, inputs, imbalancePct, points)],
    zsc: orNull(legacyZsc(inputs.oiZ, Number.NaN, Number.NaN, usableValue(row, 'funding_z'))),
    zsc_old: orNull(legacyZscOld(usableValue(row, 'global_ls_z'), Number.NaN, usableValue(row, 'top_pos_ls_z'))),
    obi: null,
    vpi: null,
    vpi_oi: null,
    alerts: [...legacyAlerts(inputs.oiZ, inputs.globalLs, imbalancePct / 100)],
    missing: Object.entries({ ...inputs, imbalancePct, lsDelta, volatility }).flatMap(([name, each]) => {
      return Number.isNaN(each) ? [name] : [];
    }),
  };
}

/** Changes over the rows of the legacy series, and which way they point. */
export function legacyTrendRow(row: QuantFeatureRow, points: readonly LegacyPoint[]): LegacyTrendRow {
  const { px, oi, atr5, bidDepthPct } = legacyChanges(points);
  return {
    ...placeOf(row),
    price_trend: trendOf(px(5)),
    oi_trend: trendOf(oi(5)),
    px1: orNull(px(1)),
    px5: orNull(px(5)),
    px10: orNull(px(10)),
    oi1: orNull(oi(1)),
    oi5: orNull(oi(5)),
    oi10: orNull(oi(10)),
    atr5: orNull(atr5),
    bid_depth_pct: orNull(bidDepthPct),
  };
}

function placeOf({ symbol, timeframe, tick_ts }: QuantFeatureRow) {
  return { symbol, timeframe, tick_ts, legacy: true } as const;
}

/** The best five quantities of a book are not stored: `obi` is null, and flags that need it never fire. */
function inputsOf(row: QuantFeatureRow, points: readonly LegacyPoint[]): LegacyRow {
  const { px, oi, atr5, bidDepthPct } = legacyChanges(points);
  const [now] = points;
  return {
    px5: px(5),
    px10: px(10),
    oi5: oi(5),
    oi10: oi(10),
    atr5,
    topAcc: oiWeighted(row, 'top_acc_ls_ratio'),
    globalLs: usableValue(row, 'global_ls_ratio'),
    obi: Number.NaN,
    taker: usableValue(row, 'taker_buy_sell_ratio'),
    oiZ: usableValue(row, 'oi_z'),
    funding: usableValue(row, 'oi_weighted_funding'),
    bidDepthPct,
    askBidRatio: now === undefined ? Number.NaN : now.askUsd / now.bidUsd,
  };
}

function othersOf(row: QuantFeatureRow) {
  return {
    imbalancePct: 100 * usableValue(row, 'imbalance'),
    lsDelta: usableValue(row, 'ls_delta_pct'),
    volatility: usableValue(row, 'volatility'),
  };
}

/** Each strength of the family is 1 when its flag fired; null when nothing is known of any, or of the volatility that decides. */
function regimeOf(flags: readonly LegacyFlag[], unknown: readonly LegacyFlag[], volatility: number) {
  if (FAMILY.every((flag) => unknown.includes(flag))) return null;
  const [accumulation, momentum, distribution, exhaustion] = FAMILY.map((flag) => (flags.includes(flag) ? 1 : 0));
  const family = legacyFamily(accumulation!, momentum!, distribution!, exhaustion!);
  const judged = legacyRegime(family, volatility);
  return Number.isNaN(volatility) && judged.regime !== 'neutral' ? null : { ...judged, family };
}

function blueprintOf({ oiZ, globalLs }: LegacyRow, imbalancePct: number) {
  return [oiZ, globalLs, imbalancePct].some(Number.isNaN) ? null : legacyBlueprint(oiZ, globalLs, imbalancePct);
}

/** A null holds no tier; nobody says how the divergence of weighted open interest is measured, so tier 5 never holds. */
function tiersOf(row: QuantFeatureRow, inputs: LegacyRow, imbalancePct: number, [now, before]: readonly LegacyPoint[]) {
  const agreement = now === undefined || before === undefined ? 0 : (now.cvd - before.cvd) * (now.price - before.price);
  return legacyTiers({
    oiZ: inputs.oiZ,
    globalLs: inputs.globalLs,
    imbalancePct,
    cvdAgrees: agreement > 0,
    oiChangePct: usableValue(row, 'oi_chg_pct'),
    fundingPct: 100 * inputs.funding,
    weightedOiDivergence: Number.NaN,
  });
}

function trendOf(change: number): LegacyTrendRow['price_trend'] {
  if (Number.isNaN(change)) return null;
  return change > 0 ? 'rising' : change < 0 ? 'falling' : 'flat';
}
