import type { Observations } from '../calendar/observations.ts';
import { rollingMax } from '../rolling/rolling-max.ts';
import { rollingMean } from '../rolling/rolling-mean.ts';
import { rollingStd } from '../rolling/rolling-std.ts';
import { fullWindow, growingWindow, type WindowRule } from '../rolling/window-rule.ts';
import { finiteOrMissing, writeRatio, writeRatioMinusOne } from './elementwise.ts';
import type { FeatureWorkspace } from './feature-columns.ts';

const SQRT_365 = Math.sqrt(365);

/**
 * Writes volatilities, average true range, drawdowns and the ulcer index (pool spec §8). Needs momentum first. Entries before `from`
 * have no meaning.
 */
export function writeRisk(observations: Observations, minValidFrac: number, workspace: FeatureWorkspace, from: number): void {
  const { columns } = workspace;
  const { count } = observations;
  writeAnnualisedStd(columns.daily_return, count, fullWindow(20, minValidFrac, from), columns.vol20);
  writeAnnualisedStd(columns.daily_return, count, fullWindow(60, minValidFrac, from), columns.vol60);
  writeRatio(columns.momentum_combo, columns.vol20, count, columns.risk_adjusted_momentum);
  writeDownside(count, fullWindow(60, minValidFrac, from), workspace);
  writeTrueRange(observations, fullWindow(14, minValidFrac, from), workspace);
  writeDrawdown(observations, minValidFrac, workspace, from);
}

function writeAnnualisedStd(returns: Float64Array, count: number, rule: WindowRule, out: Float64Array): void {
  // The window is of returns; the first observation has none, so that n returns need i ≥ n.
  rollingStd(returns, count, { ...rule, minSpan: rule.width + 1 }, out);
  for (let i = 0; i < count; i++) out[i] = finiteOrMissing(out[i]! * SQRT_365);
}

function writeDownside(count: number, rule: WindowRule, { columns, scratch: [losses] }: FeatureWorkspace): void {
  const { daily_return: returns, downside_volatility: out, downside_vol_penalty: penalty } = columns;
  for (let i = 0; i < count; i++) losses[i] = Math.min(returns[i]!, 0);
  if (count > 0) losses[0] = 0;
  rollingStd(losses, count, rule, out);
  for (let i = 0; i < count; i++) {
    out[i] = finiteOrMissing(out[i]! * SQRT_365);
    penalty[i] = -out[i]!;
  }
}

function writeTrueRange(observations: Observations, rule: WindowRule, workspace: FeatureWorkspace): void {
  const { high, low, close, count } = observations;
  const { columns, scratch } = workspace;
  const trueRange = scratch[0];
  for (let i = 0; i < count; i++) {
    const range = high[i]! - low[i]!;
    const previous = i === 0 ? Number.NaN : close[i - 1]!;
    const hasPrevious = !Number.isNaN(previous);
    trueRange[i] = hasPrevious ? Math.max(range, Math.abs(high[i]! - previous), Math.abs(low[i]! - previous)) : range;
  }
  rollingMean(trueRange, count, rule, columns.atr14);
  writeRatio(columns.atr14, close, count, columns.atr_ratio);
}

function writeDrawdown(
  observations: Observations,
  minValidFrac: number,
  { columns, scratch }: FeatureWorkspace,
  from: number,
): void {
  const { close, count } = observations;
  const [high, squared] = scratch;
  rollingMax(close, count, growingWindow(180, 1, from), high);
  writeRatioMinusOne(close, high, count, columns.rolling_drawdown);

  // The means of depths read up to two windows back.
  rollingMax(close, count, fullWindow(50, minValidFrac, Math.max(0, from - 100)), high);
  for (let i = 0; i < count; i++) {
    const depthPercent = 100 * (close[i]! / high[i]! - 1);
    squared[i] = finiteOrMissing(depthPercent * depthPercent);
  }
  // 50 depths, of which the first needs 50 closes.
  rollingMean(squared, count, { ...fullWindow(50, minValidFrac, from), minSpan: 99 }, columns.ulcer_index);
  for (let i = 0; i < count; i++) {
    const ulcer = Math.sqrt(columns.ulcer_index[i]!);
    columns.ulcer_index[i] = ulcer;
    const severity = Math.abs(columns.rolling_drawdown[i]!) * (1 + (Number.isNaN(ulcer) ? 0 : ulcer) / 100);
    columns.drawdown_severity[i] = severity;
    columns.drawdown_penalty[i] = -severity;
  }
}
