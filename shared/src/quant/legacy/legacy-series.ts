import type { MetricValue, QuantFeatureRow } from '../../contracts/quant-rows.ts';
import { LivepoolError } from '../../core/errors.ts';
import { finite, orNaN } from '../finite.ts';
import { legacyAtr5 } from './legacy-flags.ts';

/** Rows before the newest one that the legacy formulas look back over. */
export const LOOK_BACK_ROWS = 10;

/** Metrics that the legacy formulas read. */
export const LEGACY_METRICS: ReadonlySet<string> = new Set([
  'mid',
  'oi_usd',
  'oi_z',
  'oi_chg_pct',
  'ls_delta_pct',
  'imbalance',
  'oi_weighted_funding',
  'funding_z',
  'global_ls_ratio',
  'global_ls_z',
  'top_pos_ls_z',
  'top_acc_ls_ratio',
  'taker_buy_sell_ratio',
  'volatility',
  'cvd',
  'depth_2pct_bid_usd',
  'depth_2pct_ask_usd',
]);

/** What the formulas need of one row; NaN for null. */
export interface LegacyPoint {
  readonly price: number;
  readonly oiUsd: number;
  readonly bidUsd: number;
  readonly askUsd: number;
  readonly cvd: number;
}

/** Changes over rows, percent, and the spread of one-row returns; NaN for null. */
export interface LegacyChanges {
  readonly px: (rows: number) => number;
  readonly oi: (rows: number) => number;
  readonly atr5: number;
  readonly bidDepthPct: number;
}

/** A stored row as the formulas see it; `depthOf` is the instrument whose depth counts. A row that is not there is all NaN. */
export function legacyPoint(row: QuantFeatureRow | undefined, depthOf: string | null): LegacyPoint {
  const value = (metric: string, instrument: string | null = null): number => usableValue(row, metric, instrument);
  return {
    price: value('mid'),
    oiUsd: value('oi_usd'),
    bidUsd: depthOf === null ? Number.NaN : value('depth_2pct_bid_usd', depthOf),
    askUsd: depthOf === null ? Number.NaN : value('depth_2pct_ask_usd', depthOf),
    cvd: value('cvd'),
  };
}

/** Changes from earlier rows to the newest one; `points` newest first. */
export function legacyChanges(points: readonly LegacyPoint[]): LegacyChanges {
  const between = (of: (point: LegacyPoint) => number, from: number, to: number): number => {
    const [before, after] = [points[from], points[to]];
    return before === undefined || after === undefined ? Number.NaN : finite(100 * (of(after) / of(before) - 1));
  };
  const price = (point: LegacyPoint): number => point.price;
  return {
    px: (rows) => between(price, rows, 0),
    oi: (rows) => between(({ oiUsd }) => oiUsd, rows, 0),
    atr5: legacyAtr5([4, 3, 2, 1, 0].map((at) => between(price, at + 1, at))),
    bidDepthPct: between(({ bidUsd }) => bidUsd, 1, 0),
  };
}

/** A value that scores may use too; NaN for a null, stale or suspect one. */
export function usableValue(row: QuantFeatureRow | undefined, metric: string, instrument: string | null = null): number {
  if (!LEGACY_METRICS.has(metric))
    throw new LivepoolError('INVARIANT', 'bug', `${metric} is not among the metrics that are read`);
  const found = row?.metrics.find((each) => each.metric === metric && each.instrument === instrument);
  return found === undefined || !isUsable(found) ? Number.NaN : orNaN(found.value);
}

/** Mean of an instrument metric weighted by open interest, over instruments that have both; NaN without one. */
export function oiWeighted(row: QuantFeatureRow, metric: string): number {
  let sum = 0;
  let weight = 0;
  for (const { instrument } of row.metrics.filter((each) => each.metric === metric && each.instrument !== null)) {
    const [value, oi] = [usableValue(row, metric, instrument), usableValue(row, 'oi_usd', instrument)];
    if (Number.isNaN(value * oi)) continue;
    sum += value * oi;
    weight += oi;
  }
  return weight > 0 ? sum / weight : Number.NaN;
}

function isUsable({ quality }: MetricValue): boolean {
  return quality === 'live' || quality === 'converted' || quality === 'carried';
}
